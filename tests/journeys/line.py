"""Somebody's line to the site, which can be cut, mended and made narrow: a port that passes bytes on to it."""

import asyncio
import socket
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import Any

PIECE = 1 << 16
NARROW_PIECE = 1 << 12


class Line:
    """A port of the loopback interface that leads to another one while the line holds."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._loop = asyncio.new_event_loop()
        self._server: asyncio.Server | None = None
        self._ends: set[asyncio.StreamWriter] = set()
        self._joined: set[asyncio.Task[None]] = set()
        self._own_port = 0
        self._up_bytes_a_second: int | None = None
        self._free_at = 0.0
        #: Bytes that went up.
        self.sent = 0
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.mend()

    @property
    def url(self) -> str:
        """Where the browser goes."""
        return f"http://127.0.0.1:{self._own_port}"

    def carries_up(self, bytes_a_second: int | None) -> None:
        """So much goes to the site at the most, of all that is open together; None: all."""
        self._up_bytes_a_second = bytes_a_second

    def cut(self) -> None:
        """Nothing passes any more, nothing new is let in."""
        self._run(self._cut())

    def mend(self) -> None:
        """Let through what is asked for from now on."""
        self._run(self._mend())

    def close(self) -> None:
        """For good."""
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, act: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(act, self._loop).result(10)

    async def _mend(self) -> None:
        own = socket.create_server(("127.0.0.1", self._own_port))
        # Little is on its way: what the line does not carry waits in the browser.
        own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, NARROW_PIECE)
        self._server = await asyncio.start_server(self._taken, sock=own, limit=NARROW_PIECE)
        self._own_port = own.getsockname()[1]

    async def _cut(self) -> None:
        if self._server is not None:
            self._server.close()
        for one in self._ends:
            one.transport.abort()
        await asyncio.gather(*self._joined)

    def _taken(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = self._loop.create_task(self._join(reader, writer))
        self._joined.add(task)
        task.add_done_callback(self._joined.discard)

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._ends.add(writer)
        with suppress(OSError):
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._port)
            self._ends.add(far_writer)
            await asyncio.gather(self._up(reader, far_writer), _pass(far_reader, writer))
            self._ends.discard(far_writer)
        writer.close()
        self._ends.discard(writer)

    async def _up(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while piece := await reader.read(PIECE):
                self.sent += len(piece)
                if at_most := self._up_bytes_a_second:
                    await self._in_turn(len(piece) / at_most)
                writer.write(piece)
                await writer.drain()
        writer.close()

    async def _in_turn(self, seconds: float) -> None:
        """Wait until what is on its way before is through, and this as well."""
        now = self._loop.time()
        self._free_at = max(self._free_at, now) + seconds
        await asyncio.sleep(self._free_at - now)


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await reader.read(PIECE):
            writer.write(piece)
            await writer.drain()
    writer.close()


@contextmanager
def line_to(port: int) -> Iterator[Line]:
    """A line that holds until it is cut."""
    line = Line(port)
    yield line
    line.close()
