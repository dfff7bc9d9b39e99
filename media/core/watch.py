"""How much of what a player reports is believed (the rules of the watch contract).

The state is a person's clock and what is covered of a video; a report goes in, what is accepted and
the new state come out. All is exact: seconds are fractions, never floats. Whether a report was seen
before only the caller can know (a unique key in the database, a set in a scenario).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from math import floor
from operator import itemgetter

Span = tuple[Fraction, Fraction]
"""[from, to] in seconds of video."""

GRANT_S = Fraction(5)
"""What a clock holds when it is opened: a first report may lie a little ahead of it."""
CAP_S = Fraction(90)
"""What a clock holds at most: so long may the line be down without loss."""

_NOTHING = Fraction(0)
_MILLI, _MICRO = 1000, 1_000_000
_start, _end = itemgetter(0), itemgetter(1)


class Flag(StrEnum):
    """Why a report was not accepted, or not whole."""

    DUPLICATE = "duplicate"
    RATE = "rate"
    TOO_FAST = "too-fast"


@dataclass(frozen=True, slots=True)
class Video:
    """What a report is measured by: seconds, times normal speed, and a share of (0, 1]."""

    duration: Fraction
    max_rate: Fraction
    complete_at: Fraction


@dataclass(frozen=True, slots=True)
class Report:
    """One message of a player; `at` is the server's clock, in the same seconds as the person's."""

    at: Fraction
    rate: Fraction
    played: Sequence[Span]


@dataclass(frozen=True, slots=True)
class Clock:
    """A person's seconds to spend, as they stood at `at`: one clock for all videos and devices."""

    balance: Fraction
    at: Fraction

    @classmethod
    def opened(cls, at: Fraction = _NOTHING) -> "Clock":
        """The clock of someone who opens the first video now."""
        return cls(GRANT_S, at)

    def advanced(self, at: Fraction) -> "Clock":
        """The clock at a later moment; an earlier one (servers' clocks differ) changes nothing."""
        if at <= self.at:
            return self
        return Clock(min(CAP_S, self.balance + at - self.at), at)

    def paid(self, seconds: Fraction) -> "Clock":
        """The clock after so many of its seconds were spent."""
        return Clock(self.balance - seconds, self.at)

    def as_us(self) -> tuple[int, int]:
        """Balance and moment as rows keep them: microseconds, a balance rounded down."""
        return floor(self.balance * _MICRO), floor(self.at * _MICRO)

    @classmethod
    def from_us(cls, balance: int, at: int) -> "Clock":
        """What `as_us` gave."""
        return cls(Fraction(balance, _MICRO), Fraction(at, _MICRO))


def length(spans: Iterable[Span]) -> Fraction:
    """Seconds of stretches together."""
    return sum((end - start for start, end in spans), _NOTHING)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Stretches of a video: sorted, apart from each other, none empty."""

    spans: tuple[Span, ...] = ()

    @classmethod
    def of(cls, spans: Iterable[Span]) -> "Coverage":
        """Stretches in any order, touching and overlapping ones merged, empty ones dropped."""
        merged: list[Span] = []
        for start, end in sorted(spans):
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(merged[-1][1], end))
            elif start < end:
                merged.append((start, end))
        return cls(tuple(merged))

    def as_ms(self) -> list[list[int]]:
        """[[from, to], ...] as rows keep them: milliseconds, all rounded down, so what touched does."""
        spans = [[floor(start * _MILLI), floor(end * _MILLI)] for start, end in self.spans]
        return [span for span in spans if span[0] < span[1]]

    @classmethod
    def from_ms(cls, spans: Iterable[Sequence[int]]) -> "Coverage":
        """What `as_ms` gave."""
        return cls.of((Fraction(start, _MILLI), Fraction(end, _MILLI)) for start, end in spans)

    @property
    def seconds(self) -> Fraction:
        """How much is covered."""
        return length(self.spans)

    def including(self, spans: Iterable[Span]) -> "Coverage":
        """With more stretches (none empty), merged with all that they touch."""
        merged = list(self.spans)
        for span in spans:
            _insert(merged, span)
        return Coverage(tuple(merged))


def _insert(merged: list[Span], span: Span) -> None:
    """Add a stretch to sorted ones that are apart from each other, and keep them so."""
    start, end = span
    first = bisect_left(merged, start, key=_end)
    last = bisect_right(merged, end, key=_start)
    if first < last:
        start = min(start, merged[first][0])
        end = max(end, merged[last - 1][1])
    merged[first:last] = [(start, end)]


def _missing(merged: Sequence[Span], span: Span) -> list[Span]:
    """The parts of a stretch that sorted ones, apart from each other, do not cover."""
    start, end = span
    first = bisect_right(merged, start, key=_end)
    last = bisect_left(merged, end, key=_start)
    edges = [(start, start), *merged[first:last], (end, end)]
    return [(a, b) for (_, a), (b, _) in pairwise(edges) if a < b]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a report: the stretches accepted (in playing order), and the state after it."""

    accepted: tuple[Span, ...]
    flags: tuple[Flag, ...]
    clock: Clock
    coverage: Coverage

    @property
    def seconds(self) -> Fraction:
        """Seconds of video accepted, covered before or not."""
        return length(self.accepted)


def accept(
    report: Report, *, video: Video, clock: Clock, coverage: Coverage, seen: bool = False
) -> Outcome:
    """Accept of a report what the person's clock can pay (rules 1 to 5 of the contract).

    `seen`: this session has sent this number before, whatever became of it then.
    """
    clock = clock.advanced(report.at)
    if seen:
        return Outcome((), (Flag.DUPLICATE,), clock, coverage)
    if report.rate > video.max_rate:
        return Outcome((), (Flag.RATE,), clock, coverage)
    claimed = claims(report.played, video.duration)
    accepted = _affordable(claimed, clock.balance * video.max_rate)
    cost = length(accepted) / video.max_rate
    return Outcome(
        accepted=tuple(accepted),
        flags=() if accepted == claimed else (Flag.TOO_FAST,),
        clock=clock.paid(cost),
        coverage=coverage.including(accepted),
    )


def claims(played: Iterable[Span], duration: Fraction) -> list[Span]:
    """Stretches cut to the video, each second once, in playing order (rule 3)."""
    claimed: list[Span] = []
    before: list[Span] = []
    for start, end in played:
        clipped = (max(start, _NOTHING), min(end, duration))
        if clipped[0] < clipped[1]:
            claimed.extend(_missing(before, clipped))
            _insert(before, clipped)
    return claimed


def _affordable(claimed: Iterable[Span], seconds: Fraction) -> list[Span]:
    """The first so many seconds of the stretches, the last one cut (rule 4)."""
    accepted: list[Span] = []
    for start, end in claimed:
        if seconds <= 0:
            break
        taken = min(end - start, seconds)
        accepted.append((start, start + taken))
        seconds -= taken
    return accepted


def is_complete(coverage: Coverage, video: Video) -> bool:
    """Whether enough of the video is covered."""
    return coverage.seconds >= video.complete_at * video.duration
