"""Choosers of Wagtail's admin."""

from lms.web.choosers import OwnChooserViewSet

__all__ = ["OwnChooserViewSet"]
