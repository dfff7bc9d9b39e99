"""When something was done, and whether that is worth a question."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.credit.core.lines import HERE
from lms.credit.core.oddities import longest_sitting, parse_window, seconds_within

NIGHT = parse_window("01:00-05:00")


def at(hour: int, minute: int = 0, day: int = 18) -> datetime.datetime:
    return datetime.datetime(2026, 5, day, hour, minute, tzinfo=HERE)


def test_window_of_nothing_asks_about_nothing() -> None:
    assert parse_window("") is None
    assert seconds_within([(at(2), at(3))], None) == 0


@pytest.mark.parametrize("text", ["01:00", "05:00-01:00", "25:00-26:00", "x-y"])
def test_nonsense_is_no_window(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any sentence
        parse_window(text)


@pytest.mark.parametrize(
    ("wall", "seconds"),
    [
        ([(at(20), at(22))], 0),
        ([(at(0), at(1))], 0),
        ([(at(0, 30), at(1, 20))], 1200),
        ([(at(4, 59), at(6))], 60),
        ([(at(23, day=17), at(23, day=18))], 4 * 3600),
        ([(at(2), at(2, 10)), (at(3, day=19), at(3, 10, day=19))], 1200),
    ],
)
def test_seconds_within_the_night(wall, seconds: int) -> None:
    utc = [(start.astimezone(datetime.UTC), end.astimezone(datetime.UTC)) for start, end in wall]
    assert seconds_within(utc, NIGHT) == seconds


def test_longest_sitting_bridges_short_pauses_only() -> None:
    wall = [(at(14), at(15)), (at(9), at(10)), (at(10, 4), at(11))]
    assert longest_sitting(wall, datetime.timedelta(minutes=5)) == (at(9), at(11))
    assert longest_sitting([], datetime.timedelta(minutes=5)) is None


MINUTES = st.integers(0, 3 * 24 * 60)


@given(st.lists(st.tuples(MINUTES, MINUTES), max_size=6))
def test_night_minutes_agree_with_counting_each(pairs) -> None:
    start = at(0)
    wall, counted, done = [], 0, set()
    for one, two in pairs:
        low, high = sorted((one, two))
        if done & set(range(low, high)):
            continue
        done |= set(range(low, high))
        wall.append(
            (start + datetime.timedelta(minutes=low), start + datetime.timedelta(minutes=high))
        )
        counted += sum(60 for minute in range(low, high) if 60 <= minute % 1440 < 300)
    assert seconds_within(wall, NIGHT) == counted
