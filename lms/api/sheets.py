"""Files for Excel and WPS."""

from lms.web.sheets import text_cell

__all__ = ["text_cell"]
