"""The same minutes never twice: what part of a training's content nobody has been paid for yet.

Time is counted in whole microseconds, on two axes. The *timeline* of a subject (this video, this lesson with its
replay) says which content it was, the *wall clock* when the person sat before it. Hours are paid for stretches of
both, and a stretch is paid once: by whichever training is settled first.

A need's part is the smaller of two shares, of its timeline and of its wall-clock time, that no earlier booking was
paid for. Evidence does not say which second of content was seen in which second of the day, so the smaller share is
the most that both axes bear. What is paid is kept, as much of each axis as the part stands for, from the beginning:
so all that was ever paid is disjoint, and its length is the hours' explanation.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from math import ceil
from types import MappingProxyType
from typing import Generic, TypeVar

from lms.credit.core.hours import Hours, divide

Stretch = tuple[int, int]
"""[from, to), in microseconds."""
Stretches = tuple[Stretch, ...]

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MICROSECOND = datetime.timedelta(microseconds=1)

By = TypeVar("By")
Other = TypeVar("Other")

MS = 1000
"""Microseconds in a millisecond."""
WHOLE: Stretches = ((0, 1),)
"""The timeline of a subject that has none (a quiz): all of it or nothing."""
SEAM_US = 2_000_000
SEAM_SHARE = 50
"""Reports bear the line's delays, so that the end of one video and the beginning of the next may overlap a little
though they were seen one after the other. Up to two seconds of wall-clock time, and up to a fiftieth of it, take
nothing off a need's part; they are still kept as paid only once."""


class Axis(StrEnum):
    """Which of the two left something out."""

    CONTENT = "content"
    TIME = "time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What one need of a training asks to be paid for: its weight among the needs, its content and its time."""

    weight: int
    subject: str
    spans: Stretches = WHOLE
    wall: Stretches = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid(Generic[By]):
    """What a booking was paid for; `by` is whatever the caller knows it by."""

    by: By
    spans: Mapping[str, Stretches] = field(default_factory=lambda: MappingProxyType({}))
    wall: Stretches = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Already(Generic[By]):
    """Content or time of a need that was paid for before: its length, and its share (0 to 1) of the need's.

    `by` names the booking; None: an earlier need of the same training.
    """

    by: By | None
    axis: Axis
    us: int
    share: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Part(Generic[By]):
    """What one claim came to. `worth` is its part of the training's hours, `fraction` how much of that is paid."""

    claim: Claim
    worth: Hours
    fraction: Fraction
    spans: Stretches
    wall: Stretches
    already: tuple[Already[By], ...]

    @property
    def exact(self) -> Fraction:
        """What it is paid, in hundredths of an hour."""
        return self.worth.hundredths * self.fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoning(Generic[By]):
    """What a training is paid: `exact` in hundredths before it is rounded down, the claims in their order."""

    exact: Fraction
    parts: tuple[Part[By], ...]

    @property
    def hours(self) -> Hours:
        """Rounded down to the hundredth, so that many small parts never add up to more than the whole."""
        return Hours(int(self.exact))

    @property
    def is_whole(self) -> bool:
        """Whether nothing was left out."""
        return all(part.fraction == 1 for part in self.parts)

    def paid(self, by: Other) -> Paid[Other]:
        """What is paid once this is booked."""
        return _together(by, self.parts)


def reckon(
    hours: Hours, claims: Sequence[Claim], paid: Sequence[Paid[By]], *, seam_us: int = SEAM_US
) -> Reckoning[By]:
    """What a training worth `hours` is paid, its claims one after the other, beside all that is paid already.

    A claim's worth is its part of the hours by weight, by largest remainder; where none has a weight, all weigh the
    same. What is worth nothing takes nothing.
    """
    weights = [claim.weight for claim in claims]
    worths = divide(hours, weights if any(weights) else [1] * len(claims))
    parts: list[Part[By]] = []
    for claim, worth in zip(claims, worths, strict=True):
        parts.append(_part(claim, worth, [*paid, _together(None, parts)], seam_us))
    return Reckoning(exact=sum((part.exact for part in parts), Fraction(0)), parts=tuple(parts))


def joined(stretches: Iterable[Stretch]) -> Stretches:
    """Sorted, those that touch or overlap made one, empty ones dropped."""
    whole: list[Stretch] = []
    for start, end in sorted(stretches):
        if start >= end:
            continue
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(whole[-1][1], end))
        else:
            whole.append((start, end))
    return tuple(whole)


def common(one: Stretches, other: Stretches) -> Stretches:
    """What lies in both; both are joined."""
    found: list[Stretch] = []
    i = j = 0
    while i < len(one) and j < len(other):
        start, end = max(one[i][0], other[j][0]), min(one[i][1], other[j][1])
        if start < end:
            found.append((start, end))
        if one[i][1] < other[j][1]:
            i += 1
        else:
            j += 1
    return tuple(found)


def without(one: Stretches, other: Stretches) -> Stretches:
    """What lies in the first alone; both are joined."""
    found: list[Stretch] = []
    j = 0
    for start, end in one:
        at = start
        while j < len(other) and other[j][1] <= at:
            j += 1
        k = j
        while k < len(other) and other[k][0] < end:
            if at < other[k][0]:
                found.append((at, other[k][0]))
            at = max(at, other[k][1])
            k += 1
        if at < end:
            found.append((at, end))
    return tuple(found)


def beginning(stretches: Stretches, length: int) -> Stretches:
    """The first microseconds of joined stretches, `length` together at the most."""
    found: list[Stretch] = []
    for start, end in stretches:
        if length <= 0:
            break
        found.append((start, min(end, start + length)))
        length -= end - start
    return tuple(found)


def length_of(stretches: Stretches) -> int:
    """How long they are together."""
    return sum(end - start for start, end in stretches)


def shares(one: "Paid[By]", other: "Paid[Other]") -> bool:
    """Whether two bookings would be paid for the same moment or the same content."""
    subjects = one.spans.keys() & other.spans.keys()
    return bool(common(one.wall, other.wall)) or any(
        common(one.spans[subject], other.spans[subject]) for subject in subjects
    )


def in_microseconds(wall: Iterable[tuple[datetime.datetime, datetime.datetime]]) -> Stretches:
    """Spans of aware moments as stretches, counted from 1970."""
    return joined(((a - _EPOCH) // _MICROSECOND, (b - _EPOCH) // _MICROSECOND) for a, b in wall)


def as_moments(stretches: Stretches) -> list[tuple[datetime.datetime, datetime.datetime]]:
    """Stretches counted from 1970 as spans of moments in UTC."""
    return [(_EPOCH + a * _MICROSECOND, _EPOCH + b * _MICROSECOND) for a, b in stretches]


def _part(
    claim: Claim, worth: Hours, paid: Sequence[Paid[By] | Paid[None]], seam_us: int
) -> Part[By]:
    if not worth:
        return Part(claim=claim, worth=worth, fraction=Fraction(1), spans=(), wall=(), already=())
    spans = without(claim.spans, joined(_flat(one.spans.get(claim.subject, ()) for one in paid)))
    wall = without(claim.wall, joined(_flat(one.wall for one in paid)))
    whole, time = length_of(claim.spans), length_of(claim.wall)
    of_content, of_time = _share(length_of(spans), whole), _share(length_of(wall), time)
    if wall and time - length_of(wall) <= min(seam_us, time // SEAM_SHARE):
        of_time = Fraction(1)
    fraction = min(of_content, of_time)
    return Part(
        claim=claim,
        worth=worth,
        fraction=fraction,
        spans=beginning(spans, ceil(whole * fraction)),
        wall=beginning(wall, ceil(time * fraction)),
        already=_already(claim, paid, Axis.CONTENT if of_content <= of_time else Axis.TIME)
        if fraction < 1
        else (),
    )


def _already(
    claim: Claim, paid: Sequence[Paid[By] | Paid[None]], axis: Axis
) -> tuple[Already[By], ...]:
    """Who was paid for what is missing on the axis that decides. Paid stretches are disjoint: the shares add up."""
    mine = claim.spans if axis == Axis.CONTENT else claim.wall
    found: list[Already[By]] = []
    for one in paid:
        theirs = one.spans.get(claim.subject, ()) if axis == Axis.CONTENT else one.wall
        if shared := length_of(common(mine, theirs)):
            share = Fraction(shared, length_of(mine))
            found.append(Already(by=one.by, axis=axis, us=shared, share=share))
    return tuple(found)


def _together(by: Other, parts: Iterable[Part[By]]) -> Paid[Other]:
    """What parts are paid for; the same content may be asked for by several, in pieces."""
    parts = tuple(parts)
    subjects = {part.claim.subject: part for part in parts if part.spans}
    return Paid(
        by=by,
        spans={
            subject: joined(_flat(part.spans for part in parts if part.claim.subject == subject))
            for subject in subjects
        },
        wall=joined(_flat(part.wall for part in parts)),
    )


def _flat(stretches: Iterable[Stretches]) -> Iterable[Stretch]:
    return (one for each in stretches for one in each)


def _share(part: int, whole: int) -> Fraction:
    return Fraction(part, whole) if whole else Fraction(1)
