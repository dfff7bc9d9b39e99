"""One process only: tests, and a site whose worker never speaks to a room."""

import asyncio
import uuid
from collections.abc import Callable
from typing import ClassVar

from live.room.bus.base import Bus, Heard


class LocalBus(Bus):
    """Hubs of this process hear each other."""

    _all: ClassVar[set["LocalBus"]] = set()

    def start(self, heard: Heard, lost: Callable[[], None]) -> None:
        """Be among those that hear."""
        self._heard, self._loop = heard, asyncio.get_running_loop()
        self._all.add(self)

    async def stop(self) -> None:
        """Be so no longer."""
        self._all.discard(self)

    def publish(self, lesson_id: uuid.UUID, line: str) -> None:
        """Nobody else is there: the hub has told its own."""

    @staticmethod
    def say(lesson_id: uuid.UUID, line: str) -> None:
        """To every hub of this process."""
        for one in list(LocalBus._all):
            one._loop.call_soon_threadsafe(one._heard, lesson_id, line)
