"""Cycles (周期), policy years (年度), probation (试用期): dates only, every last day included."""

from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

_DAY = timedelta(days=1)
# Any leap year will do: only the month and day of a year's first day matter.
_SOME_LEAP_YEAR = 2000


class Period(NamedTuple):
    """Days from `first` (None: from ever) to `last`, both included."""

    first: date | None
    last: date

    def holds(self, day: date) -> bool:
        """Whether `day` lies in the period."""
        return (self.first is None or self.first <= day) and day <= self.last


def anniversary(day: date, years: int) -> date:
    """The same day `years` later (or earlier); of 29 February, where there is none, 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        if (day.month, day.day) != (2, 29):
            raise
        return date(day.year + years, 3, 1)


@lru_cache(maxsize=4096)
def first_year(day: date) -> Period:
    """From `day` to the day before its first anniversary: probation, an appointment year."""
    return Period(day, anniversary(day, 1) - _DAY)


@lru_cache(maxsize=4096)
def cycle_of(anchor: date, years: int, day: date) -> Period:
    """The cycle in which `day` lies: `years` long, counted from `anchor` onward and backward."""
    first = _cycle_start(anchor, years, _cycle_index(anchor, years, day))
    return Period(first, anniversary(anchor, first.year - anchor.year + years) - _DAY)


@lru_cache(maxsize=4096)
def year_of(month: int, day_of_month: int, day: date) -> Period:
    """The policy year in which `day` lies: twelve months from a month and day."""
    return cycle_of(_year_anchor(month, day_of_month), 1, day)


def years_touched(month: int, day_of_month: int, first: date, last: date) -> int:
    """How many policy years have a day in the stretch from `first` to `last`, at least 1."""
    anchor = _year_anchor(month, day_of_month)
    return _cycle_index(anchor, 1, last) - _cycle_index(anchor, 1, first) + 1


def _year_anchor(month: int, day_of_month: int) -> date:
    return date(_SOME_LEAP_YEAR, month, day_of_month)


def _cycle_index(anchor: date, years: int, day: date) -> int:
    index = (day.year - anchor.year) // years
    return index if _cycle_start(anchor, years, index) <= day else index - 1


def _cycle_start(anchor: date, years: int, index: int) -> date:
    return anniversary(anchor, index * years)
