"""Presence: written by the batch, judged by `live.core.presence`; the panel, the settlement and the report ask here."""

import datetime
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any

from django.db import connection

from live.core import bridging, presence, traces
from live.enums import Happening, PromptKind
from live.models.attendance import Outage
from live.models.lesson import Lesson
from live.models.presence import Presence
from live.models.room import Prompt, PromptAnswer
from lms.api import credit
from lms.api.people import Person

JOIN, BEAT, LEAVE = "join", "beat", "leave"
USUAL_SHARE = Decimal("0.8")
"""How much of a lesson one has to attend where no course says it."""
EVIDENCE_KIND = "live.attended"

_US = 1_000_000
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MICROSECOND = datetime.timedelta(microseconds=1)

# Rows of one batch may be about one connection several times; two processes' batches lock in the same order.
_WRITE = """
INSERT INTO live_presence (lesson_id, person_id, connection, doors, alive)
SELECT one.lesson, one.person, one.connection,
    coalesce(
        array_agg(
            CASE one.kind WHEN 'leave' THEN -1 ELSE 1 END * (extract(epoch FROM one.at) * 1000000)::bigint
            ORDER BY one.number
        ) FILTER (WHERE one.kind <> 'beat'), '{}'),
    coalesce(
        range_agg(tstzrange(one.at, one.at + lesson.grace_s * interval '1 second', '[]'))
            FILTER (WHERE one.kind <> 'leave'), '{}')
FROM unnest(%s::uuid[], %s::bigint[], %s::uuid[], %s::text[], %s::timestamptz[])
    WITH ORDINALITY AS one (lesson, person, connection, kind, at, number)
JOIN live_lesson lesson ON lesson.public_id = one.lesson
GROUP BY one.lesson, one.person, one.connection
ORDER BY one.lesson, one.person, one.connection
ON CONFLICT (lesson_id, person_id, connection) DO UPDATE
SET doors = live_presence.doors || excluded.doors, alive = live_presence.alive + excluded.alive
"""


@dataclass(frozen=True, slots=True)
class Row:
    """A socket was opened (JOIN), gave a sign of life that counts (BEAT), or was closed (LEAVE)."""

    lesson_id: uuid.UUID
    person_id: int
    connection: uuid.UUID
    kind: str
    at: datetime.datetime


def write(rows: Sequence[Row]) -> None:
    """Keep rows, durably when this returns: one statement. In any order, in any batches, and twice does no harm.

    So whoever does not know whether a batch was kept (a lost connection) writes it again. Raises Django's database
    errors, with nothing written.
    """
    if not rows:
        return
    columns: list[Any] = [
        [row.lesson_id for row in rows],
        [row.person_id for row in rows],
        [row.connection for row in rows],
        [row.kind for row in rows],
        [row.at for row in rows],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, columns)


@dataclass(frozen=True, kw_only=True)
class Held:
    """A lesson as presence is reckoned in it: microseconds of Unix time, the rule but for the share, what was asked."""

    lesson: Lesson
    start_us: int
    end_us: int
    is_over: bool
    prompts: tuple[presence.Prompt, ...]
    outages: tuple[bridging.Outage, ...] = ()

    @property
    def length_us(self) -> int:
        """From its start to its end."""
        return self.end_us - self.start_us

    def judge(
        self, share: Decimal, kept: Sequence[traces.Trace], answers: Sequence[traces.Answer]
    ) -> "Judged":
        """One person's presence by the contract's rules, then with declared outages bridged."""
        grace_us = self.lesson.grace_s * _US
        events = traces.events(kept, answers, grace_us=grace_us, base_us=self.start_us)
        lesson = presence.Lesson(Fraction(0), Fraction(self.length_us, _US))
        rule = presence.Rule(
            grace=Fraction(self.lesson.grace_s),
            attend_at=Fraction(share),
            answer_at=Fraction(self.lesson.answer_at),
            join_by=Fraction(self.lesson.join_by_s),
        )
        if not self.outages:
            verdict = presence.settle(lesson=lesson, rule=rule, prompts=self.prompts, events=events)
            return Judged(verdict, ())
        return Judged(*bridging.settle_bridged(lesson, rule, self.prompts, events, self.outages))


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict, and which stretches of it (seconds after the start) a declared outage bridged."""

    verdict: presence.Verdict
    bridged: tuple[presence.Span, ...]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where somebody stands in a lesson, in whole seconds: what the settlement would say were it over at that moment.

    `needed_s`: what has to be attended of the planned length, or of the real one once that is longer.
    """

    attended_s: int
    needed_s: int
    asked: int
    answered: int
    answers_needed: int
    #: Once one more has been asked.
    answers_needed_next: int
    is_over: bool
    is_late: bool
    is_enough: bool
    line: "Line | None" = None
    """None before the lesson has begun."""

    def as_message(self) -> dict[str, Any]:
        """For the room's socket."""
        return {
            "attended_s": self.attended_s,
            "needed_s": self.needed_s,
            "asked": self.asked,
            "answered": self.answered,
            "answers_needed": self.answers_needed,
            "answers_needed_next": self.answers_needed_next,
            "over": self.is_over,
            "late": self.is_late,
            "enough": self.is_enough,
            "line": asdict(self.line) if self.line else None,
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A picture of somebody's lesson so far: whole seconds after its start, which is `began_ms` of Unix time.

    `length_s`: planned, or real once that is longer. `pins`: sign-ins, from when to when, and whether answered.
    """

    began_ms: int
    now_s: int
    length_s: int
    here: tuple[tuple[int, int], ...]
    pins: tuple[tuple[int, int, bool], ...]


def held(lesson: Lesson, at: datetime.datetime) -> Held | None:
    """A lesson as of a moment: an ended one as it was held; None where it has not begun. Three queries."""
    happened = {event.kind: event.at for event in lesson.events.all()}
    start = happened.get(Happening.STARTED)
    if start is None:
        return None
    ended = happened.get(Happening.ENDED)
    # A clock that was set back must not make a lesson that ends before it began.
    end = max(ended or at, start + _MICROSECOND)
    start_us = us(start)
    asked = Prompt.objects.filter(lesson=lesson, kind=PromptKind.SIGN_IN, asked_at__lte=end)
    prompts = tuple(
        presence.Prompt(
            str(one.pk), Fraction(us(one.asked_at) - start_us, _US), Fraction(one.window_s)
        )
        for one in asked
    )
    outages = tuple(
        bridging.Outage(
            Fraction(us(one.from_at) - start_us, _US), Fraction(us(one.to_at) - start_us, _US)
        )
        for one in Outage.objects.filter(lesson=lesson)
    )
    return Held(
        lesson=lesson,
        start_us=start_us,
        end_us=us(end),
        is_over=ended is not None,
        prompts=prompts,
        outages=outages,
    )


def standing(lesson: Lesson, person: Person, at: datetime.datetime) -> Standing:
    """Where a person stands, by the settlement's own reckoning. Six or seven small queries."""
    return standings(lesson, [person.pk], at)[person.pk]


def standings(
    lesson: Lesson, person_ids: Collection[int], at: datetime.datetime
) -> dict[int, Standing]:
    """Where people stand, in as many queries as for one."""
    shares = credit.asked_of(lesson.subject, person_ids)
    whole = held(lesson, at)
    kept, answers = traces_of(lesson, person_ids), answers_of(lesson, person_ids)
    return {
        pk: _standing(
            lesson, whole, shares.get(pk, USUAL_SHARE), kept.get(pk, []), answers.get(pk, [])
        )
        for pk in person_ids
    }


def _standing(
    lesson: Lesson,
    whole: Held | None,
    share: Decimal,
    kept: Sequence[traces.Trace],
    answers: Sequence[traces.Answer],
) -> Standing:
    length_us = lesson.planned_minutes * 60 * _US
    line = None
    if whole is None:
        verdict = presence.NOTHING
    else:
        verdict = whole.judge(share, kept, answers).verdict
        length_us = whole.length_us if whole.is_over else max(length_us, whole.length_us)
        line = _line(whole, length_us, verdict)
    needed = Fraction(share) * length_us / _US
    answer_at = Fraction(lesson.answer_at)
    answers_needed = ceil(answer_at * len(verdict.asked))
    return Standing(
        attended_s=int(verdict.attended),
        needed_s=ceil(needed),
        asked=len(verdict.asked),
        answered=len(verdict.answered),
        answers_needed=answers_needed,
        answers_needed_next=ceil(answer_at * (len(verdict.asked) + 1)),
        is_over=whole is not None and whole.is_over,
        is_late=verdict.late,
        is_enough=verdict.attended >= needed and len(verdict.answered) >= answers_needed,
        line=line,
    )


def _line(whole: Held, length_us: int, verdict: presence.Verdict) -> Line:
    asked, answered = set(verdict.asked), set(verdict.answered)
    return Line(
        began_ms=whole.start_us // 1000,
        now_s=whole.length_us // _US,
        length_s=length_us // _US,
        here=tuple((int(start), int(end)) for start, end in verdict.stretches),
        pins=tuple(
            (int(one.at), int(one.at + one.window), one.id in answered)
            for one in whole.prompts
            if one.id in asked
        ),
    )


def traces_of(
    lesson: Lesson, person_ids: Collection[int] | None = None
) -> Mapping[int, list[traces.Trace]]:
    """What is kept of people's connections, by person; of everybody without `person_ids`. One query."""
    rows = Presence.objects.filter(lesson=lesson)
    if person_ids is not None:
        rows = rows.filter(person__in=person_ids)
    found: defaultdict[int, list[traces.Trace]] = defaultdict(list)
    for person_id, connection_id, doors, alive in rows.values_list(
        "person_id", "connection", "doors", "alive"
    ):
        stretches = [(us(start), us(end)) for start, end in alive]
        found[person_id].append(traces.Trace(str(connection_id), doors, stretches))
    return found


def answers_of(
    lesson: Lesson, person_ids: Collection[int] | None = None
) -> Mapping[int, list[traces.Answer]]:
    """People's answers to a lesson's sign-ins, in time or not, by person. One query."""
    rows = PromptAnswer.objects.filter(prompt__lesson=lesson, prompt__kind=PromptKind.SIGN_IN)
    if person_ids is not None:
        rows = rows.filter(person__in=person_ids)
    found: defaultdict[int, list[traces.Answer]] = defaultdict(list)
    for person_id, connection_id, prompt_id, at in rows.values_list(
        "person_id", "connection", "prompt_id", "at"
    ):
        found[person_id].append(traces.Answer(str(connection_id), str(prompt_id), us(at)))
    return found


def us(moment: datetime.datetime) -> int:
    """Microseconds of Unix time."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(microseconds: int) -> datetime.datetime:
    """What `us` gave."""
    return _EPOCH + microseconds * _MICROSECOND


def seconds_text(microseconds: int) -> str:
    """Microseconds as seconds in decimals, as evidence keeps them: 2700.125000."""
    return f"{microseconds // _US}.{microseconds % _US:06d}"
