"""Django finds the models here; import one from its own module."""

from live.models import attendance, ingest, lesson, line, notice, presence, replay, room, slides

__all__ = [
    "attendance",
    "ingest",
    "lesson",
    "line",
    "notice",
    "presence",
    "replay",
    "room",
    "slides",
]
