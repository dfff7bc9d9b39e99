"""What every bus is, and how a message looks on it."""

import asyncio
import json
import logging
import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TypeAlias

log = logging.getLogger(__name__)

To: TypeAlias = str | int
"""Whom a message is for: "room", "hosts", or a person's id."""

Heard: TypeAlias = Callable[[uuid.UUID, str], None]
"""Called in the loop with a lesson and a line that somebody said to it."""

MOST_WAITING = 2000
FIRST_WAIT_S, LONGEST_WAIT_S = 0.2, 5.0


def packed(to: To, message: str, origin: str = "") -> str:
    """A line: from which hub, for whom, and the message, which stays the text that it is."""
    return json.dumps([origin, to, message], ensure_ascii=False)


def unpacked(line: str) -> tuple[str, To, str]:
    """Origin, for whom, and the message. Raises ValueError where it is none of our lines."""
    origin, to, message = json.loads(line)
    return origin, to, message


class Bus(ABC):
    """One process's place on the bus. A hub starts it with the first viewer and stops it with the last."""

    @abstractmethod
    def start(self, heard: Heard, lost: Callable[[], None]) -> None:
        """Begin to listen. `lost` is called when messages may have been missed: after a line was mended."""

    @abstractmethod
    async def stop(self) -> None:
        """Say what still waits to be said, and let go."""

    def enter(self, lesson_id: uuid.UUID) -> None:  # noqa: B027 - a bus may carry all rooms at once
        """From now on hear what is said to this lesson's room."""

    def leave(self, lesson_id: uuid.UUID) -> None:  # noqa: B027
        """Hear it no longer."""

    @abstractmethod
    def publish(self, lesson_id: uuid.UUID, line: str) -> None:
        """Say a line, in the loop; waits for nothing."""

    @staticmethod
    @abstractmethod
    def say(lesson_id: uuid.UUID, line: str) -> None:
        """Say a line from any thread of any process, once it returns."""


class LinkedBus(Bus):
    """A bus over a line to a server, which is mended when it breaks."""

    def __init__(self) -> None:
        self._waiting: asyncio.Queue[tuple[uuid.UUID, str]] = asyncio.Queue(MOST_WAITING)
        self._tasks: list[asyncio.Task[None]] = []

    def start(self, heard: Heard, lost: Callable[[], None]) -> None:
        """Listen and speak in two tasks."""
        self._heard, self._lost = heard, lost
        self._tasks = [
            asyncio.create_task(self._mended(self._listen)),
            asyncio.create_task(self._mended(self._speak)),
        ]

    async def stop(self) -> None:
        """Give what waits a second."""
        try:
            await asyncio.wait_for(self._waiting.join(), 1)
        except TimeoutError:
            log.warning("Messages between processes were not sent: the line is down.")
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def publish(self, lesson_id: uuid.UUID, line: str) -> None:
        """Queue it; the oldest gives way where the line has been down for long."""
        if self._waiting.full():
            self._waiting.get_nowait()
            self._waiting.task_done()
        self._waiting.put_nowait((lesson_id, line))

    @abstractmethod
    async def _listen(self, listening: Callable[[], None]) -> None:
        """Hear until the line breaks; call `listening` once nothing more is missed."""

    @abstractmethod
    async def _speak(self, listening: Callable[[], None]) -> None:
        """Say what waits until the line breaks; call `listening` once connected."""

    async def _mended(self, act: Callable[[Callable[[], None]], object]) -> None:
        """Run one half of the line, again and again, later each time it fails soon."""
        wait_s, broken = FIRST_WAIT_S, False

        def connected() -> None:
            nonlocal wait_s, broken
            if broken and act == self._listen:
                self._lost()
            wait_s, broken = FIRST_WAIT_S, False

        while True:
            try:
                await act(connected)  # type: ignore[misc]  # a bound coroutine function
            except Exception as error:  # noqa: BLE001 - whatever it was, the line is made anew
                if not broken:
                    log.warning("The line between processes is down: %s", error)
                broken = True
            await asyncio.sleep(wait_s)
            wait_s = min(wait_s * 2, LONGEST_WAIT_S)
