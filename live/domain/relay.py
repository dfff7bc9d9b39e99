"""The picture with little delay among the processes of a machine: what one takes, all can hand on.

OBS sends to a process of its own, and a site may have several for the web. Whoever takes a picture opens a door for it,
a socket file under MEDIA_ROOT/live-near. The first viewer of another process joins there: that process then has the
take as if it were its own (`live.domain.near`), for one more copy of the bit rate however many viewers it has, and
leaves when the last of them has. Without a door (another machine, a disk that knows no socket files) there is no take.
"""

import asyncio
import os
import socket
import stat
import struct
import sys
import time
import uuid
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from live.core import fmp4
from live.domain import near

JOIN_WITHIN_S = 2
LINGER_S = 10
"""So long a process goes on that nobody listens to any more: a page that is loaded anew comes back at once."""
_LEFT_S = 24 * 3600
_EPOCH, _LENGTH = struct.Struct(">Q"), struct.Struct(">I")


class Door:
    """Where other processes of the machine join a take, for as long as it is sent through this one."""

    def __init__(self, lesson_id: uuid.UUID) -> None:
        """Closed until it is opened."""
        self._lesson_id = lesson_id
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        """Open it, instead of another process's that took the lesson before. Where it cannot be, nobody joins."""
        with suppress(OSError):
            bound = await asyncio.to_thread(_bound, self._lesson_id)
            self._server = await asyncio.start_unix_server(self._serve, sock=bound)

    def close(self) -> None:
        """The take is over; its file is left for the next one's."""
        if self._server is not None:
            self._server.close()

    async def _serve(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with (
            suppress(ConnectionError),
            near.listening(self._lesson_id, most=sys.maxsize) as beginning,
        ):
            if beginning is not None:
                writer.write(_EPOCH.pack(beginning.epoch_us))
                for piece in beginning.pieces:
                    writer.write(_LENGTH.pack(len(piece)) + piece)
                while (more := await beginning.line.get()) is not None:
                    writer.write(_LENGTH.pack(len(more)) + more)
                    await writer.drain()
        writer.close()


class _Joined:
    """A take of another process, handed on by this one."""

    def __init__(self, lesson_id: uuid.UUID) -> None:
        self._lesson_id = lesson_id
        self.begun = asyncio.Event()
        self.task = asyncio.create_task(self._hand_on())

    async def _hand_on(self) -> None:
        sender = near.Sender(self._lesson_id)
        try:
            with suppress(OSError, asyncio.IncompleteReadError, fmp4.NotFragmentedMp4):
                reader, writer = await asyncio.open_unix_connection(
                    sock=await asyncio.to_thread(_connected, self._lesson_id)
                )
                try:
                    await self._read(reader, sender)
                finally:
                    writer.close()
        finally:
            sender.end()

    async def _read(self, reader: asyncio.StreamReader, sender: near.Sender) -> None:
        (epoch_us,) = _EPOCH.unpack(await reader.readexactly(_EPOCH.size))
        splitter = fmp4.Splitter(on_fragment=sender.pass_on)
        heard_at = time.monotonic()
        while time.monotonic() - heard_at < LINGER_S:
            (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
            for part in splitter.feed(await reader.readexactly(length)):
                if isinstance(part, fmp4.Init):
                    sender.begin(epoch_us, part.data)
                    self.begun.set()
            if sender.is_heard():
                heard_at = time.monotonic()


_joined: dict[uuid.UUID, _Joined] = {}


async def join(lesson_id: uuid.UUID) -> None:
    """Have the take of a lesson here, where another process of this machine takes it."""
    if near.is_sent(lesson_id):
        return
    if lesson_id not in _joined:
        _joined[lesson_id] = _Joined(lesson_id)
        _joined[lesson_id].task.add_done_callback(lambda _: _joined.pop(lesson_id, None))
    one = _joined[lesson_id]
    begun = asyncio.create_task(one.begun.wait())
    await asyncio.wait(
        (one.task, begun), timeout=JOIN_WITHIN_S, return_when=asyncio.FIRST_COMPLETED
    )
    begun.cancel()


def _folder() -> int:
    """The folder of all doors, opened: by its number its files have short names, as a socket's must be."""
    folder = Path(settings.MEDIA_ROOT) / "live-near"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY)


def _bound(lesson_id: uuid.UUID) -> socket.socket:
    folder, fresh = _folder(), str(uuid.uuid4())
    bound = socket.socket(socket.AF_UNIX)
    try:
        bound.bind(f"/proc/self/fd/{folder}/{fresh}")
        os.rename(fresh, str(lesson_id), src_dir_fd=folder, dst_dir_fd=folder)
        _sweep(folder)
    except OSError:
        bound.close()
        raise
    finally:
        os.close(folder)
    return bound


def _sweep(folder: int) -> None:
    """Take away what lessons of the past have left."""
    for name in os.listdir(folder):
        found = os.stat(name, dir_fd=folder)
        if stat.S_ISSOCK(found.st_mode) and time.time() - found.st_mtime > _LEFT_S:
            os.unlink(name, dir_fd=folder)


def _connected(lesson_id: uuid.UUID) -> socket.socket:
    folder, line = _folder(), socket.socket(socket.AF_UNIX)
    try:
        line.connect(f"/proc/self/fd/{folder}/{lesson_id}")
    except OSError:
        line.close()
        raise
    finally:
        os.close(folder)
    return line
