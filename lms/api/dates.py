"""Days in words."""

from lms.web.templatetags.lms_ui import weekday

__all__ = ["weekday"]
