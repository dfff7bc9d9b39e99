"""Django finds the models here; import one from its own module."""

from live.models import lesson, room, slides

__all__ = ["lesson", "room", "slides"]
