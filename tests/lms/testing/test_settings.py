"""Tests leave a site that runs from the same folder alone."""

from django.conf import settings

from lms.runtime.paths import VAR
from lms.settings import base


def test_files_of_tests_are_not_the_sites() -> None:
    assert settings.MEDIA_ROOT != base.MEDIA_ROOT
    private = settings.STORAGES["private"]["OPTIONS"]["location"]
    assert private != str(VAR / "private")
