"""Hours divided over the days on which their evidence arose."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from zoneinfo import ZoneInfo

from lms.credit.core.hours import Hours, divide

HERE = ZoneInfo("Asia/Shanghai")
"""Days begin and end where the teachers are."""

Span = tuple[datetime.datetime, datetime.datetime]


@dataclass(frozen=True, slots=True)
class Share:
    """One piece of evidence: what part of the whole it is, when it arose, and the moment it was recorded."""

    weight: int
    wall: Sequence[Span]
    recorded_at: datetime.datetime


@dataclass(frozen=True, slots=True)
class Line:
    """Hours of one day."""

    on: datetime.date
    hours: Hours


def day_of(moment: datetime.datetime) -> datetime.date:
    """The day in Asia/Shanghai."""
    return moment.astimezone(HERE).date()


def dated_lines(amount: Hours, shares: Sequence[Share]) -> tuple[Line, ...]:
    """Divide `amount` by the weights of the shares, within each by its time on each day; largest remainder.

    A share without wall-clock time (an answered quiz) falls on the day it was recorded. Where no share has a weight,
    all weigh the same. Days that get nothing are left out; the lines add up to `amount` exactly.
    """
    spent = [_time_by_day(one.wall) or {day_of(one.recorded_at): 1} for one in shares]
    days = sorted(set().union(*spent))
    if len(days) == 1:  # nearly always; nothing to divide
        return (Line(days[0], amount),) if amount else ()
    even = not any(share.weight for share in shares)
    by_day: defaultdict[datetime.date, Fraction] = defaultdict(Fraction)
    for share, times in zip(shares, spent, strict=True):
        whole = sum(times.values())
        for day, part in times.items():
            by_day[day] += Fraction((1 if even else share.weight) * part, whole)
    scale = lcm(*(by_day[day].denominator for day in days))
    parts = divide(amount, [int(by_day[day] * scale) for day in days])
    return tuple(Line(day, part) for day, part in zip(days, parts, strict=True) if part)


def _time_by_day(wall: Iterable[Span]) -> dict[datetime.date, int]:
    """Microseconds on each day."""
    spent: defaultdict[datetime.date, int] = defaultdict(int)
    for start, end in wall:
        at = start
        while at < end:
            day = day_of(at)
            midnight = datetime.datetime.combine(
                day + datetime.timedelta(days=1), datetime.time(), HERE
            )
            until = min(end, midnight.astimezone(datetime.UTC))
            spent[day] += (until - at) // datetime.timedelta(microseconds=1)
            at = until
    return {day: time for day, time in spent.items() if time}
