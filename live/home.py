"""What the home page says of live lessons: those of the next day, and those on air, that somebody takes or gives."""

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils import timezone

from live import queries
from live.enums import LessonState
from live.models.lesson import Lesson
from live.models.replay import ReplayCoverage
from lms.api.people import Person

_AHEAD = datetime.timedelta(hours=24)
_BEHIND = datetime.timedelta(hours=12)
MOST_MISSED = 5
_LITTLE = Decimal("0.05")
"""Who has begun with a replay has understood the reminder; the course shows how far they are."""


def soon(person: Person) -> Mapping[str, Any] | None:
    """The panel; None where nothing comes."""
    now = timezone.now()
    between = (now - _BEHIND, now + _AHEAD)
    found = [
        (lesson, _is_given_by(lesson, person))
        for lesson in queries.lessons_between(*between, person, queries.taken_by(person))
        if lesson.state == LessonState.LIVE
        or (lesson.state == LessonState.SCHEDULED and lesson.starts_at > now - _BEHIND / 6)
    ]
    return {"lessons": found} if found else None


def _is_given_by(lesson: Lesson, person: Person) -> bool:
    return lesson.trainer_id == person.pk or person in lesson.co_hosts.all()


def missed(person: Person) -> Mapping[str, Any] | None:
    """Lessons whose replay somebody was reminded of and has not watched enough of; None where there is none."""
    reminded = Lesson.objects.filter(reminders__person=person).distinct()
    if not reminded.exists():
        return None
    # Not of a course that they have left since: the replay is closed to them.
    found = reminded.filter(pk__in=queries.taken_by(person)).select_related("trainer")
    lessons = list(found.order_by("-starts_at")[:MOST_MISSED])
    if not lessons:
        return None
    done = dict(
        ReplayCoverage.objects.filter(person=person, lesson__in=lessons).values_list(
            "lesson", "share"
        )
    )
    left = [one for one in lessons if done.get(one.pk, 0) < _LITTLE]
    return {"lessons": left} if left else None
