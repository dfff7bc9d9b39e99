"""Django finds the models here; import one from its own module."""

from live.models import lesson, room

__all__ = ["lesson", "room"]
