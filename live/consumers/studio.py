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

from live.consumers import held
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
GOT_EVERY_S = 0.5
ASK_EVERY_S = 2
MOST_REHEARSAL_S = 3600
_MEANT = (1000, 1001, 1012)
"""Codes of lines that were ended: by the page, by its being closed, by our stopping. All others were lost."""
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
        self._is_lost = False

    async def run(self) -> None:
        """Until the first of its parts ends; whatever that is, what was sent is stored."""
        start = await self._start()
        if start is None:
            return None
        # What the page's clock says, as ours does: a message on a fresh line comes at once.
        self._clock_us = steady.now_us() - round(start.now_ms * 1000)
        if start.rehearsal:
            return await self._rehearse(start)
        carried = held.claimed(self._lesson_id, start.studio, line=self)
        try:
            take = await self._begin(lessons.begin_take, start)
            if carried is None:
                carried = await self._carry(start, take)
            carried.take = take
        except BaseException:
            if carried is not None and carried.line is self:
                held.keep(carried)
            raise
        return await self._run(start, carried)

    async def _rehearse(self, start: frames.Start) -> None:
        """The same, into a folder that nobody has an address of and that goes afterwards."""
        await self._begin(lessons.check_may_rehearse, start)
        self._lesson_id = uuid.uuid4()
        await asyncio.to_thread(store.mark_rehearsal, self._lesson_id)
        try:
            await self._run(start, await self._carry(start, None))
        finally:
            await asyncio.to_thread(store.discard, self._lesson_id)

    async def _carry(self, start: frames.Start, take: Take | None) -> held.Held:
        ingest = await self._ingest(start, take, start.fps)
        return held.begin(self._lesson_id, start.studio, ingest, take, line=self)

    async def _ingest(self, start: frames.Start, take: Take | None, fps: int) -> Ingest:
        number = 1 if take is None else take.number
        return await begin_ingest(
            lesson_id=self._lesson_id, take=number, picture=start.picture, fps=fps
        )

    async def _run(self, start: frames.Start, carried: held.Held) -> None:
        try:
            recorded_s = await asyncio.to_thread(store.recorded_s, self._lesson_id)
            ready = frames.Ready(
                take=carried.take.number if carried.take else 0,
                recorded_s=recorded_s,
                on_air_s=carried.ingest.on_air_s(),
                recording=carried.number,
                bytes=carried.received,
            )
            await self._say(ready)
            asking = self._ask(carried) if carried.take else self._rehearsal_ends()
            parts = self._tell(carried), self._tell_got(carried), asking, _watch(carried)
            await until_one_ends(self._listen(start, carried), *parts)
        except OSError:
            self._is_lost = True
            raise
        finally:
            await self._leave(carried)

    async def _leave(self, carried: held.Held) -> None:
        if carried.line is self:
            if self._is_lost and carried.take:
                held.keep(carried)
            else:
                await carried.finish()
        if carried.take:
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

    async def _listen(self, start: frames.Start, carried: held.Held) -> None:
        while True:
            message = await self._receive()
            if carried.line is not self:
                # The page goes on over another line; what is left of this one comes there again.
                return None
            if message["type"] == "websocket.disconnect":
                self._is_lost = message.get("code") not in _MEANT
                return None
            data = message.get("bytes")
            if data is None:
                said = frames.parse(message.get("text") or "")
                if isinstance(said, frames.Stop):
                    return await self._stop(carried)
                if isinstance(said, frames.Recording):
                    await self._next(said, start, carried)
                else:
                    await self._hear(said, carried.ingest)
                continue
            if len(data) > frames.MOST_VIDEO_BYTES:
                raise Refused(
                    "too-large", _("A piece of video is too large to be one."), close=4413
                )
            carried.received += len(data)
            await carried.ingest.write(data)

    async def _hear(self, said: frames.Start | frames.Slide | frames.Away, ingest: Ingest) -> None:
        if isinstance(said, frames.Away):
            await asyncio.to_thread(store.mark_away, self._lesson_id, is_away=said.away)
        elif isinstance(said, frames.Slide) and len(self._shown) < MOST_SHOWN:
            self._shown.append((said, steady.now(), ingest.media_us()))
        else:
            raise Refused("malformed", _("This message cannot be read. Reload the page."))

    async def _next(self, said: frames.Recording, start: frames.Start, carried: held.Held) -> None:
        """Store the end of one recording and begin the next: of another size, or after a line that was lost."""
        if said.number <= carried.number:
            raise Refused("malformed", _("This message cannot be read. Reload the page."))
        if carried.number or carried.received:
            with suppress(Refused, TimeoutError):
                await carried.ingest.finish()
            carried.go_on_with(await self._ingest(start, carried.take, said.fps))
        carried.number, carried.received = said.number, 0
        carried.ingest.fps = said.fps
        carried.ingest.begins(self._clock_us + round(said.at_ms * 1000))

    async def _stop(self, carried: held.Held) -> None:
        await carried.ingest.finish()
        recorded_s = await asyncio.to_thread(store.recorded_s, self._lesson_id)
        await self._say(frames.Stopped(recorded_s=recorded_s))
        await self._send({"type": "websocket.close", "code": 1000})

    async def _tell(self, carried: held.Held) -> None:
        while True:
            await asyncio.sleep(TELL_EVERY_S)
            if vitals := carried.ingest.vitals():
                await self._say(frames.Numbers(**asdict(vitals)))

    async def _tell_got(self, carried: held.Held) -> None:
        said = carried.number, carried.received
        while True:
            await asyncio.sleep(GOT_EVERY_S)
            now = carried.number, carried.received
            if now != said and carried.line is self:
                said = now
                await self._say(frames.Got(recording=now[0], bytes=now[1]))

    async def _ask(self, carried: held.Held) -> None:
        """Whether this take is still the one on air. A database that is away stops no lesson and no figures."""
        take = carried.take
        while take is not None:
            await asyncio.sleep(ASK_EVERY_S)
            with suppress(DatabaseError):
                await in_database(lessons.check_on_air)(take)
                await in_database(air.tell_hosts)(take, carried.ingest.vitals())
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

    async def _say(
        self, frame: frames.Ready | frames.Got | frames.Numbers | frames.Stopped
    ) -> None:
        await self._send({"type": "websocket.send", "text": frames.written(frame)})


async def _watch(carried: held.Held) -> None:
    """Ends only in trouble: an encoder that drains is waited for where its end was asked for."""
    while True:
        ingest, succeeded = carried.ingest, carried.succeeded
        try:
            await ingest.failed()
        except Refused:
            if not ingest.is_over:
                raise
        await succeeded.wait()
