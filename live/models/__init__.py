"""Django finds the models here; import one from its own module."""

from live.models import lesson, notice, room, slides

__all__ = ["lesson", "notice", "room", "slides"]
