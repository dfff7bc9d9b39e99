"""Running ffmpeg and its kin: found on the system or in a wheel, watched, and ended when told or when too slow."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import imageio_ffmpeg

TAIL_CHARS = 2000
_LIMITED = Path(__file__).with_name("limited.py")
_ENVIRONMENT = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"}


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a program may use; `wall_s` and `cpu_s` in seconds.

    `is_alone`: it starts processes of its own, which end with it, and has no network.
    """

    wall_s: int
    cpu_s: int
    memory_bytes: int
    file_bytes: int = 16 * 2**30
    is_alone: bool = False


class Failed(Exception):
    """The program ended with an error; says the end of what it printed."""


class TooSlow(Exception):
    """The program used more time than its limits allow."""


class Stopped(Exception):
    """We were told to stop, and ended the program."""


def limits_for(duration_ms: int, *, memory_bytes: int) -> Limits:
    """Generous for a slow machine, yet no file holds a worker for ever: 20 times its length, on up to 16 cores."""
    wall_s = 120 + 20 * duration_ms // 1000
    return Limits(
        wall_s=wall_s, cpu_s=wall_s * min(os.cpu_count() or 1, 16), memory_bytes=memory_bytes
    )


def ffmpeg_program() -> str:
    """The system's ffmpeg, else the one in imageio-ffmpeg's wheel."""
    return shutil.which("ffmpeg") or imageio_ffmpeg.get_ffmpeg_exe()


def ffprobe_program() -> str | None:
    """The system's ffprobe; the wheel brings none."""
    return shutil.which("ffprobe")


def guarded(argv: list[str], limits: Limits) -> list[str]:
    """The command that runs `argv` under the limits, as our child and not longer than us."""
    numbers = (
        os.getpid(),
        limits.memory_bytes,
        limits.cpu_s,
        limits.file_bytes,
        int(limits.is_alone),
    )
    return [sys.executable, "-I", "-S", str(_LIMITED), *map(str, numbers), *argv]


def run(
    argv: list[str],
    limits: Limits,
    *,
    on_line: Callable[[str], None],
    errors_to: IO[bytes],
    stop: threading.Event | None = None,
    env: Mapping[str, str] | None = None,
) -> None:
    """Run to the end, handing over each line of output. Raises Failed, TooSlow or Stopped."""
    with (
        subprocess.Popen(
            guarded(argv, limits),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors_to,
            text=True,
            env=_ENVIRONMENT | dict(env or {}),
        ) as process,
        _watched(process, limits, stop) as reasons,
    ):
        for line in process.stdout or ():
            on_line(line.rstrip("\n"))
        process.wait()
    if reasons:
        raise reasons[0]
    if process.returncode == -signal.SIGXCPU:
        raise TooSlow
    if process.returncode:
        errors_to.flush()
        raise Failed(_tail(Path(errors_to.name)) or f"exit status {process.returncode}")


@contextmanager
def _watched(
    process: "subprocess.Popen[str]", limits: Limits, stop: threading.Event | None
) -> Iterator[list[Exception]]:
    """Kill the process when its time is up or `stop` is set; yields a list that then holds the reason."""
    reasons: list[Exception] = []
    deadline = time.monotonic() + limits.wall_s

    def watch() -> None:
        while process.poll() is None:
            if stop is not None and stop.wait(0.25):
                reasons.append(Stopped())
            elif time.monotonic() > deadline:
                reasons.append(TooSlow())
            elif stop is None:
                time.sleep(0.25)
            if reasons:
                _end(process, limits)
                return

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield reasons
    finally:
        if process.poll() is None:
            _end(process, limits)
            process.wait()
        watcher.join()


def _end(process: "subprocess.Popen[str]", limits: Limits) -> None:
    """At once. One that is alone has a guard (limited.py), which takes along what the program has started."""
    process.send_signal(signal.SIGTERM if limits.is_alone else signal.SIGKILL)


def _tail(path: Path) -> str:
    with path.open("rb") as file:
        file.seek(0, os.SEEK_END)
        file.seek(max(0, file.tell() - TAIL_CHARS))
        return file.read().decode(errors="replace").strip()
