"""A take on its way: what a browser or OBS sends into ffmpeg, fragments out of it, segments onto the disk."""

import asyncio
import contextlib
import logging
import uuid
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.conf import settings
from django.utils.translation import gettext as _

from live.core import fmp4, steady
from live.core.tape import US, Piece, Take, TakeName, recorded_us
from live.domain import near, relay, store
from live.domain.errors import Refused
from media.api import Picture, free_bytes, live_command

log = logging.getLogger(__name__)

READ_BYTES = 64 * 1024
AHEAD_US = 5_000_000
"""What comes over a line is from before now; so far off is no matter of a few frames."""
MOST_LATE_US = 120_000_000
"""No browser keeps what it could not send for longer."""
STUCK_S = 20
"""An encoder that takes nothing for so long has died in all but name."""
_LAST_WORDS = 500
_RECENT = 5
_HEAD_BYTES = 32
_EBML, _FTYP, _FLV = b"\x1a\x45\xdf\xa3", b"ftyp", b"FLV\x01"
_encoding = asyncio.Semaphore(1)


@dataclass(frozen=True, kw_only=True)
class Vitals:
    """What a transmission is worth, measured on the server. Lengths in seconds and milliseconds by name.

    `on_air_s`: since the lesson's first picture.
    `piece_s`: from keyframe to keyframe; a viewer is at least one of them behind.
    """

    delay_ms: int
    kbps: int
    dropped: float
    recorded_s: float
    segments: int
    on_air_s: float
    piece_s: float
    disk_s: int


@dataclass(frozen=True, kw_only=True)
class _Encoder:
    """An ffmpeg that takes a recording in and gives fragments out; `converts`: it is the one that may."""

    process: asyncio.subprocess.Process
    stdin: asyncio.StreamWriter
    stdout: asyncio.StreamReader
    stderr: asyncio.StreamReader
    converts: bool


async def begin_ingest(
    *,
    lesson_id: uuid.UUID,
    take: int,
    picture: Picture,
    fps: float | None,
    began_us: int | None = None,
) -> "Ingest":
    """Start the encoder of a take that was begun. `fps`: frames a second that the studio draws; None: not known yet.

    `began_us`: Unix time of the first picture, for a recording that is brought in afterwards; else it begins now.

    Raises Refused where there is no room for another.
    """
    free = await asyncio.to_thread(free_bytes)
    if free < settings.MEDIA_KEEP_FREE_BYTES:
        raise _disk_full()
    before = await asyncio.to_thread(store.takes_of, lesson_id)
    await asyncio.to_thread(store.mark_away, lesson_id, is_away=False)
    if not picture.is_copied:
        if _encoding.locked():
            raise _no_encoder()
        await _encoding.acquire()
    try:
        encoder = await _started(picture)
    except BaseException:
        if not picture.is_copied:
            _encoding.release()
        raise
    return Ingest(
        encoder,
        lesson_id=lesson_id,
        take=take,
        fps=fps,
        before=before,
        free=free,
        began_us=began_us,
    )


class Ingest:
    """One take. `write` what the browser sends; `finish` stores what is left. Both raise Refused."""

    def __init__(
        self,
        encoder: _Encoder,
        *,
        lesson_id: uuid.UUID,
        take: int,
        fps: float | None,
        before: Sequence[Take],
        free: int,
        began_us: int | None,
    ) -> None:
        self._encoder, self._lesson_id, self._take = encoder, lesson_id, take
        #: Frames a second that should come, where that is known; may be told later.
        self.fps = fps
        self._before_s, self._free = recorded_us(before) / US, free
        self._before_pieces = sum(len(one.pieces) for one in before)
        self._last_us = before[-1].last_us if before else 0
        self._on_air_us = before[0].name.epoch_us if before else 0
        # The take's clock begins with the first piece that comes in.
        self._named: asyncio.Future[TakeName] = asyncio.get_running_loop().create_future()
        self._head = b""
        self._first_us = began_us or 0
        self._near = near.Sender(lesson_id)
        self._door = relay.Door(lesson_id)
        self._splitter = fmp4.Splitter(on_fragment=self._near.pass_on)
        self._recent: deque[tuple[int, Fraction, int]] = deque(maxlen=_RECENT)
        self._segments = 0
        self._delay_ms = 0
        self._taken_s = Fraction(0)
        self._is_closed = self._is_over = self._is_ahead = False
        steady.hold()
        self._reading = asyncio.create_task(self._read())

    @property
    def is_over(self) -> bool:
        """Whether its end was asked for."""
        return self._is_over

    def begins(self, at_us: int) -> None:
        """Say when the first picture was taken, where that is before it comes in; never before those that are kept."""
        if not self._named.done():
            now_us = steady.now_us()
            self._first_us = min(max(at_us, now_us - MOST_LATE_US, self._last_us), now_us)

    async def write(self, data: bytes) -> None:
        """Pass on what the browser recorded; waits where the encoder is behind."""
        if not self._named.done():
            self._first_us = self._first_us or steady.now_us()
            # A browser may cut its first piece anywhere, within the first four bytes as well.
            data = self._head + data
            self._head = data[:_HEAD_BYTES]
            if len(data) < _HEAD_BYTES:
                return
            if not (data.startswith((_EBML, _FLV)) or data[4:8] == _FTYP):
                raise no_video()
            self._named.set_result(TakeName(self._take, self._first_us))
        try:
            self._encoder.stdin.write(data)
            await asyncio.wait_for(self._encoder.stdin.drain(), STUCK_S)
        except (ConnectionError, TimeoutError) as error:
            await asyncio.wait_for(asyncio.shield(self._reading), STUCK_S)
            raise _encoder_died() from error

    async def finish(self) -> None:
        """End of what the browser sends: the encoder drains, the last segment is stored."""
        if self._is_closed:
            return
        self._is_over = True
        self._encoder.stdin.close()
        try:
            await asyncio.wait_for(asyncio.shield(self._reading), STUCK_S)
        finally:
            await self._close()

    async def _close(self) -> None:
        """End the encoder, whatever state it is in."""
        self._is_closed = True
        steady.release()
        self._near.end()
        self._door.close()
        self._reading.cancel()
        with contextlib.suppress(asyncio.CancelledError, Refused):
            await self._reading
        process = self._encoder.process
        if process.returncode is None:
            _kill(process)
            # What nobody reads any more would keep the pipe open, and us waiting for ever.
            while await self._encoder.stdout.read(READ_BYTES):
                pass
            await process.wait()
        if self._encoder.converts:
            _encoding.release()

    async def failed(self) -> None:
        """Return when the encoder has ended; raises Refused where it ended in trouble."""
        await asyncio.shield(self._reading)

    def media_us(self) -> int:
        """Where in the recording the picture that comes in now will stand, all takes joined."""
        before_us = round(self._before_s * US)
        if not self._named.done():
            return before_us
        return before_us + steady.now_us() - self._named.result().epoch_us

    def on_air_s(self) -> float:
        """Seconds since the lesson's first picture, of whichever take; 0 before."""
        since_us = self._on_air_us or self._first_us
        return max(0.0, (steady.now_us() - since_us) / US) if since_us else 0.0

    def vitals(self) -> Vitals | None:
        """Figures of the last seconds; None before the first segment."""
        if not self._recent:
            return None
        size = sum(one[0] for one in self._recent)
        length = sum((one[1] for one in self._recent), Fraction(0))
        frames = sum(one[2] for one in self._recent)
        bytes_a_second = max(1, int(size / length)) if length else 1
        return Vitals(
            delay_ms=self._delay_ms,
            kbps=bytes_a_second * 8 // 1000,
            # A frame more or less is the cut's, not the line's.
            dropped=max(0.0, round(1 - (frames + 1) / (float(length) * self.fps), 3))
            if length and self.fps
            else 0.0,
            recorded_s=self._before_s + float(self._taken_s),
            segments=self._before_pieces + self._segments,
            on_air_s=round(self.on_air_s(), 1),
            piece_s=round(float(length) / len(self._recent), 1),
            disk_s=max(0, self._free - settings.MEDIA_KEEP_FREE_BYTES) // bytes_a_second,
        )

    async def _read(self) -> None:
        process, stdout = self._encoder.process, self._encoder.stdout
        words = asyncio.create_task(_tail(self._encoder.stderr))
        try:
            while data := await stdout.read(READ_BYTES):
                for part in self._splitter.feed(data):
                    await self._keep(part)
            for segment in self._splitter.finish():
                await self._keep(segment)
        except fmp4.NotFragmentedMp4:
            log.exception("The encoder wrote what cannot be cut.")
            _kill(process)
            raise _encoder_died() from None
        except OSError as error:
            log.exception("A segment could not be stored.")
            _kill(process)
            raise _disk_full() from error
        code = await process.wait()
        if code:
            said = await words
            if self._is_over and not self._named.done():
                # A line that dropped within the first bytes: it was given nothing to complain of.
                return
            # A line that dropped before the first whole picture is no trouble of the encoder's.
            level = logging.INFO if self._is_over and not self._segments else logging.WARNING
            log.log(level, "Live encoder ended with %s on %s: %s", code, self._head.hex(), said)
            if code > 0 and not self._segments:
                raise no_video()
            raise _encoder_died()

    async def _keep(self, part: fmp4.Init | fmp4.Segment) -> None:
        name = await self._named
        if isinstance(part, fmp4.Init):
            await asyncio.to_thread(store.open_take, self._lesson_id, name, part.data)
            self._near.begin(name.epoch_us, part.data)
            await self._door.open()
            return
        self._segments += 1
        piece = Piece(self._segments, round(part.start * US), round(part.end * US))
        await asyncio.to_thread(store.put, self._lesson_id, name, piece, part.data)
        self._recent.append((len(part.data), part.duration, part.frames))
        self._taken_s += part.duration
        end_us = name.epoch_us + piece.end_us
        behind_us = steady.now_us() - end_us
        self._delay_ms = max(0, behind_us // 1000)
        if behind_us < -AHEAD_US and not self._is_ahead:
            self._is_ahead = True
            await asyncio.to_thread(store.mark_ahead, self._lesson_id, name)
        self._free -= len(part.data)
        if self._segments % 10 == 0:
            self._free = await asyncio.to_thread(free_bytes)


async def _started(picture: Picture) -> _Encoder:
    process = await asyncio.create_subprocess_exec(
        *live_command(picture),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    stdin, stdout, stderr = process.stdin, process.stdout, process.stderr
    if stdin is None or stdout is None or stderr is None:
        raise RuntimeError("a process that was started with pipes has none")
    return _Encoder(
        process=process, stdin=stdin, stdout=stdout, stderr=stderr, converts=not picture.is_copied
    )


def _kill(process: asyncio.subprocess.Process) -> None:
    """End it at once: whoever waits for it to take more is told by the broken pipe."""
    with contextlib.suppress(ProcessLookupError):
        process.kill()


async def _tail(stream: asyncio.StreamReader) -> str:
    """The end of what the encoder complained of; read all along, so that it never waits for us."""
    tail = b""
    while data := await stream.read(READ_BYTES):
        tail = (tail + data)[-_LAST_WORDS:]
    return tail.decode(errors="replace").strip()


def _no_encoder() -> Refused:
    return Refused(
        "no-encoder",
        _(
            "Another lesson is being converted, and this machine converts one at a time. "
            "Use Chrome or Edge, whose video needs no conversion."
        ),
        close=4429,
    )


def no_video() -> Refused:
    """Says that nothing of what came can be shown."""
    return Refused(
        "no-video",
        _("What came is not video. Nothing of it was kept. Reload the page."),
        close=4415,
    )


def _encoder_died() -> Refused:
    return Refused(
        "encoder-died",
        _("Sending was interrupted on the server. All up to the last second is kept."),
        close=4500,
    )


def _disk_full() -> Refused:
    return Refused(
        "disk-full",
        _(
            "The server's disk is full. What is recorded so far is kept. Tell whoever runs the site."
        ),
        close=4507,
    )
