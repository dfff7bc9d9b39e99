"""PostgreSQL's LISTEN and NOTIFY: processes of one machine, or of a few, with nothing more to run."""

import itertools
import secrets
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
from django.db import connection

from live.room.bus.base import LinkedBus

CHANNEL = "live_room"
MOST_BYTES = 7900
"""PostgreSQL takes 7999 bytes of payload; a longer line goes in parts."""
KEPT_PARTS = 64
"""Lines of which not all parts have come are forgotten beyond so many: their speaker has died."""
_numbers = itertools.count(1)
_PROCESS = secrets.token_hex(4)


class NotifyBus(LinkedBus):
    """One channel for all rooms; each process keeps one connection to hear and one to speak."""

    async def _listen(self, listening: Callable[[], None]) -> None:
        parts = Parts()
        async with await psycopg.AsyncConnection.connect(**_parameters(), autocommit=True) as line:
            await line.execute(f"LISTEN {CHANNEL}")
            listening()
            async for said in line.notifies():
                if (whole := parts.whole(said.payload)) is not None:
                    self._heard(*whole)

    async def _speak(self, listening: Callable[[], None]) -> None:
        async with await psycopg.AsyncConnection.connect(**_parameters(), autocommit=True) as line:
            listening()
            while True:
                lesson_id, text = await self._waiting.get()
                try:
                    for payload in payloads(lesson_id, text):
                        await line.execute("SELECT pg_notify(%s, %s)", [CHANNEL, payload])
                finally:
                    self._waiting.task_done()

    @staticmethod
    def say(lesson_id: uuid.UUID, line: str) -> None:
        """Through Django's own connection."""
        with connection.cursor() as cursor:
            for payload in payloads(lesson_id, line):
                cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, payload])


def _parameters() -> dict[str, Any]:
    """Where Django's database is; what Django sets on its own connections does not matter here."""
    known = connection.get_connection_params()
    wanted = ("host", "port", "dbname", "user", "password", "sslmode", "sslrootcert", "passfile")
    return {name: known[name] for name in wanted if name in known} | {"connect_timeout": 5}


def payloads(lesson_id: uuid.UUID, line: str) -> Iterator[str]:
    """The line in as many parts as it needs: lesson, process and number, which of how many, text."""
    # ASCII only: any place is one to cut at, and a character is a byte.
    text = line.encode("unicode_escape").decode("ascii")
    cut = [text[at : at + MOST_BYTES - 80] for at in range(0, len(text), MOST_BYTES - 80)]
    number = f"{_PROCESS}{next(_numbers)}"
    for at, part in enumerate(cut):
        yield f"{lesson_id.hex} {number} {at} {len(cut)} {part}"


class Parts:
    """Puts lines together again. Parts of one line come in order, those of several speakers mixed."""

    def __init__(self) -> None:
        self._begun: dict[str, list[str]] = {}

    def whole(self, payload: str) -> tuple[uuid.UUID, str] | None:
        """Lesson and line, once its last part has come. What is none of ours says nothing."""
        try:
            lesson, number, at, count, part = payload.split(" ", 4)
            lesson_id, place, places = uuid.UUID(lesson), int(at), int(count)
        except ValueError:
            return None
        found = self._begun.setdefault(number, [])
        if len(found) != place:
            # The beginning was said before we listened.
            del self._begun[number]
            return None
        found.append(part)
        if len(found) < places:
            if len(self._begun) > KEPT_PARTS:
                del self._begun[next(iter(self._begun))]
            return None
        del self._begun[number]
        return lesson_id, "".join(found).encode("ascii").decode("unicode_escape")
