"""The live lesson as an activity of a course: when it is, the way in, the replay afterwards."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import cast

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from live import queries, wording
from live.core import steady
from live.domain import presence
from live.enums import AttendanceState, LessonState
from live.models.attendance import Attendance
from live.models.lesson import SUBJECT_PREFIX, Lesson
from live.models.replay import ReplayCoverage
from lms.api.hooks import Activity, ActivityFacts, Progress, StepPlace
from lms.api.people import Person


def describe(refs: Sequence[str]) -> Mapping[str, ActivityFacts]:
    """Title and planned length of lessons; one that is gone or cancelled says so. Two queries."""
    found = queries.lessons_by_ref(refs)
    return {ref: _facts(ref, found.get(ref)) for ref in refs}


def _facts(ref: str, lesson: Lesson | None) -> ActivityFacts:
    subject = f"{SUBJECT_PREFIX}{ref}"
    if lesson is None:
        problem = _("This lesson is no longer here. Choose another one.")
    elif lesson.state == LessonState.CANCELLED:
        problem = _("This lesson is cancelled. Choose another one.")
    else:
        problem = ""
    return ActivityFacts(
        title=lesson.title if lesson else _("Live lesson"),
        subject=subject,
        duration_s=lesson.planned_minutes * 60 if lesson else None,
        ready=not problem,
        problem=problem,
    )


def present(request: HttpRequest, ref: str, place: StepPlace) -> Activity:
    """When the lesson is, what completes it, and the way in; afterwards what it came to, and its replay."""
    lesson = queries.lessons_by_ref([ref]).get(ref)
    if lesson is None:
        raise Http404
    person = cast("Person", request.user)
    standing = presence.standing(lesson, person, steady.now())
    attendance = Attendance.objects.filter(lesson=lesson, person=person).first()
    coverage = ReplayCoverage.objects.filter(lesson=lesson, person=person).first()
    return Activity(
        template="live/activity.html",
        context={
            "lesson": lesson,
            "rule": wording.rule(lesson, place.minimum),
            "standing": standing,
            "attendance": attendance,
            "share": _share(attendance, coverage),
            "needed": place.minimum,
            "is_live": lesson.state == LessonState.LIVE,
            "is_over": lesson.state == LessonState.ENDED,
            "is_cancelled": lesson.state == LessonState.CANCELLED,
        },
    )


def progress(person: Person, refs: Sequence[str]) -> Mapping[str, Progress]:
    """What lessons came to for somebody, live and by their replays. Five queries, however many."""
    found = queries.lessons_by_ref(refs)
    attended = {
        one.lesson_id: one
        for one in Attendance.objects.filter(person=person, lesson__in=found.values())
    }
    watched = {
        one.lesson_id: one
        for one in ReplayCoverage.objects.filter(person=person, lesson__in=found.values())
    }
    return {
        ref: _progress(lesson, attended.get(lesson.pk), watched.get(lesson.pk))
        for ref, lesson in found.items()
    }


def _share(attendance: Attendance | None, coverage: ReplayCoverage | None) -> Decimal:
    live = attendance.share if attendance and attendance.counts else Decimal(0)
    return max(live, coverage.share if coverage else Decimal(0))


def _progress(
    lesson: Lesson, attendance: Attendance | None, coverage: ReplayCoverage | None
) -> Progress:
    share = _share(attendance, coverage)
    return Progress(
        fraction=share,
        done=share == 1,
        words=_words(lesson, attendance, coverage, share),
        notice="" if attendance else wording.notice(lesson),
    )


def _words(
    lesson: Lesson,
    attendance: Attendance | None,
    coverage: ReplayCoverage | None,
    share: Decimal,
) -> str:
    if lesson.state != LessonState.ENDED:
        return str(LessonState(lesson.state).label)
    if attendance is None and coverage is None:
        return _("The replay is there")
    if attendance and attendance.state in (AttendanceState.ATTENDED, AttendanceState.LATE):
        return str(AttendanceState(attendance.state).label)
    return _("%(percent)d%% of it, live and replay") % {"percent": int(share * 100)}
