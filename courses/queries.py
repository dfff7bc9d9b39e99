"""Reads of courses and of what people take; each in a number of queries that no amount of anything changes."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import F, Func, JSONField, OuterRef, Subquery

from courses.models.enrolment import CourseVersion, Enrolment, Step
from courses.models.pages import CoursePage
from lms.api.hooks import ActivityKind, Progress, registry

if TYPE_CHECKING:
    from django.db.models import QuerySet

NONE_YET = Progress(fraction=Decimal(0), done=False, words="")


@dataclass(frozen=True, kw_only=True)
class StepState:
    """A step as a course page shows it: `kind` is None when its plugin is not installed."""

    step: Step
    number: int
    kind: ActivityKind | None
    progress: Progress

    @property
    def done(self) -> bool:
        """Whether the course's own minimum is reached."""
        return self.progress.fraction >= self.step.minimum

    @property
    def notice(self) -> str:
        """What to know beforehand, with the course's own minimum."""
        return self.progress.notice.replace("{share}", f"{int(self.step.minimum * 100)}%")

    @property
    def share(self) -> Decimal:
        """How far it is from the minimum, 0 to 1."""
        return min(Decimal(1), self.progress.fraction / self.step.minimum)


@dataclass(frozen=True, kw_only=True)
class CourseState:
    """How far somebody is with a version of a course."""

    steps: tuple[StepState, ...]

    @property
    def done(self) -> int:
        """How many steps are done."""
        return sum(state.done for state in self.steps)

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.steps)

    @property
    def fraction(self) -> Decimal:
        """How far all of it is, 0 to 1."""
        if not self.steps:
            return Decimal(0)
        whole = sum((state.share for state in self.steps), Decimal(0))
        return whole / len(self.steps)

    @property
    def next(self) -> StepState | None:
        """The nearest step that is not done."""
        return next((state for state in self.steps if not state.done), None)


def published_courses() -> QuerySet[CoursePage]:
    """Courses of the catalogue, each with `version_id`, the version that is taken now."""
    current = CourseVersion.objects.filter(
        course=OuterRef("pk"), revision=OuterRef("live_revision_id")
    )
    courses = CoursePage.objects.filter(live=True).select_related("provider")
    return courses.annotate(version_id=Subquery(current.values("pk")[:1])).filter(
        version_id__isnull=False
    )


def current_version(course: CoursePage) -> CourseVersion | None:
    """The version that is live, None where the course is not in the catalogue."""
    if not course.live:
        return None
    return course.versions.filter(revision=course.live_revision_id).first()


def course_with(key: uuid.UUID) -> CoursePage | None:
    """A course by its key, live or not."""
    return CoursePage.objects.filter(key=key).select_related("provider").first()


def enrolment_of(person: Any, course: CoursePage) -> Enrolment | None:
    """The person's present enrolment in a course."""
    if not person.is_authenticated:
        return None
    mine = Enrolment.objects.filter(person=person, course=course, left_at=None)
    return mine.select_related("version").first()


def enrolments_of(person: Any) -> QuerySet[Enrolment]:
    """What somebody takes, unfinished first, then the latest first."""
    mine = Enrolment.objects.filter(person=person, left_at=None)
    return mine.select_related("version", "course__provider").order_by(
        F("completed_at").desc(nulls_first=True), "-enrolled_at", "-pk"
    )


def is_enrolled_for(person: Any, subject: str) -> bool:
    """Whether somebody takes a course whose version has a step about the subject. One query."""
    mine = Enrolment.objects.filter(person=person, left_at=None)
    return mine.filter(version__steps_data__contains=[{"subject": subject}]).exists()


def subjects_of(person: Any, prefix: str) -> set[str]:
    """What the steps of courses that somebody takes are about, where it begins with `prefix`. One query."""
    mine = Enrolment.objects.filter(person=person, left_at=None)
    steps = mine.values_list("version__steps_data", flat=True)
    found = {step["subject"] for each in steps for step in each}
    return {subject for subject in found if subject.startswith(prefix)}


def left(subject: str) -> set[int]:
    """Who left a course with a step about the subject and takes no other one with it. One query."""
    about = Enrolment.objects.filter(version__steps_data__contains=[{"subject": subject}])
    still = about.filter(left_at=None).values("person")
    gone = about.filter(left_at__isnull=False).exclude(person__in=still)
    return set(gone.values_list("person_id", flat=True))


def courses_about(person: Any, subjects: Collection[str]) -> dict[str, tuple[uuid.UUID, str]]:
    """For each subject a course of the catalogue with a step about it that somebody does not take: key and title.

    The one published first where there are several. One query, however many.
    """
    about = Func(
        F("steps_data"),
        template="jsonb_path_query_array(%(expressions)s, '$[*].subject')",
        output_field=JSONField(),
    )
    taken = Enrolment.objects.filter(person=person, left_at=None).values("course")
    found = (
        CourseVersion.objects.filter(course__live=True, revision=F("course__live_revision_id"))
        .annotate(about=about)
        .filter(about__has_any_keys=list(subjects))
        .exclude(course__in=taken)
        .order_by("-published_at", "-pk")
        .values_list("about", "course__key", "title")
    )
    wanted = set(subjects)
    return {
        subject: (key, title)
        for about_, key, title in found
        for subject in about_
        if subject in wanted
    }


def states_of(person: Any, versions: Iterable[CourseVersion]) -> dict[int, CourseState]:
    """How far somebody is with each version, by its key; the kinds are asked once for all of them."""
    steps = {version.pk: version.steps for version in versions}
    refs: dict[str, set[str]] = defaultdict(set)
    for each in steps.values():
        for step in each:
            refs[step.kind].add(step.ref)
    kinds = {key: registry.get(ActivityKind, key) for key in refs}
    progress: dict[tuple[str, str], Progress] = {}
    if person.is_authenticated:
        for key, kind in kinds.items():
            found = kind.progress(person, sorted(refs[key])) if kind else {}
            progress |= {(key, ref): one for ref, one in found.items()}
    return {
        pk: CourseState(
            steps=tuple(
                StepState(
                    step=step,
                    number=number,
                    kind=kinds[step.kind],
                    progress=progress.get((step.kind, step.ref), NONE_YET),
                )
                for number, step in enumerate(each, 1)
            )
        )
        for pk, each in steps.items()
    }
