"""Tests: a real PostgreSQL that the test session starts (lms.testing.database), cheap passwords, all else as it is."""

from lms.settings.base import *  # noqa: F403 - settings are one namespace by design

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ALLOWED_HOSTS = ["*"]
# No collectstatic before a unit test; the tests that look at pages run against what `make setup` collected.
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"  # noqa: F405
