"""Credit hours (学时): exact, in whole hundredths, never a float."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

_DECIMAL = re.compile(r"(0|[1-9][0-9]{0,8})(?:\.([0-9]{1,2}))?")

NO_HOURS = (
    "%(text)r is no number of hours; write it like 8, 7.5 or 0.25, with at most two decimal places"
)


@dataclass(frozen=True, slots=True, order=True)
class Hours:
    """An exact number of credit hours; may be negative (the giving leg of a transfer)."""

    hundredths: int

    @classmethod
    def parse(cls, text: str, *, at_most: "Hours | None" = None) -> Self:
        """Read "10", "7.5" or "0.25": ASCII digits, at most two places, no sign, no leading zero.

        Raises ValueError with the reason, also where the value is above `at_most`.
        """
        found = _DECIMAL.fullmatch(text)
        if found is None:
            raise ValueError(NO_HOURS % {"text": text[:40]})
        places = (found[2] or "").ljust(2, "0")
        hours = cls(int(found[1]) * 100 + int(places))
        if at_most is not None and hours > at_most:
            raise ValueError(f"{text} hours are more than {at_most}")
        return hours

    def __add__(self, other: "Hours") -> "Hours":
        return Hours(self.hundredths + other.hundredths)

    def __sub__(self, other: "Hours") -> "Hours":
        return Hours(self.hundredths - other.hundredths)

    def __neg__(self) -> "Hours":
        return Hours(-self.hundredths)

    def __bool__(self) -> bool:
        return self.hundredths != 0

    def __str__(self) -> str:
        """The shortest decimal: "8", "7.5", "0.25", "-1.1"."""
        return self.fixed().rstrip("0").rstrip(".")

    def fixed(self) -> str:
        """The decimal with both places, as the ledger writes it: "8.00"."""
        whole, places = divmod(abs(self.hundredths), 100)
        sign = "-" if self.hundredths < 0 else ""
        return f"{sign}{whole}.{places:02d}"


ZERO = Hours(0)
DAY = Hours(2400)
"""The most hours that one session can claim: a whole day."""


def total(hours: Iterable[Hours]) -> Hours:
    """The sum of `hours`; of none, 0."""
    return Hours(sum(each.hundredths for each in hours))


def divide(amount: Hours, weights: Sequence[int]) -> list[Hours]:
    """Divide `amount` in proportion to `weights` by largest remainder, to the hundredth.

    The parts add up to `amount` exactly; of equal remainders the earlier part gets the hundredth.
    Raises ValueError where the amount or a weight is negative, or all weights are 0.
    """
    whole = sum(weights)
    if amount < ZERO or whole <= 0 or min(weights) < 0:
        raise ValueError("only an amount of at least 0, by weights of at least 0, not all 0")
    shares = [divmod(amount.hundredths * weight, whole) for weight in weights]
    parts = [share for share, _ in shares]
    by_remainder = sorted(range(len(shares)), key=lambda place: -shares[place][1])
    for place in by_remainder[: amount.hundredths - sum(parts)]:
        parts[place] += 1
    return [Hours(part) for part in parts]
