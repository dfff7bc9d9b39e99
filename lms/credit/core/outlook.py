"""Where a standing leads: what is still owed and by which day, and how it would stand once what waits went through."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from lms.credit.core.evaluate import Standing
from lms.credit.core.hours import Hours
from lms.credit.core.periods import cycle_of, year_of
from lms.credit.core.policy_rules import Amount, Calendar, Filter
from lms.credit.core.require import RequirementStanding, Status


class Prospect(NamedTuple):
    """A requirement as it stands, and what it would come to with the hours that wait."""

    now: RequirementStanding
    would_count: Amount
    would: Status
    would_lack: Amount
    due: date
    """The last day whose hours can count for it."""
    owing: bool
    """A duty, no advice, that is not met and still can be."""


class Debt(NamedTuple):
    """What is owed by the nearest day: hours, and trainings where a number of them is asked for."""

    due: date
    hours: Hours
    trainings: int


class Outlook(NamedTuple):
    """A standing with what comes of it; `main` is the duty that asks for the most hours, where one asks for any."""

    standing: Standing
    would_meet: bool
    prospects: tuple[Prospect, ...]
    debt: Debt | None
    would_owe: Debt | None
    """What would be left of the debt, by the same day; None where nothing would."""
    main: Prospect | None


def look_ahead(now: Standing, would: Standing) -> Outlook:
    """`would`: the standing of the same person under the same policy that day with all hours that wait."""
    then = {one.requirement.id: one for one in would.requirements}
    prospects = tuple(
        _prospect(one, then[one.requirement.id], now.policy.calendar, now.as_of)
        for one in now.requirements
    )
    debt = _debt(prospects)
    left = debt
    if debt and would is not now:
        left = _debt([one for one in prospects if one.due == debt.due], would=True)
    return Outlook(now, would.met, prospects, debt, left, _main(prospects))


def _prospect(
    now: RequirementStanding, then: RequirementStanding, calendar: Calendar, as_of: date
) -> Prospect:
    due = _due(now, calendar, as_of)
    owing = now.requirement.kind == "must" and now.status == "unmet" and due >= as_of
    return Prospect(now, then.counted, then.status, then.shortfall, due, owing)


def _due(one: RequirementStanding, calendar: Calendar, as_of: date) -> date:
    """The period's last day; of a period that goes on with the day asked about, the year's or the cycle's."""
    if one.requirement.counting.period.kind != "cycle-since-role":
        return one.period.last
    if one.requirement.each_year and calendar.year_from is not None:
        return year_of(*calendar.year_from, as_of).last
    if calendar.anchor is not None:
        return cycle_of(calendar.anchor, calendar.cycle_years, as_of).last
    return one.period.last


def _debt(prospects: Sequence[Prospect], *, would: bool = False) -> Debt | None:
    """What is owed by the nearest day; with `would`, what would be with all that waits."""
    owing = [one for one in prospects if one.owing and not (would and one.would != "unmet")]
    if not owing:
        return None
    due = min(one.due for one in owing)
    hours: list[tuple[int, Filter]] = []
    trainings: list[tuple[int, Filter]] = []
    for one in owing:
        if one.due == due:
            lacking = one.would_lack if would else one.now.shortfall
            kind = hours if isinstance(lacking, Hours) else trainings
            kind.append((as_number(lacking), one.now.requirement.counting.filter))
    return Debt(due, Hours(least_for_all(hours)), least_for_all(trainings))


def least_for_all(amounts: Sequence[tuple[int, Filter]]) -> int:
    """The fewest hundredths of hours (or trainings) that make up these amounts, where one may serve several filters.

    That is the most that those ask for of which no two can share any: 24 of concentrated and 12 of remote training
    inside a total of 30 are 36.
    """
    return sum(amounts[at][0] for at in most_apart(amounts))


def most_apart(amounts: Sequence[tuple[int, Filter]]) -> list[int]:
    """The places of those amounts that together are the most while no two can share any; of as many, the more."""
    order = sorted(range(len(amounts)), key=lambda at: -amounts[at][0])
    # What all that follow a place in the order come to at the most.
    rest = [sum(amounts[at][0] for at in order[place:]) for place in range(len(order))]
    best: tuple[int, int, list[int]] = (0, 0, [])
    # Each a choice to extend: from which place on, what it comes to, and what it holds; the newest first.
    open_: list[tuple[int, int, list[int]]] = [(0, 0, [])]
    while open_:
        place, sofar, chosen = open_.pop()
        if (sofar, len(chosen)) > best[:2]:
            best = (sofar, len(chosen), chosen)
        if place == len(order):
            continue
        if (sofar + rest[place], len(chosen) + len(order) - place) <= best[:2]:
            continue
        amount, filter_ = amounts[order[place]]
        open_.append((place + 1, sofar, chosen))
        if not any(_may_share(filter_, amounts[other][1]) for other in chosen):
            open_.append((place + 1, sofar + amount, [*chosen, order[place]]))
    return sorted(best[2])


def _may_share(one: Filter, other: Filter) -> bool:
    """Whether an hour can pass both: a training has one purpose, form and level, and may have several themes."""
    return all(
        not mine or not theirs or mine & theirs
        for mine, theirs in (
            (one.purposes, other.purposes),
            (one.forms, other.forms),
            (one.levels, other.levels),
        )
    ) and (one.diplomas is None or other.diplomas is None or one.diplomas == other.diplomas)


def _main(prospects: Sequence[Prospect]) -> Prospect | None:
    in_hours = [
        one
        for one in prospects
        if one.now.requirement.kind == "must" and isinstance(one.now.required, Hours)
    ]
    return max(in_hours, key=lambda one: as_number(one.now.required), default=None)


def as_number(amount: Amount) -> int:
    """Hundredths of hours, or the number itself."""
    return amount.hundredths if isinstance(amount, Hours) else amount
