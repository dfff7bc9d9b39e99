"""The product's settings, with the baselines' routes and template beside its own."""

from lms.settings.base import *  # noqa: F403 - settings are one namespace by design

ROOT_URLCONF = "tests.bench.urls"
ALLOWED_HOSTS = ["*"]
MEDIA_ROOT = VAR_DIR / "bench-uploads"  # noqa: F405
TEMPLATES[0]["DIRS"] = [BASE_DIR / "tests" / "bench" / "templates"]  # noqa: F405
