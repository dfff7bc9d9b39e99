"""The clock that presence is counted by: the wall clock as of the process's start, and from there only forward.

A wall clock that is stepped (NTP, an operator) would lengthen or eat the minutes of everybody in a room. This one goes
on evenly, and no two moments that a process asks for are the same: what came first stays first. A process that is
started after a step counts by the new time (decision 026).
"""

import datetime
import threading
import time

_MICROSECOND = datetime.timedelta(microseconds=1)


class Steady:
    """A clock of its own, for tests; everybody else asks `now`."""

    def __init__(self) -> None:
        self._start = datetime.datetime.now(datetime.UTC)
        self._start_ns = time.monotonic_ns()
        self._last = self._start
        self._lock = threading.Lock()

    def now(self) -> datetime.datetime:
        """The moment, aware, later than every one before."""
        passed = datetime.timedelta(microseconds=(time.monotonic_ns() - self._start_ns) // 1000)
        with self._lock:
            self._last = max(self._start + passed, self._last + _MICROSECOND)
            return self._last


now = Steady().now
