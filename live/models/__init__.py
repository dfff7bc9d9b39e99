"""Django finds the models here; import one from its own module."""

from live.models import attendance, lesson, notice, presence, replay, room, slides

__all__ = ["attendance", "lesson", "notice", "presence", "replay", "room", "slides"]
