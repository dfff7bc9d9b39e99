"""The studio's socket: who may send, then bytes into the take. A plain ASGI application: no thread hop a message."""

import asyncio
import datetime
import logging
import uuid
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from django.db import DatabaseError
from django.utils import translation
from django.utils.translation import gettext as _

from live.consumers.beside import until_one_ends
from live.consumers.database import in_database
from live.core import steady
from live.domain import air, lessons, slides, store
from live.domain.errors import Refused
from live.domain.ingest import Ingest, begin_ingest
from live.frames import studio as frames
from live.models.lesson import Take

log = logging.getLogger(__name__)

Message = MutableMapping[str, Any]
TELL_EVERY_S = 1
ASK_EVERY_S = 2
MOST_REHEARSAL_S = 3600
MOST_SHOWN = 500
"""Changes of page that may wait for the database: a minute of leafing."""


async def studio(
    scope: MutableMapping[str, Any],
    receive: Callable[[], Awaitable[Message]],
    send: Callable[[Message], Awaitable[None]],
) -> None:
    """Take a studio's transmission until it stops, is refused or its line drops."""
    await receive()
    await send({"type": "websocket.accept"})
    person = scope["user"]
    with translation.override(person.language or translation.get_language()):
        socket = _Studio(person, scope["url_route"]["kwargs"]["lesson_id"], receive, send)
        try:
            await socket.run()
        except Refused as refused:
            no = frames.No(code=refused.code, message=refused.message)
            with suppress(OSError):
                await send({"type": "websocket.send", "text": frames.written(no)})
                await send(
                    {"type": "websocket.close", "code": refused.close, "reason": refused.code}
                )


class _Studio:
    """One connection."""

    def __init__(
        self,
        person: Any,
        lesson_id: uuid.UUID,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        self._person, self._lesson_id = person, lesson_id
        self._receive, self._send = receive, send
        self._shown: deque[tuple[frames.Slide, datetime.datetime, int]] = deque()

    async def run(self) -> None:
        """Until the first of its parts ends; whatever that is, what was sent is stored."""
        start = await self._start()
        if start is None:
            return None
        if start.rehearsal:
            return await self._rehearse(start)
        take = await self._begin(lessons.begin_take, start)
        ingest = await begin_ingest(
            lesson_id=self._lesson_id, take=take.number, picture=start.picture, fps=start.fps
        )
        return await self._run(ingest, take)

    async def _rehearse(self, start: frames.Start) -> None:
        """The same, into a folder that nobody has an address of and that goes afterwards."""
        await self._begin(lessons.check_may_rehearse, start)
        self._lesson_id = uuid.uuid4()
        await asyncio.to_thread(store.mark_rehearsal, self._lesson_id)
        try:
            ingest = await begin_ingest(
                lesson_id=self._lesson_id, take=1, picture=start.picture, fps=start.fps
            )
            await self._run(ingest, None)
        finally:
            await asyncio.to_thread(store.discard, self._lesson_id)

    async def _run(self, ingest: Ingest, take: Take | None) -> None:
        try:
            recorded_s = await asyncio.to_thread(store.recorded_s, self._lesson_id)
            number = 0 if take is None else take.number
            on_air_s = ingest.on_air_s()
            await self._say(frames.Ready(take=number, recorded_s=recorded_s, on_air_s=on_air_s))
            asking = self._rehearsal_ends() if take is None else self._ask(take, ingest)
            await until_one_ends(self._listen(ingest), self._tell(ingest), asking, _watch(ingest))
        finally:
            with suppress(Refused, TimeoutError):
                await ingest.finish()
            if take is not None:
                await self._note_shown()

    async def _start(self) -> frames.Start | None:
        message = await self._receive()
        if message["type"] == "websocket.disconnect":
            return None
        first = frames.parse(message.get("text") or "")
        if not isinstance(first, frames.Start):
            raise Refused("malformed", _("This message cannot be read. Reload the page."))
        return first

    async def _begin(self, act: Callable[..., Take | None], start: frames.Start) -> Any:
        try:
            return await in_database(act)(
                person=self._person,
                lesson_id=self._lesson_id,
                studio=start.studio,
                take_over=start.take_over,
                at=steady.now(),
            )
        except DatabaseError as error:
            log.exception("A take could not begin.")
            raise Refused(
                "try-again", _("The server cannot take this now. Trying again."), close=4503
            ) from error

    async def _listen(self, ingest: Ingest) -> None:
        while True:
            message = await self._receive()
            if message["type"] == "websocket.disconnect":
                return None
            data = message.get("bytes")
            if data is None:
                said = frames.parse(message.get("text") or "")
                if isinstance(said, frames.Stop):
                    return await self._stop(ingest)
                if isinstance(said, frames.Away):
                    await asyncio.to_thread(store.mark_away, self._lesson_id, is_away=said.away)
                    continue
                if isinstance(said, frames.Slide) and len(self._shown) < MOST_SHOWN:
                    self._shown.append((said, steady.now(), ingest.media_us()))
                    continue
                raise Refused("malformed", _("This message cannot be read. Reload the page."))
            if len(data) > frames.MOST_VIDEO_BYTES:
                raise Refused(
                    "too-large", _("A piece of video is too large to be one."), close=4413
                )
            await ingest.write(data)

    async def _stop(self, ingest: Ingest) -> None:
        await ingest.finish()
        recorded_s = await asyncio.to_thread(store.recorded_s, self._lesson_id)
        await self._say(frames.Stopped(recorded_s=recorded_s))
        await self._send({"type": "websocket.close", "code": 1000})

    async def _tell(self, ingest: Ingest) -> None:
        while True:
            await asyncio.sleep(TELL_EVERY_S)
            if vitals := ingest.vitals():
                await self._say(frames.Numbers(**asdict(vitals)))

    async def _ask(self, take: Take, ingest: Ingest) -> None:
        """Whether this take is still the one on air. A database that is away stops no lesson and no figures."""
        while True:
            await asyncio.sleep(ASK_EVERY_S)
            with suppress(DatabaseError):
                await in_database(lessons.check_on_air)(take)
                await in_database(air.tell_hosts)(take, ingest.vitals())
            await self._note_shown()

    async def _rehearsal_ends(self) -> None:
        await asyncio.sleep(MOST_REHEARSAL_S)
        raise Refused("rehearsal-over", _("A rehearsal lasts an hour at most."), close=4410)

    async def _note_shown(self) -> None:
        """Pages that came on become rows here: a database that restarts costs no chapter and delays no picture."""
        with suppress(DatabaseError):
            while self._shown:
                slide, at, media_us = self._shown[0]
                await in_database(slides.note_shown)(
                    lesson_id=self._lesson_id,
                    deck_id=slide.deck,
                    page=slide.page,
                    at=at,
                    media_us=media_us,
                )
                self._shown.popleft()

    async def _say(self, frame: frames.Ready | frames.Numbers | frames.Stopped) -> None:
        await self._send({"type": "websocket.send", "text": frames.written(frame)})


async def _watch(ingest: Ingest) -> None:
    """Ends only in trouble: an encoder that drains after `stop` is waited for there."""
    await ingest.failed()
    await asyncio.Event().wait()
