"""One socket's way out: handed over at once where the socket takes it, else kept up to a bound while it does not."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Generator, MutableMapping
from typing import Any

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
MOST_KEPT = 64
"""Batches for a reader that has stalled: a quarter of a minute of a busy room; then the oldest goes."""


class Outbox:
    """Sends texts in order, one at a time, and makes nobody wait.

    A task for each socket would be woken thousands of times a second in a full room. So the sending is begun by whoever
    has something to send: it ends at once on a socket whose buffer has room, and only on one that has stalled does a
    task stay behind with the rest.
    """

    __slots__ = ("_kept", "_rest", "_send", "dropped")

    def __init__(self, send: Send) -> None:
        self._send = send
        self._kept: deque[MutableMapping[str, Any]] | None = None
        self._rest: asyncio.Task[None] | None = None
        self.dropped = 0

    @property
    def stalled(self) -> bool:
        """Whether its reader does not keep up now."""
        return self._kept is not None

    def put(self, message: MutableMapping[str, Any]) -> None:
        """Send an ASGI message, now or as soon as the socket takes it. Raises what the socket raises: it is gone."""
        if self._kept is not None:
            if len(self._kept) >= MOST_KEPT:
                self._kept.popleft()
                self.dropped += 1
            self._kept.append(message)
            return
        sending = self._send(message)
        assert isinstance(sending, Coroutine)  # noqa: S101 - every ASGI server's is; told to mypy
        try:
            waits_for = sending.send(None)
        except StopIteration:
            return
        self._kept = deque()
        self._rest = asyncio.ensure_future(self._drain(sending, waits_for))

    async def _drain(self, sending: Coroutine[Any, Any, None], waits_for: Any) -> None:
        """Finish what was begun, then what has been kept since. A socket that is gone ends it."""
        try:
            await _Begun(sending, waits_for)
            while self._kept:
                await self._send(self._kept.popleft())
        except OSError:
            pass
        finally:
            self._kept = self._rest = None

    def end(self) -> None:
        """Forget what is kept."""
        if self._rest is not None:
            self._rest.cancel()


class _Begun:
    """A coroutine that ran up to its first wait, to be awaited from there."""

    __slots__ = ("_rest", "_waits_for")

    def __init__(self, rest: Coroutine[Any, Any, None], waits_for: Any) -> None:
        self._rest, self._waits_for = rest, waits_for

    def __await__(self) -> Generator[Any, Any, None]:
        waits_for: Any = self._waits_for
        try:
            while True:
                try:
                    sent = yield waits_for
                except BaseException as error:  # noqa: BLE001 - a cancellation is passed on like any other
                    waits_for = self._rest.throw(error)
                else:
                    waits_for = self._rest.send(sent)
        except StopIteration:
            return
