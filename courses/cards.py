"""Courses as cards: ready values, so that templates ask the database nothing."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from courses.models.enrolment import CourseVersion, Enrolment
from courses.models.pages import CoursePage
from courses.queries import CourseState, states_of
from lms.api.hooks import ActivityKind, registry


@dataclass(frozen=True, kw_only=True)
class Card:
    """A course, and how far its reader is with it (`state` is None for who does not take it)."""

    course: CoursePage
    version: CourseVersion
    contents: tuple[tuple[Any, int], ...]
    state: CourseState | None = None
    enrolment: Enrolment | None = None


def of_version(course: CoursePage, version: CourseVersion, **rest: Any) -> Card:
    """A card; its contents are how many modules of each kind, as (label, count)."""
    counted = Counter(step.kind for step in version.steps)
    kinds = [(registry.get(ActivityKind, key), key, count) for key, count in counted.items()]
    contents = tuple((kind.label if kind else key, count) for kind, key, count in kinds)
    return Card(course=course, version=version, contents=contents, **rest)


def for_courses(person: Any, courses: Iterable[Any]) -> list[Card]:
    """Cards of the catalogue, in the given order; courses come from `published_courses`."""
    courses = list(courses)
    versions = CourseVersion.objects.in_bulk([course.version_id for course in courses])
    taken: dict[int, Enrolment] = {}
    if person.is_authenticated:
        mine = Enrolment.objects.filter(person=person, course__in=courses, left_at=None)
        taken = {one.course_id: one for one in mine.select_related("version")}
    states = states_of(person, [one.version for one in taken.values()])
    return [
        of_version(
            course,
            versions[course.version_id],
            enrolment=(enrolment := taken.get(course.pk)),
            state=states[enrolment.version_id] if enrolment else None,
        )
        for course in courses
    ]


def for_enrolments(person: Any, enrolments: Iterable[Enrolment]) -> list[Card]:
    """Cards of what somebody takes; enrolments come from `enrolments_of`."""
    enrolments = list(enrolments)
    states = states_of(person, [one.version for one in enrolments])
    return [
        of_version(one.course, one.version, enrolment=one, state=states[one.version_id])
        for one in enrolments
    ]
