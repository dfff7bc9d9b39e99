"""What is said to a room, kept in order, so that a page that was away is told what it missed."""

import uuid
from typing import Any

from live.models.room import News

To = str | int


def keep(lesson_id: uuid.UUID, to: To, message: dict[str, Any]) -> dict[str, Any]:
    """The message with its place in the order (`seq`), kept. `to`: "room", "hosts" or a person's id."""
    row = News.objects.create(lesson_id=lesson_id, to=str(to), message=message)
    return message | {"seq": row.pk}


def newest(lesson_id: uuid.UUID) -> int:
    """The place of the newest; 0 where nothing was said."""
    last = News.objects.filter(lesson=lesson_id).order_by("pk").last()
    return 0 if last is None else last.pk


def since(lesson_id: uuid.UUID, seq: int, most: int) -> list[tuple[int, To, dict[str, Any]]]:
    """The newest so many after a place in the order: place, for whom, message."""
    rows = News.objects.filter(lesson=lesson_id, pk__gt=seq).order_by("-pk")[:most]
    return [
        (one.pk, int(one.to) if one.to.isdigit() else one.to, one.message | {"seq": one.pk})
        for one in reversed(rows)
    ]
