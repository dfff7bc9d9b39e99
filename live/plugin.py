"""All that the live plugin contributes."""

from lms.api.hooks import Registry


def register(registry: Registry) -> None:
    """Add the contributions."""
