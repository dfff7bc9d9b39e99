"""Who is in which room in this process, and what goes to them.

A message is written out once, gathered with others for GATHER_S, and handed to each socket's outbox as one array.
Everything here happens in the event loop; other threads and processes speak through the bus.
"""

import asyncio
import json
import logging
import secrets
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

from live.enums import RoomRole
from live.room.bus import Bus, To, bus_of_settings
from live.room.bus.base import packed, unpacked
from live.room.outbox import Outbox
from live.room.rates import Bucket, Flood
from live.room.tail import Kept, Tail
from live.room.tickets import Ticket

log = logging.getLogger(__name__)

GATHER_S = 0.25
A_TURN = 400
"""Sockets served before others of the loop get theirs: some milliseconds."""
COUNT_EVERY_S = 5.0
COUNT_STALE_S = 16.0

Message: TypeAlias = dict[str, Any]


class Written(str):
    """A message that is written out already: most of it once, for many."""

    __slots__ = ()


Load: TypeAlias = Callable[[uuid.UUID, int, int], Awaitable[Sequence[Kept]]]
"""Rows of a lesson above a number, the newest so many."""


@dataclass(eq=False, slots=True)
class Member:
    """One socket in a room."""

    ticket: Ticket
    connection: uuid.UUID
    outbox: Outbox
    close: Callable[[int, str], None]
    flood: Flood

    @property
    def key(self) -> tuple[int, uuid.UUID]:
        """A page of a person: one that returns with it replaces its old line."""
        return self.ticket.person_id, self.connection

    @property
    def is_staff(self) -> bool:
        """Whether messages to hosts are theirs."""
        return self.ticket.role is not RoomRole.LEARNER


@dataclass(eq=False, slots=True)
class Room:
    """A lesson's viewers in this process."""

    lesson_id: uuid.UUID
    members: dict[tuple[int, uuid.UUID], Member] = field(default_factory=dict)
    persons: Counter[int] = field(default_factory=Counter)
    waiting: list[tuple[To | Member, str]] = field(default_factory=list)
    sender: "asyncio.Task[None] | None" = None
    tail: Tail = field(default_factory=Tail)
    elsewhere: dict[str, tuple[int, float]] = field(default_factory=dict)
    rates: dict[tuple[int, str], Bucket] = field(default_factory=dict)
    told: int = -1

    def viewers(self, now: float) -> int:
        """Persons here and in other processes; who is in two of them counts twice."""
        others = (count for count, at in self.elsewhere.values() if now - at < COUNT_STALE_S)
        return len(self.persons) + sum(others)


class Hub:
    """All rooms of this process, in one event loop."""

    def __init__(self, load: Load, bus: Bus | None = None) -> None:
        self._load, self._given_bus = load, bus
        self._name = secrets.token_hex(6)
        self._rooms: dict[uuid.UUID, Room] = {}
        self._bus: Bus | None = None
        self._counting: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.get_running_loop()

    @property
    def is_empty(self) -> bool:
        """Whether nobody is in any room here."""
        return not self._rooms

    def room(self, lesson_id: uuid.UUID) -> Room | None:
        """The viewers of a lesson here."""
        return self._rooms.get(lesson_id)

    def join(self, member: Member) -> Member | None:
        """Let a socket in; the one of the same page whose place it takes, or None."""
        lesson_id = member.ticket.lesson_id
        room = self._rooms.get(lesson_id)
        if room is None:
            room = self._rooms[lesson_id] = Room(lesson_id)
            self._begin().enter(lesson_id)
            # Known from the first moment on: where the bus breaks, what was missed can be told from what was not.
            self._start(self._fill(room))
        former = room.members.get(member.key)
        if former is None:
            room.persons[member.ticket.person_id] += 1
        room.members[member.key] = member
        self.say(member, self._numbers(room))
        return former

    async def leave(self, member: Member) -> bool:
        """A socket is gone; whether its page is, too: False where another line has taken its place."""
        member.outbox.end()
        room = self._rooms.get(member.ticket.lesson_id)
        if room is None or room.members.get(member.key) is not member:
            return False
        del room.members[member.key]
        room.persons[member.ticket.person_id] -= 1
        if not room.persons[member.ticket.person_id]:
            del room.persons[member.ticket.person_id]
        if not room.members:
            await self._close(room)
        return True

    def devices(self, lesson_id: uuid.UUID, person_id: int) -> list[Member]:
        """The sockets that one person has in a room, the oldest first."""
        room = self._rooms.get(lesson_id)
        if room is None or person_id not in room.persons:
            return []
        return [one for one in room.members.values() if one.ticket.person_id == person_id]

    def publish(self, lesson_id: uuid.UUID, message: Message, *, to: To = "room") -> None:
        """Send to a room here and in every process; `to`: "room", "hosts" or a person's id."""
        text = written(message)
        self._deliver(lesson_id, to, text, message.get("seq"))
        self._begin().publish(lesson_id, packed(to, text, self._name))

    def say(self, member: Member, message: Message | Written) -> None:
        """Send to one socket, in turn with what the room gets."""
        self._put(self._rooms.get(member.ticket.lesson_id), member, written(message))

    def say_to_all(self, message: Message) -> None:
        """Send to everybody in every room of this process, and of no other."""
        text = written(message)
        for room in self._rooms.values():
            self._put(room, "room", text)

    async def catch_up(self, member: Member, since: int) -> None:
        """Send again what a page has missed that had seen all up to `since`."""
        room = self._rooms.get(member.ticket.lesson_id)
        if room is None:
            return
        await room.tail.fill(lambda: self._loaded(room, 0))
        missed = room.tail.since(since)
        if missed is None:
            self.say(member, {"type": "stale"})
            return
        for to, text in missed:
            if to == "room" or to == member.ticket.person_id or (to == "hosts" and member.is_staff):
                self._put(room, member, text)

    def _begin(self) -> Bus:
        if self._bus is None:
            self._bus = self._given_bus or bus_of_settings()
            self._bus.start(self._heard, self._lost)
            self._counting = asyncio.create_task(self._count())
        return self._bus

    async def _close(self, room: Room) -> None:
        """The last has left. With the last room the bus is let go too: nothing runs where nobody is."""
        del self._rooms[room.lesson_id]
        if room.sender is not None:
            room.sender.cancel()
        bus, counting = self._bus, self._counting
        if bus is None or counting is None:
            return
        bus.leave(room.lesson_id)
        if not self._rooms:
            self._bus = self._counting = None
            counting.cancel()
            await bus.stop()

    def _heard(self, lesson_id: uuid.UUID, line: str) -> None:
        origin, to, text = unpacked(line)
        room = self._rooms.get(lesson_id)
        if origin == self._name or room is None:
            return
        if to == "count":
            room.elsewhere[origin] = (int(text), self._loop.time())
            return
        seq = json.loads(text).get("seq") if '"seq"' in text else None
        self._deliver(lesson_id, to, text, seq)

    def _lost(self) -> None:
        """The bus was down: what is a row is looked up, for every room at once."""
        for room in self._rooms.values():
            self._start(self._recover(room))

    def _start(self, act: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(act)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _fill(self, room: Room) -> None:
        try:
            await room.tail.fill(lambda: self._loaded(room, 0))
        except Exception as error:  # noqa: BLE001 - whoever asks for it next tries again
            log.warning("What was said in a room could not be read: %s", error)

    async def _recover(self, room: Room) -> None:
        if not room.tail.is_filled:
            # Nothing says what the pages here have seen: they ask for the room as it is.
            self._put(room, "room", written({"type": "stale"}))
            return
        for kept in await self._loaded(room, room.tail.newest):
            if not room.tail.has(kept.seq):
                self._deliver(room.lesson_id, kept.to, written(kept.message), kept.seq)

    async def _loaded(self, room: Room, since: int) -> Sequence[Kept]:
        return await self._load(room.lesson_id, since, room.tail.MOST)

    def _deliver(self, lesson_id: uuid.UUID, to: To, text: str, seq: int | None) -> None:
        room = self._rooms.get(lesson_id)
        if room is None:
            return
        if seq is not None:
            room.tail.add(seq, to, text)
        self._put(room, to, text)

    def _put(self, room: Room | None, to: To | Member, text: str) -> None:
        if room is None:
            return
        room.waiting.append((to, text))
        if room.sender is None:
            room.sender = asyncio.create_task(self._send(room))

    async def _send(self, room: Room) -> None:
        """Send what has gathered until nothing has."""
        try:
            while room.waiting:
                await asyncio.sleep(GATHER_S)
                batch, room.waiting = room.waiting, []
                await _fan_out(list(room.members.values()), batch)
        finally:
            room.sender = None

    async def _count(self) -> None:
        """Tell other processes how many are here, and the room how many there are, when that has changed."""
        while True:
            await asyncio.sleep(COUNT_EVERY_S)
            for room in self._rooms.values():
                line = packed("count", str(len(room.persons)), self._name)
                self._begin().publish(room.lesson_id, line)
                if room.viewers(self._loop.time()) != room.told:
                    numbers = self._numbers(room)
                    room.told = numbers["viewers"]
                    self._put(room, "room", written(numbers))

    def _numbers(self, room: Room) -> Message:
        return {"type": "numbers", "viewers": room.viewers(self._loop.time())}


async def _fan_out(members: list[Member], batch: list[tuple[To | Member, str]]) -> None:
    common = _array([text for to, text in batch if to == "room"])
    special = {to for to, _text in batch if to != "room"}
    for number, member in enumerate(members):
        if special and not special.isdisjoint(_names(member)):
            names = _names(member)
            own = _array([text for to, text in batch if to == "room" or to in names])
        else:
            own = common
        if own is not None:
            try:
                member.outbox.put(own)
            except OSError:
                # Gone; its consumer hears of it by itself.
                continue
        if number % A_TURN == A_TURN - 1:
            await asyncio.sleep(0)


def _names(member: Member) -> tuple[To | Member, ...]:
    if member.is_staff:
        return member, member.ticket.person_id, "hosts"
    return member, member.ticket.person_id


def _array(texts: list[str]) -> dict[str, str] | None:
    return {"type": "websocket.send", "text": f"[{','.join(texts)}]"} if texts else None


def written(message: Message | Written) -> str:
    """A message as it goes out."""
    if isinstance(message, Written):
        return message
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


_hubs: "WeakKeyDictionary[asyncio.AbstractEventLoop, Hub]" = WeakKeyDictionary()


def hub_here() -> Hub | None:
    """This process's hub, if anybody has come in yet."""
    return _hubs.get(asyncio.get_running_loop())


def hub_of_loop(load: Load) -> Hub:
    """This process's hub; the first to ask says how rows are read."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub(load)
    return _hubs[loop]
