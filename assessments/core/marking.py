"""How answers become a score. Pure: what is right and what was chosen in, exact fractions out."""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

#: A rule of marking: what is right, what was chosen -> the part of the question's points that this earns, 0 to 1.
Rule = Callable[[Set[str], Set[str]], Fraction]

#: Amounts are kept with this many decimals, cut and never rounded up: with a pass mark of at most as many decimals,
#: the cut amount reaches it exactly when the fraction does.
PLACES = 6


@dataclass(frozen=True, kw_only=True)
class Item:
    """A question as marking sees it. `points` is a whole number of at least 1."""

    key: str
    right: frozenset[str]
    points: int
    rule: Rule


@dataclass(frozen=True, kw_only=True)
class Marked:
    """One question, marked."""

    key: str
    chosen: frozenset[str]
    points: Fraction
    of: int

    @property
    def right(self) -> bool:
        """Whether it earned all of its points."""
        return self.points == self.of


@dataclass(frozen=True, kw_only=True)
class Result:
    """A whole paper, marked, in the paper's order."""

    items: tuple[Marked, ...]

    @property
    def points(self) -> Fraction:
        """Points earned."""
        return sum((one.points for one in self.items), Fraction(0))

    @property
    def of(self) -> int:
        """Points that could be earned."""
        return sum(one.of for one in self.items)

    @property
    def fraction(self) -> Fraction:
        """Earned over possible, 0 to 1; 0 for a paper without questions."""
        return self.points / self.of if self.of else Fraction(0)

    @property
    def amount(self) -> Decimal:
        """The fraction with `PLACES` decimals, cut."""
        return cut(self.fraction, PLACES)


def all_or_nothing(right: Set[str], chosen: Set[str]) -> Fraction:
    """All points for exactly the right options, none for one too many or too few."""
    return Fraction(int(chosen == right))


def mark(items: Sequence[Item], answers: Mapping[str, Set[str]]) -> Result:
    """Mark a paper; a question without an answer counts as answered with nothing."""
    return Result(
        items=tuple(_mark_one(item, answers.get(item.key, frozenset())) for item in items)
    )


def _mark_one(item: Item, chosen: Set[str]) -> Marked:
    share = item.rule(item.right, chosen)
    if not 0 <= share <= 1:
        raise ValueError(f"The rule of question {item.key} gave {share}, which is not from 0 to 1.")
    return Marked(
        key=item.key, chosen=frozenset(chosen), points=share * item.points, of=item.points
    )


def cut(value: Fraction, places: int) -> Decimal:
    """A fraction of at least 0 as a decimal, cut after `places`."""
    return Decimal(value.numerator * 10**places // value.denominator).scaleb(-places)


def out_of_hundred(amount: Decimal) -> Decimal:
    """An amount (0 to 1) as a score out of 100 with at most one decimal, cut: 100 is only said of everything right."""
    tenths = int(amount * 1000)
    return Decimal(tenths // 10) if tenths % 10 == 0 else Decimal(tenths).scaleb(-1)


def missing_to(amount: Decimal, minimum: Decimal) -> Decimal:
    """What is missing to the pass mark, out of 100: score and missing add up to it. 0 exactly when it is reached."""
    if amount >= minimum:
        return Decimal(0)
    return max(Decimal("0.1"), out_of_hundred(minimum) - out_of_hundred(amount))
