"""The model field that holds activities of whatever kinds are installed."""

from lms.plugins.activities import (
    MISSING,
    ActivityStreamBlock,
    ActivityStreamField,
    block_name,
    check_missing_kept,
    kind_of,
)

__all__ = [
    "MISSING",
    "ActivityStreamBlock",
    "ActivityStreamField",
    "block_name",
    "check_missing_kept",
    "kind_of",
]
