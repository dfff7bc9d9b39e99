"""The picture with little delay: fragments of a fifth of a second, straight from the encoder to who listens.

Within one process; `live.domain.relay` brings what another one takes. Nothing waits for a listener; one who does not
keep up is let go.
"""

import asyncio
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from live.core import fmp4

MOST_WAITING = 25
"""Fragments that a listener may be behind by: five seconds."""

#: What a listener gets: bytes of media, or None at the end of the take.
Line = asyncio.Queue[bytes | None]


@dataclass
class _Take:
    """What is sent now. `recent` begins with a keyframe: who comes late starts there."""

    epoch_us: int
    init: bytes
    recent: list[bytes] = field(default_factory=list)
    lines: set[Line] = field(default_factory=set)


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """How a take begins for a listener; the rest comes over `line`."""

    epoch_us: int
    mime: str
    pieces: tuple[bytes, ...]
    line: Line


_takes: dict[uuid.UUID, _Take] = {}


class Sender:
    """What one encoder sends on; whoever takes a lesson over takes its listeners' place too."""

    def __init__(self, lesson_id: uuid.UUID) -> None:
        """Nothing is heard before `begin`."""
        self._lesson_id = lesson_id
        self._take: _Take | None = None

    def begin(self, epoch_us: int, init: bytes) -> None:
        """The take begins; a former one of the lesson is over."""
        _let_all_go(_takes.get(self._lesson_id))
        self._take = _takes[self._lesson_id] = _Take(epoch_us, init)

    def pass_on(self, fragment: fmp4.Segment) -> None:
        """Hand a fragment to all who listen."""
        take = self._take
        if take is None:
            return
        if fragment.keyframe:
            take.recent.clear()
        take.recent.append(fragment.data)
        for line in list(take.lines):
            if line.full():
                _let_go(take, line)
            else:
                line.put_nowait(fragment.data)

    def is_heard(self) -> bool:
        """Whether anybody listens."""
        return self._take is not None and bool(self._take.lines)

    def end(self) -> None:
        """The take is over."""
        _let_all_go(self._take)
        if self._take is not None and _takes.get(self._lesson_id) is self._take:
            del _takes[self._lesson_id]
        self._take = None


def is_sent(lesson_id: uuid.UUID) -> bool:
    """Whether a take of the lesson is sent through this process."""
    return lesson_id in _takes


@contextmanager
def listening(lesson_id: uuid.UUID, *, most: int) -> Iterator[Beginning | None]:
    """A line to what is sent now; None where nothing is sent through this process, or `most` listen already."""
    take = _takes.get(lesson_id)
    if take is None or len(take.lines) >= most:
        yield None
        return
    line: Line = asyncio.Queue(MOST_WAITING)
    take.lines.add(line)
    try:
        pieces = (take.init, *take.recent)
        yield Beginning(
            epoch_us=take.epoch_us, mime=fmp4.mime_of(take.init), pieces=pieces, line=line
        )
    finally:
        take.lines.discard(line)


def _let_all_go(take: _Take | None) -> None:
    for line in list(take.lines) if take else ():
        _let_go(take, line)


def _let_go(take: _Take | None, line: Line) -> None:
    if take is not None:
        take.lines.discard(line)
    while not line.empty():
        line.get_nowait()
    line.put_nowait(None)
