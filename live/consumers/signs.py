"""Signs of life of a room's viewers, from their sockets into presence."""

import asyncio
import logging
import uuid
from collections.abc import Sequence
from weakref import WeakKeyDictionary

from django.db import DataError, IntegrityError, close_old_connections

from live import streams
from live.acts import Caller
from live.core import beats, steady
from live.domain import presence
from live.frames.room import Beat
from live.room.beats import Gather
from live.room.hub import Message, hub_here

log = logging.getLogger(__name__)

LEFT = (1000, 1001)
"""Close codes of a page that was left. A line that breaks, a server that stops: silence says when somebody was gone."""

_shown: dict[tuple[uuid.UUID, int, uuid.UUID], float | None] = {}
"""The moment of the picture that a page's last beat told of."""
_gathers: "WeakKeyDictionary[asyncio.AbstractEventLoop, Gather[presence.Row]]" = WeakKeyDictionary()


def joined(caller: Caller) -> None:
    """A socket has come in."""
    _add(caller, presence.JOIN)


async def beaten(caller: Caller, beat: Beat) -> None:
    """A page has said what its picture does; it is kept where that is being there."""
    said = beats.Beat(beat.playing, beat.hidden, beat.position_s)
    air = await streams.air_of(caller.lesson_id)
    before_s, _shown[_page(caller)] = _shown.get(_page(caller)), said.position_s
    if beats.counts(said, air=air, now_s=steady.now().timestamp(), before_s=before_s):
        _add(caller, presence.BEAT)


def left(caller: Caller, code: int) -> None:
    """A socket was closed, and no other line of its page has taken its place."""
    _shown.pop(_page(caller), None)
    if code in LEFT:
        _add(caller, presence.LEAVE)


def is_keeping_up() -> bool:
    """Whether signs of life get into the database now."""
    gather = _gathers.get(asyncio.get_running_loop())
    return gather is None or gather.is_keeping_up


def keeping(is_up: bool) -> Message:
    """What pages are told of that; a page that has just come in takes it that they do."""
    return {"type": "keeping", "up": is_up}


async def write_the_rest() -> None:
    """Nobody is in any room here: what was gathered is not left to wait."""
    if gather := _gathers.get(asyncio.get_running_loop()):
        await gather.end()


def _page(caller: Caller) -> tuple[uuid.UUID, int, uuid.UUID]:
    return caller.lesson_id, caller.person_id, caller.connection


def _add(caller: Caller, kind: str) -> None:
    if caller.person_id < 0:
        # Nobody: a viewer of `manage.py room_load`, in a lesson that people may be in.
        return
    loop = asyncio.get_running_loop()
    if loop not in _gathers:
        _gathers[loop] = Gather(_write, told=_tell)
    _gathers[loop].add(
        presence.Row(caller.lesson_id, caller.person_id, caller.connection, kind, steady.now())
    )


def _tell(is_up: bool) -> None:
    """Each process writes for itself: nobody else's pages are concerned."""
    if hub := hub_here():
        hub.say_to_all(keeping(is_up))


def _write(rows: Sequence[presence.Row]) -> None:
    close_old_connections()
    try:
        _write_all_that_can_be(rows)
    finally:
        close_old_connections()


def _write_all_that_can_be(rows: Sequence[presence.Row]) -> None:
    """One statement; where a row is refused for good, such as of a person who is gone, the others in smaller ones."""
    try:
        presence.write(rows)
    except (IntegrityError, DataError):
        if len(rows) == 1:
            log.exception("A sign of presence cannot be kept: %s", rows[0])
            return
        half = len(rows) // 2
        _write_all_that_can_be(rows[:half])
        _write_all_that_can_be(rows[half:])
