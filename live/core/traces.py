"""Presence as it is kept, a row a connection, and the events that it stands for.

Kept are the doors (each join and leave) and the signs of life (join or beat) as stretches of [sign, sign + grace],
united. Uniting is what makes writing them simple: in any order, in any batches, twice. What the stretches no longer
tell, which beats they were made of, changes no verdict: `events` gives beats that stand for the same stretches.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import attrgetter

from live.core.presence import Event, EventKind

_US = 1_000_000


@dataclass(frozen=True, slots=True)
class Trace:
    """What is kept of one connection.

    `doors`: microseconds, in the order they came, a leave negative. `alive`: [from, to] in microseconds.
    """

    connection: str
    doors: Sequence[int]
    alive: Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to a prompt, from a connection."""

    connection: str
    prompt: str
    at_us: int


def events(
    traces: Iterable[Trace], answers: Iterable[Answer], *, grace_us: int, base_us: int
) -> list[Event]:
    """The events in order of time, in seconds after `base_us`, for `presence.settle`.

    At one moment a door is taken before a beat and a beat before an answer; a process's clock gives no two the same.
    """
    found = [event for trace in traces for event in _of(trace, grace_us, base_us)]
    found += [
        Event(_seconds(one.at_us - base_us), one.connection, EventKind.ANSWER, one.prompt)
        for one in answers
    ]
    return sorted(found, key=attrgetter("at"))


def _of(trace: Trace, grace_us: int, base_us: int) -> Iterator[Event]:
    for door in trace.doors:
        kind = EventKind.LEAVE if door < 0 else EventKind.JOIN
        yield Event(_seconds(abs(door) - base_us), trace.connection, kind)
    for start_us, end_us in trace.alive:
        # The last sign of life was a grace before the stretch's end; before it one a grace is enough.
        for at_us in [*range(start_us, end_us - grace_us, grace_us), end_us - grace_us]:
            yield Event(_seconds(at_us - base_us), trace.connection, EventKind.BEAT)


def _seconds(microseconds: int) -> Fraction:
    return Fraction(microseconds, _US)
