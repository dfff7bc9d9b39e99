"""What a lesson came to for everybody, read anew each time; reminding those who were not there."""

import datetime
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import Count, Max, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from live import queries, wording
from live.core import crowd
from live.domain import presence
from live.domain.errors import Refused
from live.domain.presence import USUAL_SHARE
from live.enums import AttendanceState, PromptKind
from live.models.attendance import Attendance, Outage, Reminder, Settlement
from live.models.lesson import Lesson
from live.models.replay import ReplayCoverage
from live.models.room import Message, Prompt, PromptAnswer, Question
from lms.api.people import Person

REMIND_AGAIN = datetime.timedelta(hours=20)
"""Once a day at most: whoever presses at nine in the morning may press at eight the next."""
MOST_ROWS = 24
_US = 1_000_000
_AT_ONCE = 200
REPLAY_ONLY, SETTLING = "replay-only", "settling"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One person's lesson. `share`: what counts of it, live and replay together; `needed`: what is asked of them."""

    person: Person
    attendance: Attendance | None
    replay_share: Decimal
    replay_s: int
    needed: Decimal
    questions: int
    answers: int
    messages: int
    reminded_at: datetime.datetime | None
    is_settled: bool = True

    @property
    def share(self) -> Decimal:
        """What counts of the lesson."""
        live = self.attendance.share if self.attendance and self.attendance.counts else Decimal(0)
        return max(live, self.replay_share)

    @property
    def is_done(self) -> bool:
        """Whether it is as much as is asked."""
        return self.share >= self.needed

    @property
    def live_s(self) -> int:
        """Seconds attended live."""
        return self.attendance.attended_s if self.attendance else 0

    @property
    def bridged_s(self) -> int:
        """Seconds of them that a declared outage bridged."""
        return self.attendance.bridged_s if self.attendance else 0

    @property
    def outcome(self) -> str:
        """What it came to: an AttendanceState, or one of two that only the report knows."""
        state = self.attendance.state if self.attendance else AttendanceState.ABSENT
        if self.replay_s and state == AttendanceState.ABSENT:
            return REPLAY_ONLY
        # Nobody is called absent before anybody has looked.
        return str(state) if self.attendance or self.is_settled else SETTLING

    @property
    def words(self) -> str:
        """The same for people."""
        if self.outcome == SETTLING:
            return _("Being settled")
        state = self.attendance.state if self.attendance else AttendanceState.ABSENT
        return wording.came_to(state, self.replay_s)

    @property
    def is_absent(self) -> bool:
        """Neither there nor seen the replay."""
        return not self.live_s and not self.replay_s


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A sign-in or a poll, and how many answered it."""

    prompt: Prompt
    at_s: int
    answered: int


@dataclass(frozen=True, kw_only=True)
class Report:
    """All of a lesson. `crowd`: how many were there every `step_s` seconds; `most`: at once, at any moment.

    `out`: from which second after the start to which an outage was declared; who is bridged is counted as there.
    """

    lesson: Lesson
    length_s: int
    is_settled: bool
    lines: tuple[Line, ...]
    step_s: int
    crowd: tuple[int, ...]
    most: int
    asked: tuple[Asked, ...]
    questions: tuple[Question, ...]
    outages: tuple[Outage, ...]
    out: tuple[tuple[int, int], ...]

    @property
    def counts(self) -> list[tuple[str, str, int]]:
        """How many came to what: its code, in words, how many."""
        counted = Counter((line.outcome, line.words) for line in self.lines)
        return [(outcome, words, count) for (outcome, words), count in counted.most_common()]

    @property
    def crowd_by_time(self) -> list[tuple[int, int, bool]]:
        """The curve as seconds after the start, people, and whether that lies within a declared outage."""
        times = [(at * self.step_s, count) for at, count in enumerate(self.crowd)]
        return [(at_s, count, self._is_out(at_s)) for at_s, count in times]

    @property
    def crowd_in_rows(self) -> list[tuple[int, int, bool]]:
        """Of the curve what a table on a page has room for."""
        rows_s = crowd.step_s(self.length_s * _US, MOST_ROWS)
        return [one for one in self.crowd_by_time if one[0] % rows_s == 0]

    def _is_out(self, at_s: int) -> bool:
        return any(start <= at_s < end for start, end in self.out)

    @property
    def absent(self) -> list[Line]:
        """Who neither came nor saw the replay."""
        return [line for line in self.lines if line.is_absent]

    def to_remind(self, at: datetime.datetime) -> list[Person]:
        """Those of them who were not reminded within the last day."""
        since = at - REMIND_AGAIN
        return [
            line.person
            for line in self.absent
            if line.reminded_at is None or line.reminded_at <= since
        ]


def report_of(lesson: Lesson, at: datetime.datetime) -> Report | None:
    """The report of a lesson that is over; None before. Sixteen queries, however many people."""
    whole = presence.held(lesson, at)
    if whole is None or not whole.is_over:
        return None
    declared = tuple(Outage.objects.filter(lesson=lesson).select_related("by"))
    # With every outage that was declared: until then what is shown is yesterday's.
    is_settled = Settlement.objects.filter(
        lesson=lesson, finished_at__isnull=False, outages=len(declared)
    ).exists()
    lines = _lines(lesson, is_settled=is_settled)
    spans = [line.attendance.stretches for line in lines if line.attendance]
    step_s = crowd.step_s(whole.length_us)
    prompts = Prompt.objects.filter(lesson=lesson).annotate(
        people=Count("answers__person", distinct=True)
    )
    return Report(
        lesson=lesson,
        length_s=whole.length_us // _US,
        is_settled=is_settled,
        lines=tuple(lines),
        step_s=step_s,
        crowd=tuple(crowd.crowd(spans, whole.length_us, step_s)),
        most=crowd.most_at_once(spans),
        asked=tuple(
            Asked(
                prompt=one,
                at_s=_seconds_after(whole, one.asked_at),
                answered=one.people,
            )
            for one in prompts.order_by("asked_at")
        ),
        questions=tuple(
            Question.objects.filter(lesson=lesson).select_related("person").order_by("pk")
        ),
        outages=declared,
        out=tuple(
            (_seconds_after(whole, one.from_at), _seconds_after(whole, one.to_at))
            for one in declared
        ),
    )


def _seconds_after(whole: presence.Held, at: datetime.datetime) -> int:
    return max(0, (presence.us(at) - whole.start_us) // _US)


def _lines(lesson: Lesson, *, is_settled: bool) -> list[Line]:
    attended = {one.person_id: one for one in Attendance.objects.filter(lesson=lesson)}
    watched = {one.person_id: one for one in ReplayCoverage.objects.filter(lesson=lesson)}
    asked = queries.asked_of(lesson)
    questions = _counted(Question.objects.filter(lesson=lesson))
    messages = _counted(Message.objects.filter(lesson=lesson))
    answers = _counted(
        PromptAnswer.objects.filter(prompt__lesson=lesson).exclude(prompt__kind=PromptKind.SIGN_IN)
    )
    reminded = dict(
        Reminder.objects.filter(lesson=lesson)
        .values_list("person_id")
        .annotate(Max("at"))
        .order_by()
    )
    seen = {pk for pk, one in watched.items() if one.spans}
    # Of who has left the course only what they did: nobody misses them.
    there = {pk for pk, one in attended.items() if one.attended_us}
    people = Person.objects.filter(pk__in={*there, *seen, *asked}).order_by("name", "pk")
    return [
        Line(
            person=person,
            attendance=attended.get(person.pk),
            replay_share=watched[person.pk].share if person.pk in watched else Decimal(0),
            replay_s=watched[person.pk].watched_s if person.pk in watched else 0,
            needed=asked.get(person.pk, USUAL_SHARE),
            questions=questions.get(person.pk, 0),
            answers=answers.get(person.pk, 0),
            messages=messages.get(person.pk, 0),
            reminded_at=reminded.get(person.pk),
            is_settled=is_settled,
        )
        for person in people
    ]


def _counted(rows: QuerySet[Any]) -> dict[int, int]:
    return dict(rows.values_list("person_id").annotate(Count("pk")).order_by())


@transaction.atomic
def remind_absent(*, lesson: Lesson, by: Person, at: datetime.datetime) -> int:
    """Remind those who neither came nor saw the replay: on their home, and by e-mail. How many; once a day each.

    Raises Refused while the lesson is not settled.
    """
    # Lock before reading: two clicks in the same second.
    Lesson.objects.select_for_update().get(pk=lesson.pk)
    found = report_of(lesson, at)
    if found is None or not found.is_settled:
        raise Refused("not-settled", _("This lesson is not settled yet."))
    due = found.to_remind(at)
    Reminder.objects.bulk_create(
        [Reminder(lesson=lesson, person=person, by=by, at=at) for person in due]
    )
    with_address = [person.pk for person in due if person.email and person.is_active]
    if with_address:
        # By name: tasks call the domain, the domain must not import them.
        task = import_module("live.tasks").send_reminders
        transaction.on_commit(lambda: task.enqueue(str(lesson.pk), with_address))
    return len(due)


def send(lesson: Lesson, person_ids: Sequence[int]) -> int:
    """Send the reminder by e-mail; how many letters."""
    letters = [_letter(lesson, one) for one in Person.objects.filter(pk__in=person_ids)]
    with get_connection() as connection:
        for start in range(0, len(letters), _AT_ONCE):
            connection.send_messages(letters[start : start + _AT_ONCE])
    return len(letters)


def _letter(lesson: Lesson, person: Person) -> EmailMessage:
    context = {
        "lesson": lesson,
        "person": person,
        "url": settings.SITE_URL + reverse("live:watch", args=[lesson.pk]),
        "site": settings.SITE_NAME,
    }
    with translation.override(person.language or settings.LANGUAGE_CODE):
        subject, _rest, body = (
            render_to_string("live/reminder.txt", context).strip().partition("\n")
        )
    return EmailMessage(subject, body.strip() + "\n", to=[person.email or ""])
