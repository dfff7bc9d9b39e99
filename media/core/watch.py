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
        return sum((end - start for start, end in self.spans), _NOTHING)

    def including(self, span: Span) -> "Coverage":
        """With one more stretch (not an empty one), merged with all that it touches."""
        start, end = span
        first = bisect_left(self.spans, start, key=_end)
        last = bisect_right(self.spans, end, key=_start)
        if first < last:
            start = min(start, self.spans[first][0])
            end = max(end, self.spans[last - 1][1])
        return Coverage((*self.spans[:first], (start, end), *self.spans[last:]))

    def missing(self, span: Span) -> list[Span]:
        """The parts of a stretch that are not covered, in order of time."""
        start, end = span
        first = bisect_right(self.spans, start, key=_end)
        last = bisect_left(self.spans, end, key=_start)
        if first >= last:
            return [span]
        inside = self.spans[first:last]
        edges = [(start, start), *inside, (end, end)]
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
        return sum((end - start for start, end in self.accepted), _NOTHING)


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
    for span in accepted:
        coverage = coverage.including(span)
    flags = () if accepted == claimed else (Flag.TOO_FAST,)
    outcome = Outcome(tuple(accepted), flags, clock, coverage)
    return Outcome(outcome.accepted, flags, clock.paid(outcome.seconds / video.max_rate), coverage)


def claims(played: Iterable[Span], duration: Fraction) -> list[Span]:
    """Stretches cut to the video, each second once, in playing order (rule 3)."""
    claimed: list[Span] = []
    before = Coverage()
    for start, end in played:
        clipped = (max(start, _NOTHING), min(end, duration))
        if clipped[0] < clipped[1]:
            claimed.extend(before.missing(clipped))
            before = before.including(clipped)
    return claimed


def _affordable(claimed: Iterable[Span], seconds: Fraction) -> list[Span]:
    """The first so many seconds of the stretches, the last one cut (rule 4)."""
    accepted: list[Span] = []
    for start, end in claimed:
        if seconds <= 0:
            break
        length = min(end - start, seconds)
        accepted.append((start, start + length))
        seconds -= length
    return accepted


def is_complete(coverage: Coverage, video: Video) -> bool:
    """Whether enough of the video is covered."""
    return coverage.seconds >= video.complete_at * video.duration
