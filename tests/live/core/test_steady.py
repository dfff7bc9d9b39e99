"""A clock that only goes on, whatever the wall clock does."""

import datetime
import itertools
import time

from live.core.steady import Steady


def test_a_stepped_wall_clock_changes_nothing(monkeypatch) -> None:
    class Stepped(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(2001, 1, 1, tzinfo=datetime.UTC)

    clock = Steady()
    before = clock.now()
    monkeypatch.setattr(datetime, "datetime", Stepped)
    assert datetime.timedelta(0) < clock.now() - before < datetime.timedelta(minutes=1)


def test_no_two_moments_are_the_same(monkeypatch) -> None:
    clock = Steady()
    standing = time.monotonic_ns()
    monkeypatch.setattr(time, "monotonic_ns", lambda: standing)
    moments = [clock.now() for _ in range(100)]
    assert all(one < two for one, two in itertools.pairwise(moments))
