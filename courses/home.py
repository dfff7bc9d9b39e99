"""Courses on the home page: what is begun, and for visitors what is new."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from courses import cards, queries
from courses.models.pages import CoursePage
from lms.api.hooks import NextActivity

LOOK_AT = 20
"""Of somebody's unfinished courses only the latest are looked at for the next step."""
SHOWN = 3


def next_activity(person: Any) -> NextActivity | None:
    """The first unfinished step of the course that was begun last, in a course that is nearest its end."""
    open_ones = list(queries.enrolments_of(person).filter(completed_at=None)[:LOOK_AT])
    states = queries.states_of(person, [one.version for one in open_ones])
    found = [
        (one, state, step)
        for one in open_ones
        if (step := (state := states[one.version_id]).next) and step.kind
    ]
    if not found:
        return None
    enrolment, _state, step = max(found, key=lambda each: each[1].fraction)
    return NextActivity(
        title=step.step.title,
        place=_("%(course)s, module %(number)d")
        % {"course": enrolment.version.title, "number": step.number},
        url=reverse("courses:step", args=[enrolment.course.key, step.step.key]),
        icon="play",
        words=step.progress.words,
        fraction=step.share,
        minutes=_minutes_left(step),
    )


def _minutes_left(state: queries.StepState) -> int | None:
    if state.step.duration_s is None:
        return None
    needed = float(state.step.minimum - state.progress.fraction) * state.step.duration_s
    return max(1, round(needed / 60))


def mine(person: Any) -> Mapping[str, Any] | None:
    """What somebody takes; None when it is nothing."""
    shown = cards.for_enrolments(person, queries.enrolments_of(person)[:SHOWN])
    return {"cards": shown} if shown else None


def to_begin(person: Any) -> Mapping[str, Any] | None:
    """For a teacher with nothing unfinished: the latest courses they have not taken, to do something now."""
    taken = queries.enrolments_of(person)
    if taken.filter(completed_at=None).exists():
        return None
    return _latest(person, queries.published_courses().exclude(pk__in=taken.values("course")))


def newest(person: Any) -> Mapping[str, Any] | None:
    """The latest courses; None when there is none."""
    return _latest(person, queries.published_courses())


def _latest(person: Any, courses: QuerySet[CoursePage]) -> Mapping[str, Any] | None:
    shown = cards.for_courses(person, courses.order_by("-first_published_at", "-pk")[:SHOWN])
    return {"cards": shown} if shown else None
