"""A real Redis (or Valkey) for tests, on a socket file of its own, keeping nothing."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from lms.runtime import needs

START_TIMEOUT_S = 20


class Redis:
    """One in `folder`. RuntimeError with how to get it where none is installed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"unix://{folder / 'redis.sock'}"

    def __enter__(self) -> "Redis":
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start it and wait until it answers."""
        program = needs.find("redis")
        if program is None:
            raise RuntimeError(f"redis is missing. Get it with: {needs.HOW['redis'][1]}")
        argv = [program, "--port", "0", "--unixsocket", str(self._folder / "redis.sock")]
        argv += ["--save", "", "--dir", str(self._folder)]
        self._process = subprocess.Popen(argv, stdout=subprocess.DEVNULL)
        _wait(self.url)

    def stop(self) -> None:
        """End it in order."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(START_TIMEOUT_S)

    def kill(self) -> None:
        """End it at once."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(START_TIMEOUT_S)


@contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    """Start one in `folder`; gives what REDIS_URL takes."""
    with Redis(folder) as server:
        yield server.url


def _wait(url: str) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while True:
        try:
            with redis.Redis.from_url(url) as client:
                client.ping()
        except redis.ConnectionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return
