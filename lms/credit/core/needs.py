"""What a training asks for, as its version keeps it, and which evidence meets it.

A need of one kind is met by one piece of evidence whose share reaches the minimum. A need that names several kinds
unites them: stretches of the subject's one timeline (a live lesson and its replay), whichever kind they come from,
until their length reaches the minimum. How long the timeline is the need says; where it does not (a lesson that is yet
to be given), the evidence does, as the fact `length`, written as its stretches are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any, Protocol, TypeVar

from lms.credit.core.minutes import MS, Stretch, Stretches, joined, length_of

STEPS = 20
"""For a need that unites kinds any share of one of them may be the last that is missing: each twentieth is recorded."""


class Found(Protocol):
    """The little of a piece of evidence that needs ask for."""

    kind: str
    subject: str
    amount: Decimal
    spans: Any
    facts: Mapping[str, Any]


AnyFound = TypeVar("AnyFound", bound=Found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One need. `length_us` of the subject's timeline where kinds are united and it is known beforehand."""

    kinds: tuple[str, ...]
    subject: str
    minimum: Decimal
    title: str
    weight: int
    is_united: bool = False
    length_us: int | None = None

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Asked":
        """Read a need of a version: `kind`, or `kinds`, with `length_ms` where it is known."""
        length_ms = data.get("length_ms")
        return cls(
            kinds=tuple(data["kinds"]) if "kinds" in data else (data["kind"],),
            subject=data["subject"],
            minimum=Decimal(data["minimum"]),
            title=data["title"],
            weight=data["weight_s"],
            is_united="kinds" in data,
            length_us=None if length_ms is None else length_ms * MS,
        )

    def wants(self, found: Found) -> bool:
        """Whether this piece of evidence is about it."""
        return found.subject == self.subject and found.kind in self.kinds

    def met_by(self, known: Iterable[AnyFound]) -> "list[AnyFound]":
        """The evidence that meets it, the earliest that suffices; empty while too little is there.

        `known` in the order in which it was recorded.
        """
        mine = [one for one in known if self.wants(one)]
        if not self.is_united:
            return next(([one] for one in mine if one.amount >= self.minimum), [])
        used: list[AnyFound] = []
        covered: Stretches = ()
        for one in mine:
            more = self.united([*used, one])
            if more != covered:
                used.append(one)
                covered = more
            if self._share(mine, covered) >= Fraction(self.minimum):
                return used
        return []

    def united(self, found: Iterable[Found]) -> Stretches:
        """What pieces of evidence cover together of the subject's timeline."""
        pieces = list(found)
        end = self._length(pieces)
        every = (one for piece in pieces for one in stretches_of(piece.spans))
        return joined((max(0, a), b if end is None else min(b, end)) for a, b in every)

    def _length(self, found: Iterable[Found]) -> int | None:
        """How long the timeline is, in microseconds: as the need says, else the evidence; None where neither does."""
        if self.length_us is not None or not self.is_united:
            return self.length_us
        told = (one.facts.get("length") for one in found)
        return max((_microseconds(one) for one in told if one is not None), default=None)

    def _share(self, found: Iterable[Found], covered: Stretches) -> Fraction:
        length = self._length(found)
        return Fraction(length_of(covered), length) if length else Fraction(0)

    def reached(self, used: Sequence[Found]) -> Decimal:
        """The share of the subject that the evidence which meets the need stands for, rounded down to the millionth."""
        if not self.is_united:
            return max(one.amount for one in used)
        share = self._share(used, self.united(used))
        return Decimal(int(share * 1_000_000)) / 1_000_000

    def milestones(self) -> tuple[Decimal, ...]:
        """The shares of one kind at which evidence may complete the need, rising to the minimum."""
        if not self.is_united:
            return (self.minimum,)
        step = Decimal(1) / STEPS
        return (*(step * n for n in range(1, STEPS) if step * n < self.minimum), self.minimum)


def stretches_of(spans: Sequence[Sequence[Any]]) -> Stretches:
    """Stretches of a timeline as evidence keeps them, whole milliseconds or seconds as text, in microseconds.

    What lies below a microsecond is cut. Raises ValueError where they are neither, or run backwards.
    """
    found: list[Stretch] = []
    for span in spans:
        try:
            start, end = (_microseconds(moment) for moment in span)
        except (TypeError, ValueError, InvalidOperation, OverflowError):
            raise ValueError(f"{span!r:.60} is no stretch of a timeline") from None
        if not 0 <= start <= end:
            raise ValueError(f"{span!r:.60} runs backwards or begins before the timeline")
        found.append((start, end))
    return joined(found)


def moved(spans: Stretches, offsets: Iterable[Sequence[Any]]) -> Stretches:
    """Stretches of a trimmed recording, on the timeline that it was cut from.

    `offsets` are its pieces, each [from, to, at]: what the recording holds of [from, to) begins at `at` on the
    timeline; written as stretches are. What lies outside all pieces (an opening title) stands for nothing. Raises
    ValueError.
    """
    found: list[Stretch] = []
    for piece in offsets:
        try:
            begin, stop, there = (_microseconds(moment) for moment in piece)
        except (TypeError, ValueError, InvalidOperation, OverflowError):
            raise ValueError(f"{piece!r:.60} is no piece of a recording") from None
        if not 0 <= begin <= stop or there < 0:
            raise ValueError(f"{piece!r:.60} runs backwards or begins before the timeline")
        found += (
            (max(start, begin) - begin + there, min(end, stop) - begin + there)
            for start, end in spans
            if max(start, begin) < min(end, stop)
        )
    return joined(found)


def as_data(stretches: Stretches) -> list[list[int | str]]:
    """Stretches as evidence keeps them: milliseconds where they are whole, else seconds as text."""
    return [[_kept(start), _kept(end)] for start, end in stretches]


def _microseconds(moment: Any) -> int:
    if isinstance(moment, bool) or not isinstance(moment, int | str):
        raise TypeError
    if isinstance(moment, int):
        return moment * MS
    seconds = Decimal(moment)
    if not seconds.is_finite() or seconds.adjusted() > 9:
        raise ValueError
    return int(seconds * 1_000_000)


def _kept(moment: int) -> int | str:
    milliseconds, rest = divmod(moment, MS)
    return f"{moment // 1_000_000}.{moment % 1_000_000:06d}" if rest else milliseconds
