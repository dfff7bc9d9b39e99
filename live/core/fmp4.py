"""A fragmented MP4 as it streams out of ffmpeg, cut into an init segment and segments that start at keyframes.

Box layouts: ISO/IEC 14496-12, sections 8.4.2 (mdhd), 8.8.3 (trex), 8.8.7 (tfhd), 8.8.8 (trun), 8.8.12 (tfdt).
"""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction

MOST_BOX_BYTES = 32 * 2**20
"""A fragment of some seconds is a hundredth of this: a longer box is damage, not picture."""
MOST_SEGMENT_S = 30
_HEADER = 8
_LARGE_HEADER = 16
_BEFORE_MEDIA = (b"styp", b"sidx", b"prft", b"emsg", b"free", b"skip")
_AT_END = (b"mfra",)
_NOT_A_KEYFRAME = 0x0001_0000


class NotFragmentedMp4(ValueError):
    """What came is no fragmented MP4, or a damaged one; the message says where it goes wrong."""


@dataclass(frozen=True, kw_only=True)
class Init:
    """ftyp and moov: what a player reads before any segment of the take."""

    data: bytes


@dataclass(frozen=True, kw_only=True)
class Segment:
    """Media from one keyframe to another. `start` and `end` in seconds of the take, exact; `frames` of picture."""

    data: bytes
    start: Fraction
    end: Fraction
    frames: int
    keyframe: bool

    @property
    def duration(self) -> Fraction:
        """Its length in seconds, exact."""
        return self.end - self.start


@dataclass(frozen=True, kw_only=True)
class _Track:
    timescale: int
    handler: bytes
    duration: int
    flags: int


@dataclass
class _Boxes:
    """Whole top-level boxes out of bytes that come in any pieces."""

    waiting: bytearray = field(default_factory=bytearray)

    def feed(self, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        self.waiting += data
        while len(self.waiting) >= _HEADER:
            kind, _, size = _header(self.waiting, 0, None)
            if size > MOST_BOX_BYTES:
                raise NotFragmentedMp4(f"A box {kind!r} claims {size} bytes.")
            if not size or len(self.waiting) < size:
                return
            box = bytes(self.waiting[:size])
            del self.waiting[:size]
            yield kind, box


class Splitter:
    """Feed it bytes in any pieces: it answers an Init, then Segments of at least `target_s`, each from a keyframe."""

    def __init__(
        self,
        *,
        target_s: Fraction = Fraction(9, 10),
        on_fragment: Callable[[Segment], None] = lambda _: None,
    ) -> None:
        """Start before the first byte. `target_s`: a keyframe that comes sooner does not cut.

        `on_fragment` hears what segments are joined of, each as it comes.
        """
        self._on_fragment = on_fragment
        self._target = target_s
        self._boxes = _Boxes()
        self._head = b""
        self._tracks: dict[int, _Track] = {}
        self._moof = b""
        self._prefix = b""
        self._open: list[Segment] = []

    def feed(self, data: bytes) -> list[Init | Segment]:
        """What is complete with these bytes. Raises NotFragmentedMp4."""
        done: list[Init | Segment] = []
        try:
            for kind, box in self._boxes.feed(data):
                done += self._take(kind, box)
        except struct.error as error:
            raise NotFragmentedMp4(f"A box ends too soon: {error}.") from error
        return done

    def finish(self) -> list[Segment]:
        """The last segment, of whole fragments; half a fragment at the end is left out."""
        rest, self._open = self._open, []
        return [_joined(rest)] if rest else []

    def _take(self, kind: bytes, box: bytes) -> list[Init | Segment]:
        if not self._head:
            if kind != b"ftyp":
                raise NotFragmentedMp4(f"It begins with {kind!r}, not with a file type.")
            self._head = box
            return []
        if not self._tracks:
            if kind in _BEFORE_MEDIA:
                return []
            if kind != b"moov":
                raise NotFragmentedMp4(f"A box {kind!r} stands where the tracks should be told.")
            self._tracks = _tracks(box)
            return [Init(data=self._head + box)]
        return list(self._take_media(kind, box))

    def _take_media(self, kind: bytes, box: bytes) -> Iterator[Segment]:
        if kind == b"moof" and not self._moof:
            self._moof = box
        elif kind == b"mdat" and self._moof:
            fragment = _fragment(self._prefix + self._moof + box, self._moof, self._tracks)
            self._moof = self._prefix = b""
            self._on_fragment(fragment)
            yield from self._join(fragment)
        elif kind in _BEFORE_MEDIA and not self._moof:
            self._prefix += box
        elif kind not in _AT_END:
            raise NotFragmentedMp4(f"A box {kind!r} stands where media should be.")

    def _join(self, fragment: Segment) -> Iterator[Segment]:
        if self._open:
            length = fragment.start - self._open[0].start
            if fragment.keyframe and length >= self._target:
                yield _joined(self._open)
                self._open = []
            elif length > MOST_SEGMENT_S:
                raise NotFragmentedMp4(f"No keyframe for {MOST_SEGMENT_S} s.")
        self._open.append(fragment)
        if sum(len(one.data) for one in self._open) > MOST_BOX_BYTES:
            raise NotFragmentedMp4("A segment grows too large: keyframes are too rare.")


def mime_of(init: bytes) -> str:
    """What a browser asks to know of an init segment."""
    return f'video/mp4; codecs="{codecs_of(init)}"'


def codecs_of(init: bytes) -> str:
    """The codecs of an init segment (RFC 6381)."""
    codecs = []
    at = init.find(b"avcC")
    if at >= 0:
        codecs.append(f"avc1.{init[at + 5 : at + 8].hex().upper()}")
    if b"mp4a" in init:
        codecs.append("mp4a.40.2")
    return ",".join(codecs)


def size_of(init: bytes) -> tuple[int, int] | None:
    """Width and height of its picture; None where it has none. ISO/IEC 14496-12, 8.3.2: 16.16 at the end of tkhd."""
    found = (0, 0)
    for kind, start, stop in children(init, *_find(init, 0, len(init), b"moov")):
        if kind == b"trak":
            _, tkhd_end = _find(init, start, stop, b"tkhd")
            width, height = struct.unpack_from(">II", init, tkhd_end - 8)
            found = max(found, (width >> 16, height >> 16))
    return found if all(found) else None


def _joined(fragments: list[Segment]) -> Segment:
    return Segment(
        data=b"".join(one.data for one in fragments),
        start=fragments[0].start,
        end=fragments[-1].end,
        frames=sum(one.frames for one in fragments),
        keyframe=fragments[0].keyframe,
    )


def _header(data: bytes | bytearray, at: int, end: int | None) -> tuple[bytes, int, int]:
    """Kind, where the content starts, and the box's size; size 0: too little is here to tell."""
    size, kind = struct.unpack_from(">I4s", data, at)
    start = _HEADER
    if size == 1:
        if len(data) < at + _LARGE_HEADER:
            return kind, at, 0
        (size,) = struct.unpack_from(">Q", data, at + _HEADER)
        start = _LARGE_HEADER
    if size < start or (end is not None and at + size > end):
        raise NotFragmentedMp4(f"A box {kind!r} has the size {size}.")
    return kind, at + start, size


def children(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and end of content of the boxes within."""
    while start < end:
        kind, content, size = _header(data, start, end)
        if not size:
            raise NotFragmentedMp4(f"A box {kind!r} ends too soon.")
        yield kind, content, start + size
        start += size


def _find(data: bytes, start: int, end: int, *path: bytes) -> tuple[int, int]:
    """Content of the first box at a path. Raises NotFragmentedMp4."""
    for wanted in path:
        for kind, inner, inner_end in children(data, start, end):
            if kind == wanted:
                start, end = inner, inner_end
                break
        else:
            raise NotFragmentedMp4(f"A box {wanted!r} is missing.")
    return start, end


def _tracks(moov: bytes) -> dict[int, _Track]:
    defaults: dict[int, tuple[int, int]] = {}
    found: dict[int, tuple[int, bytes]] = {}
    _, content, size = _header(moov, 0, len(moov))
    for kind, start, end in children(moov, content, size):
        if kind == b"mvex":
            for inner, at, _ in children(moov, start, end):
                if inner == b"trex":
                    track, _, duration, _, flags = struct.unpack_from(">5I", moov, at + 4)
                    defaults[track] = duration, flags
        elif kind == b"trak":
            at, _ = _find(moov, start, end, b"tkhd")
            (track,) = struct.unpack_from(">I", moov, at + (20 if moov[at] == 1 else 12))
            at, _ = _find(moov, start, end, b"mdia", b"mdhd")
            (timescale,) = struct.unpack_from(">I", moov, at + (20 if moov[at] == 1 else 12))
            at, _ = _find(moov, start, end, b"mdia", b"hdlr")
            (handler,) = struct.unpack_from(">4s", moov, at + 8)
            if not timescale:
                raise NotFragmentedMp4("A track's clock stands still.")
            found[track] = timescale, handler
    tracks = {
        track: _Track(
            timescale=timescale,
            handler=handler,
            duration=defaults.get(track, (0, 0))[0],
            flags=defaults.get(track, (0, 0))[1],
        )
        for track, (timescale, handler) in found.items()
    }
    if not any(one.handler in (b"vide", b"soun") for one in tracks.values()):
        raise NotFragmentedMp4("There is neither picture nor sound in it.")
    return tracks


@dataclass(frozen=True, kw_only=True)
class _Run:
    """One track's part of a fragment, in units of its clock."""

    track: _Track
    start: int
    length: int
    samples: int
    keyframe: bool


def _fragment(data: bytes, moof: bytes, tracks: dict[int, _Track]) -> Segment:
    _, content, size = _header(moof, 0, len(moof))
    runs = [
        _run(moof, start, end, tracks)
        for kind, start, end in children(moof, content, size)
        if kind == b"traf"
    ]
    pictures = [one for one in runs if one.track.handler == b"vide" and one.samples]
    has_picture = any(one.handler == b"vide" for one in tracks.values())
    leading = pictures or [one for one in runs if one.samples]
    if not leading:
        raise NotFragmentedMp4("A fragment is empty.")
    first = leading[0]
    return Segment(
        data=data,
        start=Fraction(first.start, first.track.timescale),
        end=Fraction(first.start + first.length, first.track.timescale),
        frames=sum(one.samples for one in pictures),
        # Where only sound is, every sample may be cut at.
        keyframe=first.keyframe if pictures else not has_picture,
    )


def _run(moof: bytes, start: int, end: int, tracks: dict[int, _Track]) -> _Run:
    at, _ = _find(moof, start, end, b"tfhd")
    head, number = struct.unpack_from(">II", moof, at)
    if number not in tracks:
        raise NotFragmentedMp4(f"A fragment is of track {number}, which was not told.")
    track = tracks[number]
    duration, flags = track.duration, track.flags
    at += 8 + (8 if head & 0x1 else 0) + (4 if head & 0x2 else 0)
    if head & 0x8:
        (duration,) = struct.unpack_from(">I", moof, at)
        at += 4
    at += 4 if head & 0x10 else 0
    if head & 0x20:
        (flags,) = struct.unpack_from(">I", moof, at)
    at, _ = _find(moof, start, end, b"tfdt")
    (decode_time,) = struct.unpack_from(">Q" if moof[at] == 1 else ">I", moof, at + 4)
    length = samples = 0
    keyframe = False
    for kind, inner, inner_end in children(moof, start, end):
        if kind == b"trun":
            count, ticks, first = _samples(moof, inner, inner_end, duration, flags)
            keyframe = keyframe if samples else not first & _NOT_A_KEYFRAME
            length, samples = length + ticks, samples + count
    return _Run(track=track, start=decode_time, length=length, samples=samples, keyframe=keyframe)


def _samples(data: bytes, at: int, end: int, duration: int, flags: int) -> tuple[int, int, int]:
    """How many samples, how long they are together, and the flags of the first."""
    head, count = struct.unpack_from(">II", data, at)
    at += 8 + (4 if head & 0x1 else 0)
    first = flags
    if head & 0x4:
        (first,) = struct.unpack_from(">I", data, at)
        at += 4
    width = 4 * (head >> 8 & 0xF).bit_count()
    if at + count * width > end:
        raise NotFragmentedMp4("A run has fewer samples than it says.")
    if head & 0x400 and count and not head & 0x4:
        before = 4 * (head >> 8 & 0x3).bit_count()
        (first,) = struct.unpack_from(">I", data, at + before)
    if not head & 0x100:
        return count, count * duration, first
    ticks = sum(struct.unpack_from(">I", data, at + n * width)[0] for n in range(count))
    return count, ticks, first
