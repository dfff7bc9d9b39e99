"""OBS and its like: an RTMP server that asks for the lesson's key before it takes any picture."""

import asyncio
import logging
import time
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, suppress
from typing import Any

from django.db import DatabaseError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from live.consumers.beside import until_one_ends
from live.consumers.database import in_database
from live.core import flv, rtmp, steady
from live.core.rtmp import Command, Message
from live.domain import air, keys, lessons, store
from live.domain.errors import Refused
from live.domain.ingest import Ingest, begin_ingest
from live.models.ingest import IngestKey
from live.models.lesson import Take
from media.api import Picture

log = logging.getLogger(__name__)

APP = "live"
READ_BYTES = 64 * 1024
HELLO_S = 10
"""From the first byte to the key."""
SILENT_S = 15
"""A publisher that says nothing for so long is gone."""
CHECK_EVERY_S = 2
FAREWELL_S = 1
MOST_CONNECTIONS = 64
_STREAM = 1
_ENDINGS = ("FCUnpublish", "deleteStream", "closeStream")


class RtmpServer:
    """Takes publishers until it is closed."""

    def __init__(self) -> None:
        self._sending: dict[uuid.UUID, _Connection] = {}
        self._connections: set[_Connection] = set()
        self._server: asyncio.Server | None = None

    async def listen(self, host: str, port: int) -> int:
        """Open the door; the port. Raises OSError where it is taken."""
        self._server = await asyncio.start_server(self._serve, host, port, limit=READ_BYTES)
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """End; what was sent so far is stored."""
        if self._server is not None:
            self._server.close()
        going = list(self._connections)
        for one in going:
            one.let_go()
        await asyncio.gather(*(one.task for one in going), return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or len(self._connections) >= MOST_CONNECTIONS:
            writer.close()
            return
        connection = _Connection(reader, writer, self._sending, task)
        self._connections.add(connection)
        try:
            await connection.run()
        except (ConnectionError, TimeoutError, rtmp.BadRtmp) as problem:
            log.info("A publisher is gone: %r", problem)
        except asyncio.CancelledError:
            log.info("A publisher was let go.")
        finally:
            self._connections.discard(connection)
            writer.close()
            with suppress(ConnectionError, TimeoutError):
                await asyncio.wait_for(writer.wait_closed(), FAREWELL_S)


class _Connection:
    """One publisher."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        sending: dict[uuid.UUID, "_Connection"],
        task: "asyncio.Task[None]",
    ) -> None:
        self._reader, self._writer, self._sending, self.task = reader, writer, sending, task
        self._chunks = rtmp.Reader()
        self._received = self._acknowledged = 0
        self.heard_at = time.monotonic()
        self.is_ending = False
        """Nothing comes any more; what came is being stored."""

    def let_go(self) -> None:
        """End it; one that is storing its last picture ends by itself."""
        if not self.is_ending:
            self.task.cancel()

    async def run(self) -> None:
        """From the handshake to the last picture. Raises BadRtmp, ConnectionError, TimeoutError."""
        async with asyncio.timeout(HELLO_S):
            rest = await self._shake_hands()
        async with aclosing(self._messages(rest)) as messages:
            async with asyncio.timeout(HELLO_S):
                name = await self._named(messages)
            if name is None:
                return
            try:
                await self._admitted(name, messages)
            except Refused as refused:
                await self._refuse(refused)

    async def _shake_hands(self) -> bytes:
        handshake = rtmp.Handshake()
        while True:
            answer, rest = handshake.feed(await self._read())
            await self._send(answer)
            if rest is not None:
                return rest

    async def _read(self) -> bytes:
        data = await asyncio.wait_for(self._reader.read(READ_BYTES), SILENT_S)
        if not data:
            raise ConnectionResetError("The publisher hung up.")
        self.heard_at = time.monotonic()
        self._received += len(data)
        # Only to who asked for it (5.4.4): a word that comes after they have sent all and hung up makes their machine
        # throw away what is still on its way, the end of the lesson.
        if 0 < self._chunks.window_bytes <= self._received - self._acknowledged:
            self._acknowledged = self._received
            await self._send(rtmp.control(rtmp.ACKNOWLEDGE, self._received % 2**32))
        return data

    async def _send(self, data: bytes) -> None:
        self._writer.write(data)
        await asyncio.wait_for(self._writer.drain(), SILENT_S)

    async def _messages(self, data: bytes) -> AsyncGenerator[Message, None]:
        while True:
            for message in self._chunks.feed(data):
                yield message
            data = await self._read()

    async def _named(self, messages: AsyncIterator[Message]) -> str | None:
        """Answer commands until a stream is named to publish; None where they want something else."""
        async for message in messages:
            said = rtmp.parse_command(message)
            match said:
                case Command("connect"):
                    if not await self._connect(said):
                        return None
                case Command("createStream"):
                    await self._send(rtmp.command("_result", said.number, None, _STREAM))
                case Command("publish", _, [_, str(name), *_]):
                    return name
                case Command("play"):
                    return None
        return None

    async def _connect(self, said: Command) -> bool:
        asked = said.arguments[0] if said.arguments else None
        app = asked.get("app") if isinstance(asked, dict) else None
        if not isinstance(app, str) or app.strip("/") != APP:
            why = {"level": "error", "code": "NetConnection.Connect.InvalidApp"}
            await self._send(rtmp.command("_error", said.number, None, why))
            return False
        await self._send(
            rtmp.control(rtmp.WINDOW, rtmp.WINDOW_BYTES)
            + rtmp.control(rtmp.BANDWIDTH, rtmp.WINDOW_BYTES, 2)
            + rtmp.command(
                "_result",
                said.number,
                {"fmsVer": "FMS/3,0,1,123", "capabilities": 31},
                {
                    "level": "status",
                    "code": "NetConnection.Connect.Success",
                    "description": "Connection succeeded.",
                },
            )
        )
        return True

    async def _admitted(self, name: str, messages: AsyncIterator[Message]) -> None:
        """Ask for the key, then take what comes. Raises Refused."""
        key: IngestKey = await _asked(keys.key_named, name, at=timezone.now())
        with translation.override(key.by.language or translation.get_language()):
            await self._take_the_place_of_a_dead_line(key.lesson_id)
            self._sending[key.lesson_id] = self
            try:
                take: Take = await _asked(
                    lessons.begin_take,
                    person=key.by,
                    lesson_id=key.lesson_id,
                    studio=key.studio,
                    take_over=False,
                    at=steady.now(),
                )
                await self._publish(key, take, messages)
            finally:
                if self._sending.get(key.lesson_id) is self:
                    del self._sending[key.lesson_id]

    async def _take_the_place_of_a_dead_line(self, lesson_id: uuid.UUID) -> None:
        """Raise Refused where somebody sends; one whose line has been silent, or has ended, makes room."""
        other = self._sending.get(lesson_id)
        if other is None:
            return
        # Who comes back at once after a line that broke meets the end of it: its last picture is being stored.
        is_alive = time.monotonic() - other.heard_at < store.SILENT_AFTER_S
        if is_alive and not other.is_ending:
            raise Refused("already-sending", _("Somebody sends by this key already."), close=4409)
        other.let_go()
        await asyncio.wait([other.task], timeout=SILENT_S)

    async def _publish(self, key: IngestKey, take: Take, messages: AsyncIterator[Message]) -> None:
        ingest = await begin_ingest(
            lesson_id=key.lesson_id, take=take.number, picture=Picture.FLV_H264, fps=None
        )
        try:
            self._chunks.most_bytes = rtmp.MOST_MEDIA_BYTES
            await self._send(rtmp.status("NetStream.Publish.Start", take.lesson.title))
            await until_one_ends(self._carry(ingest, messages), _ask(key, take, ingest))
        finally:
            self.is_ending = True
            with suppress(Refused, TimeoutError):
                await ingest.finish()

    async def _carry(self, ingest: Ingest, messages: AsyncIterator[Message]) -> None:
        before = flv.HEADER
        async for message in messages:
            if rate := rtmp.frame_rate(message):
                ingest.fps = rate
            if message.kind == rtmp.VIDEO and not flv.is_h264(message.body):
                raise _not_h264()
            if message.kind in (rtmp.AUDIO, rtmp.VIDEO) and message.body:
                await ingest.write(before + flv.tag(message.kind, message.timestamp, message.body))
                before = b""
            elif (said := rtmp.parse_command(message)) and said.name in _ENDINGS:
                return

    async def _refuse(self, refused: Refused) -> None:
        """Say why; the line is closed once that was read, for a close with unread bytes would swallow the words."""
        taken = refused.code == "already-sending"
        code = "NetStream.Publish.BadName" if taken else "NetStream.Publish.Denied"
        await self._send(rtmp.status(code, refused.message, is_error=True))
        self._writer.write_eof()
        with suppress(TimeoutError):
            async with asyncio.timeout(FAREWELL_S):
                while await self._reader.read(READ_BYTES):
                    pass


async def _asked(act: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """An act of the database's. Raises Refused where it is away."""
    try:
        return await in_database(act)(*args, **kwargs)
    except DatabaseError as error:
        log.exception("A publisher could not be asked for the key.")
        raise Refused(
            "try-again", _("The server cannot take this now. Trying again."), close=4503
        ) from error


async def _ask(key: IngestKey, take: Take, ingest: Ingest) -> None:
    """Whether it may go on. Beside what comes in: a database that is away holds up no picture."""
    while True:
        await asyncio.sleep(CHECK_EVERY_S)
        with suppress(DatabaseError):
            await in_database(keys.check_still_good)(key, at=timezone.now())
            await in_database(lessons.check_on_air)(take)
            await in_database(air.tell_hosts)(take, ingest.vitals())


def _not_h264() -> Refused:
    return Refused(
        "not-h264",
        _("The picture is not H.264. Choose an H.264 encoder in OBS."),
        close=4415,
    )
