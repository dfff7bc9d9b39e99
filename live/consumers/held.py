"""What a studio has sent in part, when its line is gone: kept open for a while, for the same page to go on with it."""

import asyncio
import uuid
from contextlib import suppress
from dataclasses import dataclass, field

from django.db import DatabaseError

from live.consumers.database import in_database
from live.domain import lessons
from live.domain.errors import Refused
from live.domain.ingest import Ingest
from live.models.lesson import Take

HOLD_S = 75
"""A page keeps a minute of what it could not send, and tries every five seconds."""
_ASK_EVERY_S = 2


@dataclass(eq=False, kw_only=True)
class Held:
    """One of a page's recordings on its way: `received` bytes of it have come. `line` alone may write to it.

    `take`: the newest of that page; None for a rehearsal.
    """

    key: tuple[uuid.UUID, uuid.UUID]
    ingest: Ingest
    take: Take | None
    line: object
    number: int = 0
    received: int = 0
    #: Another ingest has taken the place of this one.
    succeeded: asyncio.Event = field(default_factory=asyncio.Event)

    def go_on_with(self, ingest: Ingest) -> None:
        """The next recording."""
        self.ingest = ingest
        self.succeeded.set()
        self.succeeded = asyncio.Event()

    async def finish(self) -> None:
        """Store what has come. No trouble of the recording's end is anybody's any more."""
        _held.pop(self.key, None)
        with suppress(Refused, TimeoutError):
            await self.ingest.finish()


_held: dict[tuple[uuid.UUID, uuid.UUID], Held] = {}
_waiting: set[asyncio.Task[None]] = set()


def begin(
    lesson_id: uuid.UUID, studio: uuid.UUID, ingest: Ingest, take: Take | None, *, line: object
) -> Held:
    """A page sends over a line."""
    key = lesson_id, studio
    _held[key] = Held(key=key, ingest=ingest, take=take, line=line)
    return _held[key]


def claimed(lesson_id: uuid.UUID, studio: uuid.UUID, *, line: object) -> Held | None:
    """What the page had begun to send, for its new line; the old one, which may not have ended yet, loses it."""
    found = _held.get((lesson_id, studio))
    if found is not None:
        found.line = line
    return found


def keep(held: Held) -> None:
    """Wait for the page to come back."""
    # At once: a line that claims it before the task has begun must not lose it again.
    nobody = held.line = object()
    task = asyncio.create_task(_wait(held, nobody))
    _waiting.add(task)
    task.add_done_callback(_waiting.discard)


async def _wait(held: Held, nobody: object) -> None:
    try:
        # Waits no longer than the lesson is this page's.
        with suppress(Refused, TimeoutError):
            async with asyncio.timeout(HOLD_S):
                while held.line is nobody and held.take is not None:
                    await asyncio.sleep(_ASK_EVERY_S)
                    with suppress(DatabaseError):
                        await in_database(lessons.check_on_air)(held.take)
    finally:
        if held.line is nobody:
            await held.finish()
