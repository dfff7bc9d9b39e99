"""The clock that lessons are counted by: while anybody is in one, it only goes forward, and evenly.

A wall clock that is stepped (NTP, an operator) would lengthen or eat the minutes of everybody in a room. This one
takes the time when the first comes in where nobody was, in a room or sending, and goes on by itself until the last has
left. No two moments that a process asks for meanwhile are the same: what came first stays first.

All processes of a machine go by the same one (`share`): whoever holds it has a lock on a file, which the system gives
back for a process that dies, and the file says how far the clock is ahead of the machine's own count of time, which
nobody can set. So a process that is started after a step goes on where the others are (decision 027).

The first takes the time from the database, which is one for all machines. Where a lesson is on air though nobody holds
the clock, because every process fell, it goes on as the file says, by the machine's own count; and never from before
the latest moment that stands in that lesson.
"""

import datetime
import fcntl
import os
import platform
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_MICROSECOND = datetime.timedelta(microseconds=1)
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_BOOT = Path("/proc/sys/kernel/random/boot_id")


ASK_AGAIN_US = 60_000_000
"""So long an answer about time is good; the machine's own count does the rest."""


@dataclass(frozen=True, slots=True)
class Reference:
    """What the database knows of time.

    `ahead_us`: how far its clock is ahead of this machine's own count. `least_us`: the latest moment that stands in a
    lesson that is on air, None where none is.
    """

    ahead_us: int
    least_us: int | None = None


class Steady:
    """A clock of its own, for tests; everybody else uses `now`, `now_us` and `held`."""

    def __init__(
        self,
        folder: Callable[[], Path] | None = None,
        ask: Callable[[], Reference | None] | None = None,
    ) -> None:
        self._folder, self._ask = folder, ask
        self._asked_us: int | None = None
        self._known: Reference | None = None
        self._lock = threading.Lock()
        self._holders = 0
        self._is_kept = False
        self._held_file: int | None = None
        self._ahead_us = _wall_ahead_us()
        self._last_us = 0

    def share(
        self, folder: Callable[[], Path], ask: Callable[[], Reference | None] | None = None
    ) -> None:
        """Go with the other processes that share this folder of the machine's; asked for when it is needed.

        `ask` asks the database, and answers None where it is away or shall not be asked.
        """
        self._folder, self._ask = folder, ask

    def now(self) -> datetime.datetime:
        """The moment, aware; while it is held, later than every one before."""
        return _EPOCH + self.now_us() * _MICROSECOND

    def now_us(self) -> int:
        """The same in microseconds of Unix time."""
        with self._lock:
            if not self._holders:
                file, self._ahead_us = self._taken()
                _close(file)
                self._last_us = 0
            self._last_us = max(self._ahead_us + own_us(), self._last_us + 1)
            return self._last_us

    def hold(self) -> None:
        """Somebody is counted from here on."""
        with self._lock:
            if not self._holders:
                self._held_file, self._ahead_us = self._taken()
                self._last_us = 0
            self._holders += 1

    def release(self) -> None:
        """Who held it is gone."""
        with self._lock:
            self._holders -= 1
            if not self._holders:
                _close(self._held_file)
                self._held_file = None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Go on evenly for so long."""
        self.hold()
        try:
            yield
        finally:
            self.release()

    def keep(self, is_wanted: bool) -> None:
        """Hold it on behalf of the site for as long as that is wanted; said again, it changes nothing."""
        if is_wanted != self._is_kept:
            self._is_kept = is_wanted
            self.hold() if is_wanted else self.release()

    def _taken(self) -> tuple[int | None, int]:
        """How far the clock is ahead of the machine's own count, by who holds it, else as the first begins it.

        And the file by which we are among those who hold it, as long as it is open.
        """
        reference = self._reference()
        # A full disk stops no lesson: then each process goes by itself.
        with suppress(OSError):
            if self._folder is not None:
                return _joined(self._folder() / f"steady-{_machine()}", reference)
        return None, begun(None, reference)

    def _reference(self) -> Reference | None:
        if self._ask is None:
            return None
        if self._asked_us is None or own_us() - self._asked_us > ASK_AGAIN_US:
            self._known = self._ask()
            self._asked_us = own_us()
        return self._known


def begun(before_us: int | None, reference: Reference | None) -> int:
    """How far the clock of who begins it is ahead of the machine's own count.

    `before_us`: how far it was when this machine held it last, since it was started.
    """
    if reference is None:
        return _wall_ahead_us()
    if reference.least_us is None:
        return reference.ahead_us
    ahead_us = reference.ahead_us if before_us is None else before_us
    return max(ahead_us, reference.least_us - own_us())


def _joined(path: Path, reference: Reference | None) -> tuple[int, int]:
    """Be one of those who hold a file's clock, as the first where nobody does. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    gate = os.open(f"{path}.gate", os.O_RDWR | os.O_CREAT, 0o644)
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        # The gate: looking whether anybody holds it and becoming one who does are one step.
        fcntl.flock(gate, fcntl.LOCK_EX)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            before = os.pread(file, 20, 0)
            ahead_us = begun(int(before) if before else None, reference)
            os.pwrite(file, b"%20d" % ahead_us, 0)
        except BlockingIOError:
            ahead_us = int(os.pread(file, 20, 0))
        fcntl.flock(file, fcntl.LOCK_SH)
    except BaseException:
        os.close(file)
        raise
    finally:
        os.close(gate)
    return file, ahead_us


def _close(file: int | None) -> None:
    if file is not None:
        os.close(file)


def own_us() -> int:
    """Microseconds that the machine counts for itself: the same for all its processes."""
    return time.monotonic_ns() // 1000


def _wall_ahead_us() -> int:
    return time.time_ns() // 1000 - own_us()


def _machine() -> str:
    """Names the machine as long as it runs: a folder may be shared by several, their counts of time are not."""
    try:
        return _BOOT.read_text().strip()
    except OSError:
        return platform.node()


_steady = Steady()
now, now_us, hold, release, held, keep, share = (
    _steady.now,
    _steady.now_us,
    _steady.hold,
    _steady.release,
    _steady.held,
    _steady.keep,
    _steady.share,
)
