"""Tests: a real PostgreSQL that the test session starts (lms.testing.database), cheap passwords, all else as it is."""

import os
from pathlib import Path

from lms.settings.base import *  # noqa: F403 - settings are one namespace by design
from lms.settings.base import STORAGES, VAR_DIR

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ALLOWED_HOSTS = ["*"]
# No collectstatic before a unit test; the tests that look at pages run against what `make setup` collected.
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
# Connections of a thread's own would see nothing of a test's transaction, and outlive its database.
LIVE_CLOCK_OF_DATABASE = "LIVE_CLOCK_OF_DATABASE" in os.environ
# Nothing of a site that runs from the same folder is touched: the demo's lessons have the same ids in every database.
MEDIA_ROOT = Path(os.environ.get("MEDIA_ROOT", VAR_DIR / "test-uploads"))
STORAGES["private"]["OPTIONS"] = {
    "location": os.environ.get("PRIVATE_ROOT", str(VAR_DIR / "test-private"))
}
