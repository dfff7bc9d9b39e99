"""What people do in a room: a table of acts by frame. A module a group of them enters its own."""

import datetime
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from live.enums import RoomRole
from live.frames.room import Frame
from live.room.bus import To
from live.room.hub import Message, Written

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
    to_self: Sequence[Message | Written] = ()
    to_persons: dict[int, Sequence[Message]] = field(default_factory=dict)

    @property
    def to_others(self) -> list[tuple[To, Message]]:
        """What the bus carries, and to whom."""
        found: list[tuple[To, Message]] = [("room", one) for one in self.to_room]
        found += [("hosts", one) for one in self.to_hosts]
        return found + [(to, one) for to, said in self.to_persons.items() for one in said]


@dataclass(frozen=True, slots=True)
class Act:
    """One act: runs in a thread, makes one call into the domain; Refused is said to the caller.

    `per_minute`: how often one person may. What a durable act says to others is kept with what it wrote, in the same
    transaction: a page that was away hears it when it is back. One that is not durable is run at once, in the loop: no
    database, nothing to wait for, and who was away never hears of it.
    """

    run: Callable[[Caller, Any, datetime.datetime], Answer]
    roles: frozenset[RoomRole]
    per_minute: int
    durable: bool = True


@dataclass(frozen=True, slots=True)
class Reading:
    """An act that changes nothing: those who ask for it in one room in the same moment are answered by one call.

    `run`: their answers in their order, all of one lesson, in as many queries as for one. `gather_s`: so long the
    first waits for others.
    """

    run: Callable[[Sequence[Caller], datetime.datetime], Sequence[Answer]]
    roles: frozenset[RoomRole]
    per_minute: int
    gather_s: float = 0.1


ACTS: dict[type[Frame], Act | Reading] = {}
"""The table."""
