"""Presence is forgotten by the rules of retention: what it came to stands in attendance and evidence.

Nothing that settles a lesson comes after that: outages are declared within `outages.DECLARED_WITHIN`.
"""

import datetime
import uuid
from collections.abc import Sequence

from django.db.models import DateTimeField, F, Func, QuerySet

from live.models.lesson import SUBJECT_PREFIX
from live.models.presence import Presence
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


def forget_person(person: Person) -> int:
    """Forget where somebody was, in lessons that are settled; how many connections that were."""
    return _gone(
        Presence.objects.filter(person=person, lesson__settlement__finished_at__isnull=False)
    )


def _lesson_of(piece: Told) -> uuid.UUID:
    return uuid.UUID(piece.subject.removeprefix(SUBJECT_PREFIX))


def _gone(rows: QuerySet[Presence]) -> int:
    count, _by_model = rows.delete()
    return count
