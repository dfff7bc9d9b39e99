"""The clock that lessons are counted by: while anybody is in one, it only goes forward, and evenly.

A wall clock that is stepped (NTP, an operator) would lengthen or eat the minutes of everybody in a room. This one
takes the wall clock's time when the first comes in where nobody was, in a room or sending, and goes on by itself until
the last has left. No two moments that a process asks for meanwhile are the same: what came first stays first. What a
process that is started after a step counts, it counts by the new time (decision 027).
"""

import datetime
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_MICROSECOND = datetime.timedelta(microseconds=1)
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


class Steady:
    """A clock of its own, for tests; everybody else uses `now`, `now_us` and `held`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._holders = 0
        self._take_over()

    def _take_over(self) -> None:
        self._start = self._last = datetime.datetime.now(datetime.UTC)
        self._start_ns = time.monotonic_ns()

    def now(self) -> datetime.datetime:
        """The moment, aware; while it is held, later than every one before."""
        with self._lock:
            if not self._holders:
                self._take_over()
            passed = datetime.timedelta(microseconds=(time.monotonic_ns() - self._start_ns) // 1000)
            self._last = max(self._start + passed, self._last + _MICROSECOND)
            return self._last

    def now_us(self) -> int:
        """The same in microseconds of Unix time."""
        return (self.now() - _EPOCH) // _MICROSECOND

    def hold(self) -> None:
        """Somebody is counted from here on."""
        with self._lock:
            if not self._holders:
                self._take_over()
            self._holders += 1

    def release(self) -> None:
        """Who held it is gone."""
        with self._lock:
            self._holders -= 1

    @contextmanager
    def held(self) -> Iterator[None]:
        """Go on evenly for so long."""
        self.hold()
        try:
            yield
        finally:
            self.release()


_steady = Steady()
now, now_us, hold, release, held = (
    _steady.now,
    _steady.now_us,
    _steady.hold,
    _steady.release,
    _steady.held,
)
