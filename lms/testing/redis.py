"""A real Redis (or Valkey) for tests, on a socket file of its own, keeping nothing."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from lms.runtime import needs

START_TIMEOUT_S = 20


@contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    """Start one in `folder`; gives what REDIS_URL takes. RuntimeError with how to get it where none is installed."""
    program = needs.find("redis")
    if program is None:
        raise RuntimeError(f"redis is missing. Get it with: {needs.HOW['redis'][1]}")
    url = f"unix://{folder / 'redis.sock'}"
    process = subprocess.Popen(
        [program, "--port", "0", "--unixsocket", str(folder / "redis.sock"), "--save", "", "--dir", str(folder)],
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait(url)
        yield url
    finally:
        process.terminate()
        process.wait(START_TIMEOUT_S)


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
