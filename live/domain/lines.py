"""Lines of rooms: kept as they are said, read again for who was away, forgotten after a day."""

import datetime
import uuid
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max

from live.models.line import RoomLine
from live.room.bus import To
from live.room.bus import tell as tell_bus
from live.room.tail import Kept

KEPT_FOR = datetime.timedelta(days=1)


def keep(
    lesson_id: uuid.UUID, lines: Sequence[tuple[To, dict[str, Any]]], at: datetime.datetime
) -> list[Kept]:
    """Keep lines in their order; each message then carries its place, `seq`."""
    if not lines:
        return []
    rows = RoomLine.objects.bulk_create(
        RoomLine(lesson_id=lesson_id, to=str(to), message=message, at=at) for to, message in lines
    )
    return [_kept(row) for row in rows]


def tell(
    lesson_id: uuid.UUID, message: dict[str, Any], *, at: datetime.datetime, to: To = "room"
) -> None:
    """Say something to a room from a view or a task that pages which are away must hear later, too."""
    with transaction.atomic():
        [kept] = keep(lesson_id, [(to, message)], at)
        tell_bus(lesson_id, kept.message, kept.to)


def kept_since(lesson_id: uuid.UUID, since: int, most: int) -> list[Kept]:
    """The newest so many lines of a room after a place, in order."""
    rows = RoomLine.objects.filter(lesson=lesson_id, pk__gt=since).order_by("-pk")[:most]
    return [_kept(row) for row in reversed(rows)]


def newest(lesson_id: uuid.UUID) -> int:
    """The place of a room's newest line, 0 before any. A page reads it first and what it shows afterwards."""
    found = RoomLine.objects.filter(lesson=lesson_id).aggregate(newest=Max("pk"))
    return found["newest"] or 0


def forget(at: datetime.datetime) -> int:
    """Delete what is older than KEPT_FOR; how many that were."""
    count, _by_model = RoomLine.objects.filter(at__lt=at - KEPT_FOR).delete()
    return count


def _kept(row: RoomLine) -> Kept:
    to: To = row.to if row.to in ("room", "hosts") else int(row.to)
    return Kept(row.pk, to, row.message | {"seq": row.pk})
