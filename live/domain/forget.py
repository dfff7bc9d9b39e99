"""Presence and reports of players go by the rules of retention: what they came to stands in attendance and coverage.

Nothing that settles a lesson comes after that: outages are declared within `outages.DECLARED_WITHIN`, and what a replay
adds is worked out from coverage alone. The application's role may only add reports; a function of the database with its
owner's rights removes them.
"""

import datetime
import uuid
from collections.abc import Sequence

from django.db.models import DateTimeField, F, Func, QuerySet

from live.models.lesson import SUBJECT_PREFIX
from live.models.presence import Presence
from lms.api.database import in_one_trip
from lms.api.hooks import Told
from lms.api.people import Person


def forget(pieces: Sequence[Told]) -> int:
    """Forget the presence that led to these pieces of evidence; how many connections that were."""
    return sum(
        _gone(Presence.objects.filter(lesson=_lesson_of(one), person=one.person_id))
        for one in pieces
    )


def forget_before(moment: datetime.datetime) -> int:
    """Forget the connections that ended before a moment; how many they were."""
    lasted = Presence.objects.annotate(
        until=Func(F("alive"), function="upper", output_field=DateTimeField())
    )
    # One that never gave a sign of life, only closed, goes with its lesson.
    never = Presence.objects.filter(alive=[], lesson__starts_at__lt=moment)
    return _gone(lasted.filter(until__lt=moment)) + _gone(never)


def forget_reports(pieces: Sequence[Told]) -> int:
    """Forget the reports of players that led to these pieces of evidence; how many they were."""
    return sum(_forgotten(one.person_id, _lesson_of(one), one.until) for one in pieces)


def forget_reports_before(moment: datetime.datetime) -> int:
    """Forget all reports of players received before a moment; how many they were."""
    return _forgotten(None, None, moment)


def forget_person(person: Person) -> int:
    """Forget where somebody was, in lessons that are settled, and how their players reported; how many rows went."""
    settled = Presence.objects.filter(person=person, lesson__settlement__finished_at__isnull=False)
    return _gone(settled) + _forgotten(person.pk, None, None)


def _lesson_of(piece: Told) -> uuid.UUID:
    return uuid.UUID(piece.subject.removeprefix(SUBJECT_PREFIX))


def _gone(rows: QuerySet[Presence]) -> int:
    count, _by_model = rows.delete()
    return count


def _forgotten(
    person_id: int | None, lesson: uuid.UUID | None, until: datetime.datetime | None
) -> int:
    ((removed,),) = in_one_trip((_FORGET, [person_id, lesson, until]))[0]
    return int(removed)


_FORGET = "SELECT live_forget_reports(%s, %s, %s)"
