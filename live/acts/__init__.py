"""What people do in a room: a table of acts by frame. A module a group of them enters its own."""

import datetime
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from live.enums import RoomRole
from live.frames.room import Frame
from live.room.tail import Kept

Message = dict[str, Any]
EVERYBODY = frozenset(RoomRole)
STAFF = frozenset({RoomRole.HOST, RoomRole.ASSISTANT})


@dataclass(frozen=True, slots=True)
class Caller:
    """Who does it, by the ticket: never by what a message says."""

    lesson_id: uuid.UUID
    person_id: int
    name: str
    role: RoomRole
    connection: uuid.UUID


@dataclass(frozen=True, slots=True)
class Answer:
    """Messages that an act leads to, and who gets them; `to_persons`: by their ids, on all their devices."""

    to_room: Sequence[Message] = ()
    to_hosts: Sequence[Message] = ()
    to_self: Sequence[Message] = ()
    to_persons: dict[int, Sequence[Message]] = field(default_factory=dict)


FrameKind = TypeVar("FrameKind", bound=Frame)


@dataclass(frozen=True, slots=True)
class Act:
    """One act: runs in a thread, makes one call into the domain; Refused is said to the caller.

    `per_minute`: how often one person may. `run` needs no database where `durable` is False: it is then run at once,
    in the loop, and must not wait for anything.
    """

    run: Callable[[Caller, Any, datetime.datetime], Answer]
    roles: frozenset[RoomRole]
    per_minute: int
    durable: bool = True


ACTS: dict[type[Frame], Act] = {}
"""The table."""


CATCH_UP: list[Callable[[uuid.UUID, int, int], Sequence[Kept]]] = []
"""Readers of rows: those of a lesson whose `seq` is above a number, the newest so many, in order."""


def kept_since(lesson_id: uuid.UUID, since: int, most: int) -> list[Kept]:
    """What every reader has, the newest `most` in order."""
    found = [one for read in CATCH_UP for one in read(lesson_id, since, most)]
    return sorted(found, key=lambda one: one.seq)[-most:]
