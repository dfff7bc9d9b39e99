"""Acts of the ORM, beside a loop."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from asgiref.sync import sync_to_async
from django.db import close_old_connections

Result = TypeVar("Result")


def in_database(act: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
    """Run an act in a thread, with a connection that is good."""
    return sync_to_async(_with_good_connection(act), thread_sensitive=False)


class Crew:
    """A few threads for acts of the ORM, and only so many acts that wait for one."""

    class Busy(Exception):
        """Too many wait already."""

    def __init__(self, threads: int, *, most_waiting: int, name: str) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._most, self._taken_in = most_waiting, 0

    async def do(self, act: Callable[[], Result]) -> Result:
        """What an act comes to that is run in one of the threads, with a connection that is good. Raises Busy."""
        if self._taken_in >= self._most:
            raise Crew.Busy
        self._taken_in += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, _with_good_connection(act))
        finally:
            self._taken_in -= 1


def _with_good_connection(act: Callable[..., Result]) -> Callable[..., Result]:
    def run(*args: Any, **kwargs: Any) -> Result:
        close_old_connections()
        try:
            return act(*args, **kwargs)
        finally:
            close_old_connections()

    return run
