from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.credit.core.periods import (
    Period,
    anniversary,
    cycle_of,
    first_year,
    year_of,
    years_touched,
)

days = st.dates(date(1900, 1, 1), date(2999, 12, 31))
month_days = st.dates(date(2000, 1, 1), date(2000, 12, 31)).map(lambda day: (day.month, day.day))


@pytest.mark.parametrize(
    ("day", "years", "expected"),
    [
        (date(2005, 9, 1), 1, date(2006, 9, 1)),
        (date(2012, 2, 29), 1, date(2013, 3, 1)),
        (date(2012, 2, 29), 3, date(2015, 3, 1)),
        (date(2012, 2, 29), 4, date(2016, 2, 29)),
        (date(2096, 2, 29), 4, date(2100, 3, 1)),
        (date(2012, 2, 28), 1, date(2013, 2, 28)),
    ],
)
def test_anniversary(day, years, expected):
    assert anniversary(day, years) == expected


def test_anniversary_beyond_the_calendar_is_no_day_in_march():
    with pytest.raises(ValueError, match="out of range"):
        anniversary(date(2999, 5, 5), 8000)


def test_first_year_ends_on_the_day_before_the_anniversary():
    assert first_year(date(2012, 9, 1)) == Period(date(2012, 9, 1), date(2013, 8, 31))
    assert first_year(date(2012, 2, 29)) == Period(date(2012, 2, 29), date(2013, 2, 28))


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (date(2011, 9, 1), date(2011, 9, 1), date(2016, 8, 31)),
        (date(2016, 8, 31), date(2011, 9, 1), date(2016, 8, 31)),
        (date(2016, 9, 1), date(2016, 9, 1), date(2021, 8, 31)),
        (date(2011, 8, 31), date(2006, 9, 1), date(2011, 8, 31)),
        (date(2006, 8, 31), date(2001, 9, 1), date(2006, 8, 31)),
        (date(1900, 1, 1), date(1896, 9, 1), date(1901, 8, 31)),
        (date(2999, 12, 31), date(2996, 9, 1), date(3001, 8, 31)),
    ],
)
def test_cycles_go_on_before_and_after_the_anchor(day, first, last):
    assert cycle_of(date(2011, 9, 1), 5, day) == Period(first, last)


@given(days, st.integers(1, 12), days)
def test_cycles_touch_and_leave_no_day_out(anchor, years, day):
    cycle = cycle_of(anchor, years, day)
    assert cycle.holds(day)
    assert cycle_of(anchor, years, cycle.first) == cycle_of(anchor, years, cycle.last) == cycle
    assert cycle_of(anchor, years, cycle.last + timedelta(1)).first == cycle.last + timedelta(1)
    assert cycle_of(anchor, years, cycle.first - timedelta(1)).last == cycle.first - timedelta(1)


def test_year_from_september():
    assert year_of(9, 1, date(2013, 8, 31)) == Period(date(2012, 9, 1), date(2013, 8, 31))
    assert year_of(9, 1, date(2013, 9, 1)) == Period(date(2013, 9, 1), date(2014, 8, 31))


@given(month_days, days, st.integers(0, 4000))
def test_years_touched_counts_the_years_that_walking_meets(month_day, first, length):
    last = first + timedelta(length)
    met, day = 0, first
    while day <= last:
        met, day = met + 1, year_of(*month_day, day).last + timedelta(1)
    assert years_touched(*month_day, first, last) == met


def test_a_period_without_a_first_day_holds_everything_before():
    period = Period(None, date(2013, 2, 28))
    assert period.holds(date.min)
    assert period.holds(date(2013, 2, 28))
    assert not period.holds(date(2013, 3, 1))
