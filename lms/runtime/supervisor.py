"""One process tree: starts children, restarts the ones that die, ends all of them in order."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from types import FrameType

from lms.runtime import paths

PR_SET_PDEATHSIG = 1  # from <sys/prctl.h>
STOP_TIMEOUT_S = 15
BACKOFF_S = (0.5, 1, 2, 5, 10)
STEADY_S = 60  # alive this long: the next death starts the backoff anew


@dataclass
class Child:
    """A process to keep alive; `argv` follows the Python interpreter."""

    name: str
    argv: list[str]
    env: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    deaths: int = 0
    due: float = 0.0

    def start(self) -> None:
        """Start it; its output is ours."""
        self.process = subprocess.Popen(
            [sys.executable, *self.argv],
            cwd=paths.ROOT,
            env=os.environ | self.env,
            stdin=subprocess.DEVNULL,
            # Ctrl-C reaches the whole foreground group; children are ended by us, in order.
            start_new_session=True,
            preexec_fn=_end_with_parent,  # noqa: PLW1509 - the supervisor has no threads
        )
        self.started = time.monotonic()

    def mind(self) -> None:
        """Start it again when it died, later each time it dies soon."""
        now = time.monotonic()
        if self.process is not None and self.process.poll() is not None:
            self.deaths = 0 if now - self.started > STEADY_S else self.deaths
            wait_s = BACKOFF_S[min(self.deaths, len(BACKOFF_S) - 1)]
            say(f"{self.name} ended ({self.process.returncode}); starting again in {wait_s} s")
            self.deaths += 1
            self.process, self.due = None, now + wait_s
        if self.process is None and now >= self.due:
            self.start()

    def stop(self) -> None:
        """Ask it to end, then make it."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def _end_with_parent() -> None:
    """In the child: ask Linux for a SIGTERM should the supervisor be killed, so that nothing is left behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Stopping(Exception):
    """Somebody asked us to stop (Ctrl-C, SIGTERM)."""


def stop_on_signals() -> None:
    """Make SIGINT and SIGTERM raise Stopping once; further ones do not interrupt the ending."""

    def stop(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise Stopping

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)


def say(line: str) -> None:
    """A line for whoever started us."""
    print(line, flush=True)  # noqa: T201 - this is a command
