"""RTMP as a server of publishers speaks it: bytes in, messages out, and the bytes of answers. No socket, no clock.

Adobe's Real Time Messaging Protocol 1.0 (2012): 5.2 handshake, 5.3 chunks, 5.4 control messages, 7 commands. Whatever a
publisher claims, no more is kept than `most_bytes`.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from live.core import amf0

VERSION = 3
HANDSHAKE_BYTES = 1536
MOST_COMMAND_BYTES = 16 * 1024
"""Before anybody is let in: their commands are a tenth of this."""
MOST_MEDIA_BYTES = 4 * 2**20
"""The largest message of a publisher: a keyframe of 4K is a quarter of this."""
MOST_FPS = 240
MOST_STREAMS = 32
"""Chunk streams that may be in use at once; encoders use five."""
OUR_CHUNK_BYTES = 128
WINDOW_BYTES = 2_500_000
_MOST_CHUNK_BYTES = 0x7FFFFFFF
_HEAD_BYTES = (11, 7, 3, 0)
_MOST_HEAD_BYTES = 18
_EXTENDED = 0xFFFFFF
_WRAP = 2**32
_COMMAND_STREAM, _CONTROL_STREAM = 3, 2

SET_CHUNK, ABORT, ACKNOWLEDGE, USER_CONTROL, WINDOW, BANDWIDTH = 1, 2, 3, 4, 5, 6
AUDIO, VIDEO, DATA_AMF3, COMMAND_AMF3, DATA, COMMAND = 8, 9, 15, 17, 18, 20


class BadRtmp(ValueError):
    """What came is no RTMP, or more of it than is taken."""


@dataclass(frozen=True)
class Message:
    """A whole message. `timestamp` in milliseconds of the publisher's clock, modulo 2^32."""

    kind: int
    stream: int
    timestamp: int
    body: bytes


@dataclass(frozen=True)
class Command:
    """A command: its name, the number that the answer repeats, and its arguments."""

    name: str
    number: float
    arguments: list[Any]


@dataclass
class _ChunkStream:
    """What a chunk stream said last, and what of a message has come."""

    timestamp: int = 0
    delta: int = 0
    length: int = 0
    kind: int = 0
    stream: int = 0
    is_extended: bool = False
    is_known: bool = False
    body: bytearray | None = None


class Handshake:
    """C0, C1 and C2 in; S0, S1 and S2 out. Of the plain kind: a zero where newer ones have a version."""

    def __init__(self) -> None:
        self._waiting = bytearray()
        self._answered = False

    def feed(self, data: bytes) -> tuple[bytes, bytes | None]:
        """What to answer, and once it is over the bytes that follow it; None until then. Raises BadRtmp."""
        self._waiting += data
        if self._waiting and self._waiting[0] != VERSION:
            raise BadRtmp(f"It begins with {self._waiting[0]}, not with RTMP's version.")
        answer = b""
        if not self._answered and len(self._waiting) > HANDSHAKE_BYTES:
            self._answered = True
            theirs = bytes(self._waiting[1 : 1 + HANDSHAKE_BYTES])
            answer = bytes([VERSION]) + bytes(HANDSHAKE_BYTES) + theirs
        if len(self._waiting) <= 2 * HANDSHAKE_BYTES:
            return answer, None
        return answer, bytes(self._waiting[1 + 2 * HANDSHAKE_BYTES :])


class Reader:
    """Messages out of chunks that come in any pieces. `most_bytes` may grow once somebody is let in."""

    def __init__(self) -> None:
        self.most_bytes = MOST_COMMAND_BYTES
        self.window_bytes = 0
        """After so many bytes they want to hear that these came; 0: they never said so."""
        self._waiting = bytearray()
        self._streams: dict[int, _ChunkStream] = {}
        self._chunk_bytes = 128
        self._held = 0
        self._open: _ChunkStream | None = None
        self._left = 0

    def feed(self, data: bytes) -> Iterator[Message]:
        """The messages that are complete with these bytes. Raises BadRtmp."""
        self._waiting += data
        while self._open is not None or self._head():
            message = self._fill()
            if message is not None:
                self._obey(message)
                yield message
            elif self._open is not None:
                return

    def _fill(self) -> Message | None:
        """Put what has come of the chunk at hand into its message; the message where that completes it."""
        stream = self._open
        if stream is None or stream.body is None:
            raise BadRtmp("A chunk without a message.")
        count = min(self._left, len(self._waiting))
        stream.body += self._waiting[:count]
        del self._waiting[:count]
        self._left -= count
        self._held += count
        if self._held > self.most_bytes + MOST_COMMAND_BYTES:
            raise BadRtmp("Too many messages begun at once.")
        if self._left:
            return None
        self._open = None
        if len(stream.body) < stream.length:
            return None
        body, stream.body = bytes(stream.body), None
        self._held -= len(body)
        return Message(stream.kind, stream.stream, stream.timestamp, body)

    def _head(self) -> bool:
        """Read the head of the next chunk; False, and nothing is changed, where not all of it has come."""
        waiting = bytes(self._waiting[:_MOST_HEAD_BYTES])
        try:
            form, number, at = _basic(waiting)
            stream = self._streams.get(number) or _ChunkStream()
            head = waiting[at : at + _HEAD_BYTES[form]]
            at += _HEAD_BYTES[form]
            time = int.from_bytes(head[:3], "big") if form < 3 else 0
            is_extended = stream.is_extended if form == 3 else time == _EXTENDED
            if is_extended:
                (time,) = struct.unpack_from(">I", waiting, at)
                at += 4
        except (struct.error, IndexError):
            return False
        if len(waiting) < at:
            return False
        del self._waiting[:at]
        self._begin(stream, form, head, time)
        stream.is_extended = is_extended
        if number not in self._streams and len(self._streams) >= MOST_STREAMS:
            raise BadRtmp("Too many chunk streams.")
        self._streams[number] = self._open = stream
        self._left = min(self._chunk_bytes, stream.length - len(stream.body or b""))
        return True

    def _begin(self, stream: _ChunkStream, form: int, head: bytes, time: int) -> None:
        if stream.body is not None:
            if form != 3:
                raise BadRtmp("A message begins within another.")
            return
        if form and not stream.is_known:
            raise BadRtmp("A chunk goes on with what never began.")
        if form < 2:
            stream.length, stream.kind = int.from_bytes(head[3:6], "big"), head[6]
        if stream.length > self.most_bytes:
            raise BadRtmp(f"A message of {stream.length} bytes.")
        if form == 0:
            stream.timestamp, stream.delta = time, 0
            stream.stream = int.from_bytes(head[7:11], "little")
        else:
            stream.delta = stream.delta if form == 3 else time
            stream.timestamp = (stream.timestamp + stream.delta) % _WRAP
        stream.is_known = True
        stream.body = bytearray()

    def _obey(self, message: Message) -> None:
        """Control messages that change how chunks are read, and when that is acknowledged."""
        if message.kind not in (SET_CHUNK, ABORT, WINDOW):
            return
        if len(message.body) < 4:
            raise BadRtmp("A control message ends too soon.")
        (number,) = struct.unpack_from(">I", message.body)
        if message.kind == SET_CHUNK:
            if not 0 < number <= _MOST_CHUNK_BYTES:
                raise BadRtmp(f"Chunks of {number} bytes.")
            self._chunk_bytes = number
        elif message.kind == WINDOW:
            self.window_bytes = number
        elif (stream := self._streams.get(number)) is not None and stream.body is not None:
            self._held -= len(stream.body)
            stream.body = None


def _basic(waiting: bytes) -> tuple[int, int, int]:
    """Form and number of a chunk's stream, and where its head goes on. Raises IndexError where bytes are missing."""
    form, number = waiting[0] >> 6, waiting[0] & 0x3F
    if number == 0:
        return form, 64 + waiting[1], 2
    if number == 1:
        return form, 64 + waiting[1] + 256 * waiting[2], 3
    return form, number, 1


def written(message: Message, *, chunk_stream: int | None = None) -> bytes:
    """A message in chunks of OUR_CHUNK_BYTES, for timestamps that need no extension."""
    number = chunk_stream or (_COMMAND_STREAM if message.kind == COMMAND else _CONTROL_STREAM)
    head = message.timestamp.to_bytes(3, "big") + len(message.body).to_bytes(3, "big")
    head += bytes([message.kind]) + message.stream.to_bytes(4, "little")
    parts = [
        message.body[at : at + OUR_CHUNK_BYTES]
        for at in range(0, max(1, len(message.body)), OUR_CHUNK_BYTES)
    ]
    return bytes([number]) + head + bytes([0xC0 | number]).join(parts)


def command(name: str, number: float, *arguments: Any, stream: int = 0) -> bytes:
    """A command of ours, as it goes out."""
    return written(Message(COMMAND, stream, 0, amf0.written(name, number, *arguments)))


def control(kind: int, value: int, *more: int) -> bytes:
    """A control message that carries a number (and BANDWIDTH a byte after it)."""
    return written(Message(kind, 0, 0, struct.pack(">I", value) + bytes(more)))


def status(code: str, description: str, *, is_error: bool = False) -> bytes:
    """`onStatus` of the stream that publishes."""
    level = "error" if is_error else "status"
    info = {"level": level, "code": code, "description": description}
    return command("onStatus", 0, None, info, stream=1)


def frame_rate(message: Message) -> float | None:
    """Frames a second that the publisher says it sends (`onMetaData`); None where it does not say so now."""
    if message.kind not in (DATA, DATA_AMF3):
        return None
    body = message.body if message.kind == DATA else message.body[1:]
    try:
        values = amf0.read(body)
    except amf0.BadValue:
        # Of this nothing depends but a figure.
        return None
    told = next((one for one in values if isinstance(one, dict)), {})
    rate = told.get("framerate")
    return rate if isinstance(rate, float) and 0 < rate <= MOST_FPS else None


def parse_command(message: Message) -> Command | None:
    """The command that a message is; None for every other. Raises BadRtmp."""
    if message.kind not in (COMMAND, COMMAND_AMF3):
        return None
    # The newer kind begins with a byte that says that the older one follows.
    body = message.body if message.kind == COMMAND else message.body[1:]
    try:
        match amf0.read(body):
            case [str(name), float(number), *arguments]:
                return Command(name, number, arguments)
    except amf0.BadValue as error:
        raise BadRtmp(str(error)) from error
    raise BadRtmp("A command without a name and a number.")
