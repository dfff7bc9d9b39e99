"""One machine: a developer's, or a school's behind its own address (`make demo`)."""

import os

from lms.settings.base import *  # noqa: F403 - settings are one namespace by design

DEBUG = os.environ.get("DEBUG", "0") == "1"
