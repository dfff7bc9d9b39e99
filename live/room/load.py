"""A crowd of viewers for measuring: thousands of raw WebSockets in one process, a few kilobytes each.

Counts every message that comes and how old it is. Knows nothing of Django; `manage.py room_load` is the command.
"""

import asyncio
import base64
import os
import random
import re
import resource
import time
from array import array
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

SENT = re.compile(rb'"sent":(\d+)')
MOST_MS = 60_000
AT_ONCE = 100
"""Connections that are being opened at the same moment."""
JITTER_S = 10.0
"""As a page does: whoever loses the line comes back at a moment of these."""
ACCEPTED = b"HTTP/1.1 101"
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


def milliseconds() -> int:
    """Unix time."""
    return time.time_ns() // 1_000_000


def allow_many_files() -> int:
    """Raise the limit of open files as far as the system lets us; what it is now."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def masked(opcode: int, payload: bytes = b"") -> bytes:
    """A client's frame of less than 64 kB; a mask of zeros is one, too."""
    size = len(payload)
    head = bytes([0x80 | opcode])
    head += bytes([0x80 | size]) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
    return head + bytes(4) + payload


@dataclass
class Heard:
    """What a crowd has heard: how many messages, and how many of each age in milliseconds."""

    messages: int = 0
    ages: "array[int]" = field(default_factory=lambda: array("Q", bytes(8 * (MOST_MS + 1))))

    def percentile(self, share: float) -> int:
        """The age in milliseconds that this share of all messages did not pass."""
        wanted, found = share * self.messages, 0
        for age, count in enumerate(self.ages):
            found += count
            if found >= wanted:
                return age
        return MOST_MS


class Crowd:
    """Viewers of one server. `path_of` gives the address of the viewer with a number, query included.

    `greeting` is sent when a line opens; `answer` may answer a text. A viewer is in once a text has come with `entered`
    in it.
    """

    def __init__(
        self,
        url: str,
        path_of: Callable[[int], str],
        *,
        greeting: bytes = b"",
        entered: bytes = b"",
        answer: Callable[[bytes], bytes | None] | None = None,
        comes_back: bool = False,
    ) -> None:
        parts = urlsplit(url)
        self.origin, self.host = url, parts.hostname or "127.0.0.1"
        self.secure = parts.scheme in ("https", "wss")
        self.port = parts.port or (443 if self.secure else 80)
        self.path_of, self.greeting, self.entered = path_of, greeting, entered
        self.answer, self.comes_back = answer, comes_back
        self.heard = Heard()
        self.inside: set[int] = set()
        self.lines: dict[int, Viewer] = {}
        self.closings: dict[int, int] = {}
        self._whole = asyncio.Event()
        self._wanted = 0
        self._stamps: dict[bytes, tuple[int, ...]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def join(self, count: int, *, within_s: float = 60) -> float:
        """Open so many lines, AT_ONCE at a time; seconds until all are in. Raises TimeoutError."""
        begun = time.perf_counter()
        gate = asyncio.Semaphore(AT_ONCE)
        self._expect(count)
        for number in range(count):
            self._start(self._enter(number, gate))
        await self.whole(within_s)
        return time.perf_counter() - begun

    async def whole(self, within_s: float) -> None:
        """Wait until everybody is in. Raises TimeoutError with how many are."""
        try:
            await asyncio.wait_for(self._whole.wait(), within_s)
        except TimeoutError:
            raise TimeoutError(f"{len(self.inside)} of {self._wanted} are in") from None

    async def leave(self) -> None:
        """Close all lines."""
        self.comes_back = False
        for one in list(self.lines.values()):
            one.leave()
        await asyncio.sleep(0.2)
        for task in self._tasks:
            task.cancel()

    def came_in(self, number: int) -> None:
        """A viewer has heard something."""
        self.inside.add(number)
        if len(self.inside) >= self._wanted:
            self._whole.set()

    def went(self, number: int, code: int) -> None:
        """A line is closed."""
        self.lines.pop(number, None)
        self.inside.discard(number)
        self._whole.clear()
        self.closings[code] = self.closings.get(code, 0) + 1
        if self.comes_back:
            self._start(self._return(number))

    def take(self, text: bytes) -> None:
        """Count the messages in a text. Everybody gets the same ones: each is looked into once."""
        stamps = self._stamps.get(text)
        if stamps is None:
            stamps = self._stamps[text] = tuple(int(one) for one in SENT.findall(text))
            if len(self._stamps) > 64:
                del self._stamps[next(iter(self._stamps))]
        if not stamps:
            return
        now = milliseconds()
        ages = self.heard.ages
        for sent in stamps:
            ages[min(max(now - sent, 0), MOST_MS)] += 1
        self.heard.messages += len(stamps)

    def _expect(self, count: int) -> None:
        self._wanted = count
        self._whole.clear()

    def _start(self, act: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(act)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _enter(self, number: int, gate: asyncio.Semaphore) -> None:
        async with gate:
            await self._connect(number)

    async def _return(self, number: int) -> None:
        await asyncio.sleep(random.random() * JITTER_S)  # noqa: S311 - no secret
        await self._connect(number)

    async def _connect(self, number: int) -> None:
        viewer = Viewer(self, number)
        self.lines[number] = viewer
        loop = asyncio.get_running_loop()
        try:
            await loop.create_connection(
                lambda: viewer, self.host, self.port, ssl=True if self.secure else None
            )
        except OSError:
            self.went(number, 0)
            return
        await viewer.settled.wait()


class Viewer(asyncio.Protocol):
    """One line."""

    __slots__ = (
        "_buffer",
        "_crowd",
        "_is_in",
        "_is_open",
        "_number",
        "_transport",
        "code",
        "settled",
    )

    def __init__(self, crowd: Crowd, number: int) -> None:
        self._crowd, self._number = crowd, number
        self._buffer, self._is_open, self._is_in, self.code = b"", False, False, 1006
        self.settled = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        self._transport = transport = cast("asyncio.Transport", transport)
        crowd = self._crowd
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            f"GET {crowd.path_of(self._number)} HTTP/1.1\r\nHost: {crowd.host}:{crowd.port}\r\n"
            f"Origin: {crowd.origin}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )

    def connection_lost(self, error: Exception | None) -> None:
        """Gone."""
        self.settled.set()
        self._crowd.went(self._number, self.code)

    def data_received(self, data: bytes) -> None:
        """Frames, after the answer to the upgrade."""
        data = self._buffer + data if self._buffer else data
        if not self._is_open:
            head, found, data = data.partition(b"\r\n\r\n")
            if not found:
                self._buffer = head
                return
            if not head.startswith(ACCEPTED):
                self._transport.abort()
                return
            self._is_open = True
            self.settled.set()
            if self._crowd.greeting:
                self._transport.write(self._crowd.greeting)
        self._buffer = self._frames(data)

    def leave(self) -> None:
        """Say goodbye as a page does."""
        self._transport.write(masked(CLOSE, (1001).to_bytes(2, "big")))

    def send(self, text: str) -> None:
        """Say something."""
        self._transport.write(masked(TEXT, text.encode()))

    def pause(self) -> None:
        """Read no more: a phone that has gone into a tunnel."""
        self._transport.pause_reading()

    def _frames(self, data: bytes) -> bytes:
        """Take whole frames; what is left of one that is not."""
        at, end = 0, len(data)
        while end - at >= 2:
            size, begin = data[at + 1], at + 2
            if size == 126:
                size, begin = int.from_bytes(data[at + 2 : at + 4], "big"), at + 4
            elif size == 127:
                size, begin = int.from_bytes(data[at + 2 : at + 10], "big"), at + 10
            if begin > end or begin + size > end:
                break
            self._take(data[at] & 15, data[begin : begin + size])
            at = begin + size
        return data[at:]

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode == TEXT:
            if not self._is_in and self._crowd.entered in payload:
                self._is_in = True
                self._crowd.came_in(self._number)
            self._crowd.take(payload)
            answer = self._crowd.answer
            if answer is not None and (said := answer(payload)):
                self._transport.write(masked(TEXT, said))
        elif opcode == PING:
            self._transport.write(masked(PONG, payload))
        elif opcode == CLOSE:
            self.code = int.from_bytes(payload[:2], "big") if len(payload) >= 2 else 1005
            self._transport.write(masked(CLOSE, payload[:2]))
            self._transport.close()


@dataclass(frozen=True)
class Usage:
    """A process at a moment: seconds of processor so far, bytes of memory."""

    cpu_s: float
    rss_bytes: int

    @classmethod
    def of(cls, pid: int) -> "Usage":
        """As Linux has it."""
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
        cpu_s = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return cls(cpu_s, int(fields[21]) * os.sysconf("SC_PAGE_SIZE"))


async def speak(
    say: Callable[[dict[str, object]], None], *, rate: float, size: int, seconds: float
) -> int:
    """Say messages of `size` bytes at an even rate, from a thread; how many they were."""
    begun, count = time.perf_counter(), 0
    while (due := begun + count / rate) < begun + seconds:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        await asyncio.to_thread(say, message(count, size))
        count += 1
    return count


def message(number: int, size: int) -> dict[str, object]:
    """One with the moment it was made, written in about so many bytes."""
    return {
        "type": "load",
        "number": number,
        "sent": milliseconds(),
        "text": "x" * max(0, size - 60),
    }
