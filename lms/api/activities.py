"""The model field that holds activities of whatever kinds are installed."""

from lms.plugins.activities import (
    MISSING,
    ActivityStreamBlock,
    ActivityStreamField,
    block_name,
    kind_of,
)

__all__ = ["MISSING", "ActivityStreamBlock", "ActivityStreamField", "block_name", "kind_of"]
