"""The rules that a policy is made of, once its data file was read and found sound (policy.py)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from lms.credit.core.hours import Hours

Kind = Literal["must", "advice"]
Measure = Literal["hours", "trainings", "largest-training"]
Amount = Hours | int
"""Hours, or for the measure `trainings` a whole number."""

PeriodKind = Literal[
    "cycle", "year", "probation", "until-probation-ends", "appointment-year", "cycle-since-role"
]


Rounding = Literal["hundredth", "half", "whole"]
_STEP = {"hundredth": 1, "half": 50, "whole": 100}


@dataclass(frozen=True, slots=True)
class HourUnit:
    """How long an hour of credit is (1 学时 = 45 分钟), and to what hours are rounded down."""

    minutes: int = 45
    rounding: Rounding = "hundredth"
    quote: str = ""
    """The paragraph that says so; empty: the source says nothing, so it is the usual lesson of 45 minutes."""

    def hours_in(self, seconds: int) -> Hours:
        """The most hours that content of so many seconds can carry."""
        return Hours(seconds * 100 // (self.minutes * 60) // self.step * self.step)

    @property
    def step(self) -> int:
        """Of how many hundredths all hours are made."""
        return _STEP[self.rounding]


def strictest(units: Sequence[HourUnit]) -> HourUnit:
    """Of several the longest hour, in the coarsest steps, so that nobody counts more than they allow."""
    if not units:
        return HourUnit()
    longest = max(units, key=lambda unit: unit.minutes)
    return replace(longest, rounding=max(units, key=lambda unit: unit.step).rounding)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Where the policy's cycles and years begin; None where it has none."""

    anchor: date | None = None
    cycle_years: int = 0
    year_from: tuple[int, int] | None = None
    """Month and day of a policy year's first day."""
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Diploma:
    """Trainings of `form` count `hours` once, on the day of the diploma, and nothing before."""

    form: str
    hours: Hours


@dataclass(frozen=True, slots=True)
class Recognition:
    """Which checks a claimed hour must pass, and how far a day's hours count."""

    not_accredited: bool = False
    not_registered: bool = False
    stages: frozenset[str] = frozenset()
    """Stages of assessment that must be passed."""
    diploma: Diploma | None = None
    daily_cap: Hours | None = None
    quotes: tuple[tuple[str, str], ...] = ()
    """Each check that is used, with the paragraph that it comes from."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which counted lines a rule looks at; an empty set lets any word through."""

    purposes: frozenset[str] = frozenset()
    forms: frozenset[str] = frozenset()
    levels: frozenset[str] = frozenset()
    themes: frozenset[str] = frozenset()
    """At least one of these."""
    diplomas: bool | None = None
    """True: only diplomas, False: none, None: both."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What must be so of a person on the day asked about; None and empty ask nothing."""

    holds_any: frozenset[str] = frozenset()
    holds_none: frozenset[str] = frozenset()
    in_probation: bool | None = None
    joined_in_cycle: bool | None = None
    role_began_in_cycle: str | None = None
    service_years_under: int | None = None
    service_years_from: int | None = None


@dataclass(frozen=True, slots=True)
class PeriodRule:
    """A kind of period, with the role whose first day it hangs on where it hangs on one."""

    kind: PeriodKind
    role: str = ""


@dataclass(frozen=True, slots=True)
class Counting:
    """How much of what, and when: a measure over filtered lines of a period."""

    period: PeriodRule
    filter: Filter
    measure: Measure = "hours"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One row of a policy's table, beside the paragraph that it comes from."""

    id: str
    title: str
    kind: Kind
    applies: Conditions
    counting: Counting
    required: Amount
    each_year: bool
    """Whether `required` is owed for each policy year that the period touches."""
    quote: str


@dataclass(frozen=True, slots=True)
class Threshold:
    """What counted hours (or trainings) must come to for an exemption."""

    counting: Counting
    more_than: Amount | None = None
    at_least: Amount | None = None
    less_than: Amount | None = None


@dataclass(frozen=True, slots=True)
class Exemption:
    """Requirements (by id) that are not asked for where conditions and test are met."""

    exempts: frozenset[str]
    applies: Conditions
    test: Threshold | None
    quote: str


@dataclass(frozen=True, slots=True)
class SchoolRequirement:
    """What is asked of a school and not of a person: how many of its people take one large training a year."""

    id: str
    title: str
    applies: Conditions
    """Who of its people are counted."""
    filter: Filter
    training: Hours
    """What one training has to come to, in counted hours."""
    share: int
    """Of a hundred of them, how many at least."""
    quote: str


@dataclass(frozen=True, slots=True)
class Policy:
    """A 学时管理办法: which hours count for a teacher, and how many are owed."""

    id: str
    title: str
    source: str
    calendar: Calendar
    hour: HourUnit
    recognition: Recognition
    requirements: tuple[Requirement, ...]
    exemptions: tuple[Exemption, ...]
    school_requirements: tuple[SchoolRequirement, ...] = ()
