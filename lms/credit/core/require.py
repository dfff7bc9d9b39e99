"""Require and decide: what a policy asks of a person on a day, and whether it is met."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal, NamedTuple

from lms.credit.core.facts import Person
from lms.credit.core.hours import Hours
from lms.credit.core.periods import (
    Period,
    anniversary,
    cycle_of,
    first_year,
    year_of,
    years_touched,
)
from lms.credit.core.policy_rules import (
    Amount,
    Calendar,
    Conditions,
    Counting,
    Exemption,
    Filter,
    PeriodRule,
    Policy,
    Requirement,
    Threshold,
)
from lms.credit.core.recognise import Line

Status = Literal["met", "unmet", "exempt"]


class RequirementStanding(NamedTuple):
    """Where a person stands with one requirement; amounts are hours, or whole numbers."""

    requirement: Requirement
    period: Period
    required: Amount
    counted: Amount
    status: Status
    shortfall: Amount
    exemption: Exemption | None
    """The one by which the status is `exempt`."""


class Circumstances:
    """A person on the day asked about, in the words of a policy's calendar."""

    def __init__(self, calendar: Calendar, person: Person, as_of: date) -> None:
        """Work out the periods in which `as_of` lies, and the roles held on it."""
        self.as_of = as_of
        self.joined_on = person.joined_on
        self.probation = first_year(person.joined_on)
        self.cycle: Period | None = None
        self.year: Period | None = None
        if calendar.anchor is not None:
            self.cycle = cycle_of(calendar.anchor, calendar.cycle_years, as_of)
        if calendar.year_from is not None:
            self.year = year_of(*calendar.year_from, as_of)
        self.year_from = calendar.year_from
        self.role_began = _first_days(person, as_of)


def _first_days(person: Person, as_of: date) -> dict[str, date]:
    """Each role held on `as_of`, with the earliest first day of its spells held on that day."""
    began: dict[str, date] = {}
    for spell in person.roles:
        if spell.holds_on(as_of):
            began[spell.role] = min(spell.first, began.get(spell.role, spell.first))
    return began


class Asked(NamedTuple):
    """What a policy asks of a person on a day, however many hours they have."""

    here: Circumstances
    exemptions: list[Exemption]
    requirements: list[tuple[Requirement, Period, int]]
    """Those that apply, in the policy's order, with their period and what they ask for (in `_units`)."""


def asked_of(policy: Policy, person: Person, as_of: date) -> Asked:
    """What applies to the person on that day."""
    here = Circumstances(policy.calendar, person, as_of)
    return Asked(
        here,
        [one for one in policy.exemptions if applies(one.applies, here)],
        [_with_period(one, here) for one in policy.requirements if applies(one.applies, here)],
    )


def standings(asked: Asked, lines: Sequence[Line]) -> list[RequirementStanding]:
    """Where these lines leave the person with each requirement that applies."""
    counted = [line for line in lines if line.counted.hundredths]
    exemption = next(
        (one for one in asked.exemptions if _passes(one.test, asked.here, counted)), None
    )
    return [_standing(*one, counted, exemption) for one in asked.requirements]


def _with_period(requirement: Requirement, here: Circumstances) -> tuple[Requirement, Period, int]:
    period = _period(requirement.counting.period, here)
    required = _units(requirement.required)
    if requirement.each_year and period.first is not None and here.year_from is not None:
        required *= years_touched(*here.year_from, period.first, period.last)
    return requirement, period, required


def applies(conditions: Conditions, here: Circumstances) -> bool:
    """Whether every condition is met."""
    held = here.role_began.keys()
    if conditions.holds_any and conditions.holds_any.isdisjoint(held):
        return False
    if conditions.holds_none and not conditions.holds_none.isdisjoint(held):
        return False
    probation = conditions.in_probation
    if probation is not None and probation != here.probation.holds(here.as_of):
        return False
    joined = conditions.joined_in_cycle
    if joined is not None and joined != _in_cycle(here, here.joined_on):
        return False
    role = conditions.role_began_in_cycle
    if role is not None and not _in_cycle(here, here.role_began.get(role)):
        return False
    return _service_fits(conditions, here)


def _in_cycle(here: Circumstances, day: date | None) -> bool:
    return here.cycle is not None and day is not None and here.cycle.holds(day)


def _service_fits(conditions: Conditions, here: Circumstances) -> bool:
    under, least = conditions.service_years_under, conditions.service_years_from
    if under is not None and here.as_of >= anniversary(here.joined_on, under):
        return False
    return least is None or here.as_of >= anniversary(here.joined_on, least)


def _passes(test: Threshold | None, here: Circumstances, lines: Sequence[Line]) -> bool:
    if test is None:
        return True
    period = _period(test.counting.period, here)
    amount = _measured(test.counting, period, lines)
    return (
        (test.more_than is None or amount > _units(test.more_than))
        and (test.at_least is None or amount >= _units(test.at_least))
        and (test.less_than is None or amount < _units(test.less_than))
    )


def _standing(
    requirement: Requirement,
    period: Period,
    required: int,
    lines: Sequence[Line],
    exemption: Exemption | None,
) -> RequirementStanding:
    if exemption is not None and requirement.id not in exemption.exempts:
        exemption = None
    counted = _measured(requirement.counting, period, lines)
    status: Status = "exempt" if exemption else "met" if counted >= required else "unmet"
    missing = required - counted if status == "unmet" else 0
    in_hours = requirement.counting.measure != "trainings"
    return RequirementStanding(
        requirement,
        period,
        Hours(required) if in_hours else required,
        Hours(counted) if in_hours else counted,
        status,
        Hours(missing) if in_hours else missing,
        exemption,
    )


def _units(amount: Amount) -> int:
    """Hundredths of hours, or the whole number itself: what `_measured` counts in."""
    return amount.hundredths if isinstance(amount, Hours) else amount


def _period(rule: PeriodRule, here: Circumstances) -> Period:
    """The rule's period; policy.py sees to it that the calendar has it and the role is held."""
    period: Period | None
    match rule.kind:
        case "cycle":
            period = here.cycle
        case "year":
            period = here.year
        case "probation":
            period = here.probation
        case "until-probation-ends":
            period = Period(None, here.probation.last)
        case "appointment-year":
            period = first_year(here.role_began[rule.role])
        case "cycle-since-role":
            period = _since(here.cycle, here.role_began[rule.role], here.as_of)
    if period is None:
        raise LookupError(f"the policy's calendar has no {rule.kind}")
    return period


def _since(cycle: Period | None, began: date, as_of: date) -> Period | None:
    """From the later of the cycle's first day and the role's, to the day asked about."""
    return cycle and Period(max(cycle.first or began, began), as_of)


def _measured(counting: Counting, period: Period, lines: Sequence[Line]) -> int:
    """What the lines come to: hundredths of hours, or a number of trainings."""
    chosen = lines_for(counting, period, lines)
    if counting.measure == "hours":
        return sum(line.counted.hundredths for line in chosen)
    by_training: dict[str, int] = {}
    for line in chosen:
        sofar = by_training.get(line.training.id, 0)
        by_training[line.training.id] = sofar + line.counted.hundredths
    if counting.measure == "trainings":
        return len(by_training)
    return max(by_training.values(), default=0)


def lines_for(counting: Counting, period: Period, lines: Iterable[Line]) -> list[Line]:
    """The lines that a rule looks at: of its period, and such as its filter lets through."""
    # A city's standings spend most of their time here: nothing is called for lines of other days.
    first, last, wanted = period.first or date.min, period.last, counting.filter
    return [line for line in lines if first <= line.on <= last and lets_through(wanted, line)]


def lets_through(wanted: Filter, line: Line) -> bool:
    """Whether a filter lets a line through, whenever it was."""
    training = line.training
    return (
        (not wanted.purposes or training.purpose in wanted.purposes)
        and (not wanted.forms or training.form in wanted.forms)
        and (not wanted.levels or training.level in wanted.levels)
        and (not wanted.themes or not wanted.themes.isdisjoint(training.themes))
        and (wanted.diplomas is None or wanted.diplomas == line.is_diploma)
    )
