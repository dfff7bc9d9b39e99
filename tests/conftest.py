"""Profiles of hypothesis; fixtures come from lms.testing.plugin."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import HealthCheck, settings

# Here and not only in the plugin: a conftest is what overrides pytest-django's fixture.
from lms.testing.plugin import django_db_setup  # noqa: F401

settings.register_profile(
    "ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("deep", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take long first: no worker begins with one when the others have nothing left.

    They drive browsers and kill processes on a machine that others keep busy: one that fails is tried once more.
    """
    for one in items:
        if any(map(one.get_closest_marker, ("journey", "faults"))):
            one.add_marker(pytest.mark.flaky(reruns=1))
    items.sort(key=lambda one: not one.get_closest_marker("flaky"))


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """A request leaves its language active in the thread: the next test begins with the site's own."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session", autouse=True)
def private_files(tmp_path_factory) -> Path:
    """Proofs of claims lie in a folder of the run's own; the storage was made when models were loaded."""
    from lms.credit.fields import private_storage

    folder = tmp_path_factory.mktemp("private")
    storage = private_storage()
    # `_location` too: a test that sets MEDIA_ROOT makes every storage work out the other two anew.
    places = ("_location", "base_location", "location")
    storage.__dict__ |= dict.fromkeys(places, str(folder))
    return folder
