"""The list of live lessons as somebody sees it: on air, coming, open for enrolment, past."""

import datetime
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from live import queries, wording
from live.enums import LessonState
from live.models.attendance import Attendance
from live.models.lesson import Lesson
from live.models.replay import ReplayCoverage
from lms.api.hooks import Offer
from lms.api.people import Person, providers_moderated_by, providers_taught_by
from lms.api.permissions import offered

PAGE_SIZE = 20
MOST_AHEAD = 60
"""Of lessons to come: no list of somebody's own grows beyond it in practice, and no page should."""
MOST_OFFERED = 10
LOOK_AT = 200
OFFERED_FOR = datetime.timedelta(days=60)


@dataclass(frozen=True, kw_only=True)
class Line:
    """A lesson, and what it is to somebody: taken, given, looked after, or only known to their provider or bureau."""

    lesson: Lesson
    state: LessonState
    takes: bool
    gives: bool
    may_enter: bool
    may_see_report: bool
    how_soon: str
    attendance: Attendance | None = None
    coverage: ReplayCoverage | None = None

    @property
    def words(self) -> str:
        """Where it is; of one that is over, what it came to for who takes it."""
        if self.state == LessonState.SCHEDULED and not self.how_soon:
            return _("Not held")
        if self.state != LessonState.ENDED or not self.takes:
            return str(self.state.label)
        if self.attendance:
            return wording.came_to(self.attendance.state, self.watched_s)
        settlement = getattr(self.lesson, "settlement", None)
        if settlement is None or settlement.finished_at is None:
            return _("Being settled")
        return _("Replay only") if self.watched_s else _("The replay is there")

    @property
    def watched_s(self) -> int:
        """Seconds of the replay that they have watched."""
        return self.coverage.watched_s if self.coverage else 0


@dataclass(frozen=True, kw_only=True)
class Open:
    """A lesson to come of a course that somebody does not take, and where they can."""

    lesson: Lesson
    offer: Offer
    how_soon: str


@dataclass(frozen=True, kw_only=True)
class Agenda:
    """The whole list; of what is past one page's, `page`."""

    on_air: Sequence[Line]
    coming: Sequence[Line]
    open: Sequence[Open]
    past: Sequence[Line]
    page: Page[Lesson]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing at all."""
        return not (self.on_air or self.coming or self.open or self.past)


def agenda_of(person: Person, page: str | None, at: datetime.datetime) -> Agenda:
    """All that somebody may go to or could enrol for; `page` of what is past. In constant queries."""
    today = timezone.localdate(at)
    taken = queries.taken_by(person)
    overseen = queries.providers_overseen(person, today)
    lessons = queries.lessons_of(person, taken, overseen, today)
    reader = _Reader(person, taken, overseen, today)
    found = Paginator(queries.past(lessons, at), PAGE_SIZE).get_page(page)
    return Agenda(
        on_air=reader.lines(queries.on_air(lessons)),
        coming=reader.lines(queries.coming(lessons, at)[:MOST_AHEAD], are_ahead=True),
        open=_open(person, lessons, at),
        past=reader.lines(found),
        page=found,
    )


class _Reader:
    """Makes lines of lessons for one person."""

    def __init__(
        self,
        person: Person,
        taken: Collection[str],
        overseen: Collection[int],
        today: datetime.date,
    ) -> None:
        self._person, self._taken, self._today = person, {uuid.UUID(one) for one in taken}, today
        self._overseen = overseen
        self._teaches = {one.pk for one in providers_taught_by(person, today)}
        self._works = self._teaches | {one.pk for one in providers_moderated_by(person, today)}

    def lines(self, lessons: Iterable[Lesson], *, are_ahead: bool = False) -> list[Line]:
        """A line for each; of what was taken with what it came to."""
        found = list(lessons)
        mine = {"person": self._person, "lesson__in": [one for one in found if self._takes(one)]}
        attended = {one.lesson_id: one for one in Attendance.objects.filter(**mine)}
        watched = {one.lesson_id: one for one in ReplayCoverage.objects.filter(**mine)}
        return [
            self._line(one, attended.get(one.pk), watched.get(one.pk), is_ahead=are_ahead)
            for one in found
        ]

    def _line(
        self,
        lesson: Lesson,
        attendance: Attendance | None,
        coverage: ReplayCoverage | None,
        *,
        is_ahead: bool,
    ) -> Line:
        takes, helps = self._takes(lesson), self._person in lesson.assistants.all()
        works = lesson.provider_id in self._works
        is_host = lesson.trainer_id == self._person.pk or self._person in lesson.co_hosts.all()
        return Line(
            lesson=lesson,
            state=lesson.state,
            takes=takes,
            gives=is_host and lesson.provider_id in self._teaches,
            may_enter=takes or works or helps,
            may_see_report=works or helps or lesson.provider_id in self._overseen,
            how_soon=wording.how_soon(lesson, self._today) if is_ahead else "",
            attendance=attendance,
            coverage=coverage,
        )

    def _takes(self, lesson: Lesson) -> bool:
        return lesson.pk in self._taken


def _open(person: Person, own: QuerySet[Lesson], at: datetime.datetime) -> list[Open]:
    ahead = list(queries.lessons_ahead(own, at, at + OFFERED_FOR)[:LOOK_AT])
    offers = offered(person, [one.subject for one in ahead])
    today = timezone.localdate(at)
    return [
        Open(lesson=one, offer=offers[one.subject], how_soon=wording.how_soon(one, today))
        for one in ahead
        if one.subject in offers
    ][:MOST_OFFERED]
