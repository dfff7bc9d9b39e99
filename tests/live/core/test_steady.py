"""A clock that only goes on while somebody is counted, whatever the wall clock does."""

import datetime
import itertools
import time

import pytest

from live.core.steady import Steady

NEW_TIME = datetime.datetime(2001, 1, 1, tzinfo=datetime.UTC)


@pytest.fixture
def step(monkeypatch):
    """Set the wall clock back by decades."""

    class Stepped(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return cls.combine(NEW_TIME.date(), NEW_TIME.time(), NEW_TIME.tzinfo)

    return lambda: monkeypatch.setattr(datetime, "datetime", Stepped)


def test_a_stepped_wall_clock_changes_nothing_for_those_who_are_there(step) -> None:
    clock = Steady()
    with clock.held():
        before = clock.now()
        step()
        with clock.held():
            assert datetime.timedelta(0) < clock.now() - before < datetime.timedelta(minutes=1)
        assert clock.now() > before


def test_the_next_to_come_are_counted_by_the_new_time(step) -> None:
    clock = Steady()
    with clock.held():
        step()
    with clock.held():
        assert datetime.timedelta(0) < clock.now() - NEW_TIME < datetime.timedelta(minutes=1)


def test_no_two_moments_are_the_same(monkeypatch) -> None:
    clock = Steady()
    standing = time.monotonic_ns()
    with clock.held():
        monkeypatch.setattr(time, "monotonic_ns", lambda: standing)
        moments = [clock.now() for _ in range(100)]
    assert all(one < two for one, two in itertools.pairwise(moments))
