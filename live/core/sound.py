"""The sound of a lesson alone, taken out of its segments: nothing is encoded or kept twice.

Boxes as in ISO/IEC 14496-12; what our own encoder writes: one run a track and fragment, offsets from the moof.
"""

import struct
from collections.abc import Iterator

from live.core.fmp4 import NotFragmentedMp4, children

_OFFSET, _FIRST_FLAGS = 0x1, 0x4
_DURATIONS, _SIZES = 0x100, 0x200
_BASE, _INDEX, _DURATION, _SIZE = 0x1, 0x2, 0x8, 0x10


def init_of(init: bytes) -> tuple[bytes, int]:
    """The init segment with its sound alone, and that track's number. Raises NotFragmentedMp4 where there is none."""
    head, moov = _boxes(init, b"ftyp", b"moov")
    track = 0
    kept = b""
    for kind, box in _inside(moov):
        if kind == b"trak":
            if b"soun" not in box:
                continue
            track = _track_of(box)
        if kind == b"mvex":
            # After the tracks in what our encoder writes.
            extends = [
                one for name, one in _inside(box) if name != b"trex" or _number(one, 12) == track
            ]
            kept += _box(b"mvex", b"".join(extends))
            continue
        kept += box
    if not track:
        raise NotFragmentedMp4("There is no sound in it.")
    return head + _box(b"moov", kept), track


def segment_of(segment: bytes, track: int) -> bytes:
    """The same stretch of sound without its picture; empty where there is none. Raises NotFragmentedMp4."""
    found, moof = b"", b""
    for kind, box in _all(segment):
        if kind == b"moof":
            moof = box
        elif kind == b"mdat" and moof:
            found += _fragment(moof, box, track)
            moof = b""
    return found


def _fragment(moof: bytes, mdat: bytes, track: int) -> bytes:
    sequence, fragment, run, media = b"", b"", b"", b""
    for kind, box in _inside(moof):
        if kind == b"mfhd":
            sequence = box
        elif kind == b"traf":
            parts = dict(_inside(box))
            if {b"tfhd", b"tfdt", b"trun"} - parts.keys():
                raise NotFragmentedMp4("A fragment does not say what is in it.")
            if _number(parts[b"tfhd"], 12) != track:
                continue
            run = parts[b"trun"]
            fragment = parts[b"tfhd"] + parts[b"tfdt"]
            offset, size = _extent(run, _size_of_samples(parts[b"tfhd"]))
            start = offset - len(moof)
            media = mdat[start : start + size]
    if not media:
        return b""
    # The sound follows right after the new moof and the eight bytes of its mdat's header.
    length = 8 + len(sequence) + 8 + len(fragment) + len(run) + 8
    moved = run[:16] + struct.pack(">I", length) + run[20:]
    return _box(b"moof", sequence + _box(b"traf", fragment + moved)) + _box(b"mdat", media)


def _extent(run: bytes, usual_size: int) -> tuple[int, int]:
    """Where a run's samples are, counted from its moof, and how many bytes they have."""
    flags, count = _number(run, 8) & 0xFFFFFF, _number(run, 12)
    if not flags & _OFFSET:
        raise NotFragmentedMp4("A run does not say where its samples are.")
    offset = _number(run, 16)
    if not flags & _SIZES:
        return offset, count * usual_size
    at = 20 + (4 if flags & _FIRST_FLAGS else 0)
    width = 4 * (flags >> 8 & 0xF).bit_count()
    before = 4 if flags & _DURATIONS else 0
    return offset, sum(_number(run, at + number * width + before) for number in range(count))


def _size_of_samples(tfhd: bytes) -> int:
    flags = _number(tfhd, 8) & 0xFFFFFF
    at = 16 + (8 if flags & _BASE else 0)
    at += 4 * sum(bool(flags & one) for one in (_INDEX, _DURATION))
    return _number(tfhd, at) if flags & _SIZE else 0


def _track_of(trak: bytes) -> int:
    [tkhd] = _boxes(trak[8:], b"tkhd")
    return _number(tkhd, 28 if tkhd[8] == 1 else 20)


def _number(data: bytes, at: int) -> int:
    if at + 4 > len(data):
        raise NotFragmentedMp4("A box ends too soon.")
    return int.from_bytes(data[at : at + 4])


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), kind) + content


def _boxes(data: bytes, *kinds: bytes) -> list[bytes]:
    found = dict(_all(data))
    if missing := [kind for kind in kinds if kind not in found]:
        raise NotFragmentedMp4(f"A box {missing[0]!r} is missing.")
    return [found[kind] for kind in kinds]


def _inside(box: bytes) -> Iterator[tuple[bytes, bytes]]:
    return _all(box[8:])


def _all(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    for kind, _start, end in children(data, 0, len(data)):
        yield kind, data[at:end]
        at = end
