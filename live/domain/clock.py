"""What the database knows of time, for the clock that lessons are counted by (live.core.steady)."""

import datetime
import logging
import threading
import time

from django.conf import settings
from django.db import Error, connection
from django.db.models import DateTimeField, F, Func, Max

from live.core.steady import Reference, own_us
from live.domain import lessons, store
from live.models.lesson import Lesson

logger = logging.getLogger(__name__)

PATIENCE_S = 2.0
"""A database that is away is waited for no longer: the machine's own clock is good enough then."""
APART_US = 2_000_000
"""Two machines that are further apart should be looked after: pages show times by the machine's clock."""
_END = Func(F("alive"), function="upper", output_field=DateTimeField())


def asked() -> Reference | None:
    """What the database says; None where it does not within 2 s, or is not to be asked.

    In a thread of its own with a connection of its own: who asks may be an event loop, or in a transaction.
    """
    if not settings.LIVE_CLOCK_OF_DATABASE:
        return None
    found: list[Reference] = []
    thread = threading.Thread(target=_ask, args=[found], daemon=True, name="clock")
    thread.start()
    thread.join(PATIENCE_S)
    return found[0] if found else None


def _ask(found: list[Reference]) -> None:
    try:
        found.append(reference())
    except Error as problem:
        logger.warning("The database does not say what time it is: %s", problem)
    finally:
        connection.close()


def reference() -> Reference:
    """What the database says, now. Raises django.db.Error."""
    connection.ensure_connection()
    with connection.cursor() as cursor:
        before_us = own_us()
        cursor.execute("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")
        now_us: int = cursor.fetchone()[0]
        after_us = own_us()
    apart_us = now_us - time.time_ns() // 1000
    if abs(apart_us) > APART_US:
        logger.warning(
            "This machine's clock is %.1f s from the database's. Lessons go by the database's; set both by NTP.",
            apart_us / -1e6,
        )
    on_air = lessons.on_air()
    moments = [_latest_us(one) for one in on_air]
    return Reference(now_us - (before_us + after_us) // 2, max(moments, default=None))


def _latest_us(lesson: Lesson) -> int:
    """The latest moment that stands in a lesson: its start, a take, a sign of life, a picture."""
    happened = lesson.events.aggregate(at=Max("at"))["at"]
    taken = lesson.takes.aggregate(at=Max("started_at"))["at"]
    alive = lesson.presences.aggregate(at=Max(_END))["at"]
    grace = datetime.timedelta(seconds=lesson.grace_s)
    moments = [happened, taken, alive and alive - grace]
    stored = [_us(one) for one in moments if one]
    return max(*stored, store.newest_write_us(lesson.pk), 0)


def _us(at: datetime.datetime) -> int:
    return int(at.timestamp() * 1_000_000)
