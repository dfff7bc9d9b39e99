"""Who was there: a teacher's presence in a live lesson (the rules of the attendance contract).

Events of all of one teacher's connections go in, in order of time; the attended stretches and the
verdict come out. All is exact: seconds are fractions on the server's clock, never floats.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

Span = tuple[Fraction, Fraction]
"""[from, to] in seconds of the server's clock."""

_NOTHING = Fraction(0)


class EventKind(StrEnum):
    """What a connection did: `join` and `leave` are the socket's opening and closing."""

    JOIN = "join"
    BEAT = "beat"
    ANSWER = "answer"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that one connection did; `prompt` names what an answer answers."""

    at: Fraction
    connection: str
    kind: EventKind
    prompt: str | None = None


@dataclass(frozen=True, slots=True)
class Lesson:
    """When the lesson was held."""

    start: Fraction
    end: Fraction


@dataclass(frozen=True, slots=True)
class Rule:
    """What presence is and what it must come to.

    Seconds of presence after a sign of life (`grace`) and until one is late (`join_by`); shares of the
    lesson attended and of the prompts answered that earn the credit.
    """

    grace: Fraction
    attend_at: Fraction
    answer_at: Fraction
    join_by: Fraction


@dataclass(frozen=True, slots=True)
class Prompt:
    """A call to show oneself (签到, 随机点名), open for `window` seconds."""

    id: str
    at: Fraction
    window: Fraction

    def is_open(self, at: Fraction) -> bool:
        """Whether an answer at a moment is in time, both ends included."""
        return self.at <= at <= self.at + self.window


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a lesson came to for one teacher; `answered` are prompts that were asked within it."""

    stretches: tuple[Span, ...]
    attended: Fraction
    fraction: Fraction
    late: bool
    asked: tuple[str, ...]
    answered: tuple[str, ...]
    credited: bool


NOTHING = Verdict((), _NOTHING, _NOTHING, late=False, asked=(), answered=(), credited=False)
"""Of a lesson that has not begun."""


@dataclass(slots=True)
class Connection:
    """One socket's presence so far: stretches that have ended, and the one that may still run.

    `running` is None before the first `join` and after a `leave`; one that has run out stays until
    the next event shows it.
    """

    grace: Fraction
    ended: list[Span] = field(default_factory=list)
    running: Span | None = None

    def take(self, kind: EventKind, at: Fraction) -> None:
        """Take one event, not before the last one; an answer changes nothing."""
        if kind is EventKind.JOIN or (kind is EventKind.BEAT and self.running):
            self._extend(at)
        elif kind is EventKind.LEAVE and self.running:
            start, end = self.running
            self.ended.append((start, min(end, at)))
            self.running = None

    def _extend(self, at: Fraction) -> None:
        start = at
        if self.running and self.is_present(at):
            start = self.running[0]
        elif self.running:
            self.ended.append(self.running)
        self.running = start, at + self.grace

    def is_present(self, at: Fraction) -> bool:
        """Whether it is present at a moment not before its last event, the end of grace included."""
        return self.running is not None and at <= self.running[1]

    def stretches(self) -> list[Span]:
        """All stretches, the running one with its whole grace."""
        return [*self.ended, self.running] if self.running else self.ended


def settle(
    *, lesson: Lesson, rule: Rule, prompts: Sequence[Prompt], events: Iterable[Event]
) -> Verdict:
    """Judge one teacher's presence; events in order of time, equal ones in the order they came."""
    by_id = {prompt.id: prompt for prompt in prompts}
    connections: defaultdict[str, Connection] = defaultdict(lambda: Connection(rule.grace))
    answers: list[tuple[Prompt, Fraction]] = []
    for event in events:
        connection = connections[event.connection]
        if event.kind is not EventKind.ANSWER:
            connection.take(event.kind, event.at)
        elif event.prompt in by_id and connection.is_present(event.at):
            answers.append((by_id[event.prompt], event.at))
    there = (span for connection in connections.values() for span in connection.stretches())
    asked = tuple(prompt.id for prompt in prompts if lesson.start <= prompt.at <= lesson.end)
    in_time = {prompt.id for prompt, at in answers if prompt.is_open(at)}
    answered = tuple(prompt for prompt in asked if prompt in in_time)
    return verdict(lesson, rule, attended(there, lesson), asked, answered)


def attended(stretches: Iterable[Span], lesson: Lesson) -> tuple[Span, ...]:
    """Stretches of any connections cut to the lesson, touching ones merged, empty ones dropped."""
    merged: list[Span] = []
    for first, last in sorted(stretches):
        start, end = max(first, lesson.start), min(last, lesson.end)
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], end)
        else:
            merged.append((start, end))
    return tuple(merged)


def verdict(
    lesson: Lesson,
    rule: Rule,
    stretches: tuple[Span, ...],
    asked: tuple[str, ...],
    answered: tuple[str, ...],
) -> Verdict:
    """What stretches (as `attended` gives them) and prompts come to by the rule."""
    seconds = sum((end - start for start, end in stretches), _NOTHING)
    fraction = seconds / (lesson.end - lesson.start)
    return Verdict(
        stretches=stretches,
        attended=seconds,
        fraction=fraction,
        late=not stretches or stretches[0][0] > lesson.start + rule.join_by,
        asked=asked,
        answered=answered,
        # No prompt asked: 0 >= 0 holds.
        credited=fraction >= rule.attend_at and len(answered) >= rule.answer_at * len(asked),
    )
