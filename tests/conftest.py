"""Profiles of hypothesis; fixtures come from lms.testing.plugin."""

import os

from hypothesis import HealthCheck, settings

# Here and not only in the plugin: a conftest is what overrides pytest-django's fixture.
from lms.testing.plugin import django_db_setup  # noqa: F401

settings.register_profile(
    "ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("deep", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
