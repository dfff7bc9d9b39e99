"""Why a training was paid less than it is worth: written among its facts, and read back from them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lms.credit.core.hours import Hours
from lms.credit.core.minutes import MS, WHOLE, Already, Axis, By, Part, Reckoning

NAMED = tuple[str, str]
"""Public id and title of a booking."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """What of a need had been counted before, and what that takes off, in exact hundredths of an hour.

    `training` is None where it was another part of the same training; `seconds` where it is a thing without a length.
    `share` is what it is of the need, 0 to 1.
    """

    need: str
    training: str | None
    booking: str | None
    axis: Axis
    seconds: Decimal | None
    share: Fraction
    hundredths: Fraction

    @property
    def is_time(self) -> bool:
        """Whether it is about time and not about content."""
        return self.axis == Axis.TIME

    @property
    def is_all(self) -> bool:
        """Whether it is all of the need's content."""
        return not self.is_time and self.share == 1

    @property
    def has_length(self) -> bool:
        """Whether its length says something: a timeline may be the pages of a book."""
        return self.seconds is not None and self.seconds >= 1

    @property
    def percent(self) -> int:
        """Its share in hundredths, cut."""
        return int(self.share * 100)

    @property
    def hours(self) -> str:
        """What it takes off, as text."""
        return in_hours(self.hundredths)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """What a training is worth, what was left out, and what remains before it is rounded down."""

    worth: Hours
    exact: Fraction
    left_out: tuple[LeftOut, ...]

    @property
    def is_rounded(self) -> bool:
        """Whether rounding down took something."""
        return self.exact.denominator > 1

    @property
    def exact_hours(self) -> str:
        """What remains, as text."""
        return in_hours(self.exact)


def as_facts(
    worth: Hours,
    titles: Sequence[str],
    reckoning: Reckoning[By],
    name: Callable[[By], NAMED],
) -> dict[str, Any]:
    """The facts of a reckoning whose claims have these titles; none where nothing was left out."""
    if reckoning.is_whole:
        return {}
    parts = list(zip(titles, reckoning.parts, strict=True))
    return {
        "already": [
            _already(title, part, one, name) for title, part in parts for one in part.already
        ],
        "reckoning": {
            "worth": worth.hundredths,
            "exact": str(reckoning.exact),
            "needs": [
                {"title": title, "worth": part.worth.hundredths, "fraction": str(part.fraction)}
                for title, part in parts
            ],
        },
    }


def explained(facts: Mapping[str, Any]) -> Explained | None:
    """What facts say was left out; None where nothing was."""
    if "reckoning" not in facts:
        return None
    return Explained(
        worth=Hours(facts["reckoning"]["worth"]),
        exact=Fraction(facts["reckoning"]["exact"]),
        left_out=tuple(_left_out(one) for one in facts["already"]),
    )


def in_hours(hundredths: Fraction) -> str:
    """Exact hundredths of an hour as text: 1.50; where they are not whole, to four places."""
    if hundredths.denominator == 1:
        return Hours(int(hundredths)).fixed()
    exact = Decimal(hundredths.numerator) / Decimal(hundredths.denominator * 100)
    return f"{exact:.4f}"


def _already(
    title: str, part: Part[By], one: Already[By], name: Callable[[By], NAMED]
) -> dict[str, Any]:
    booking, training = name(one.by) if one.by is not None else (None, None)
    whole = one.axis == Axis.CONTENT and part.claim.spans == WHOLE
    return {
        "need": title,
        "training": training,
        "booking": booking,
        "of": str(one.axis),
        "ms": None if whole else one.us // MS,
        "share": str(one.share),
        "hundredths": str(part.worth.hundredths * one.share),
    }


def _left_out(one: Mapping[str, Any]) -> LeftOut:
    return LeftOut(
        need=one["need"],
        training=one["training"],
        booking=one["booking"],
        axis=Axis(one["of"]),
        seconds=None if one["ms"] is None else Decimal(one["ms"]) / 1000,
        share=Fraction(one["share"]),
        hundredths=Fraction(one["hundredths"]),
    )
