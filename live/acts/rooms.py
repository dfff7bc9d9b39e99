"""The room as a whole, as acts: its state for who comes in, how it is set up, what flies over the picture."""

import datetime
import threading
import uuid
from collections.abc import Sequence
from functools import partial

from live import queries
from live.acts import ACTS, EVERYBODY, STAFF, Act, Answer, Caller, Reading
from live.acts.later import LATER, Heap
from live.core import steady
from live.domain import presence
from live.domain.room import settings, shapes, state
from live.enums import RoomRole
from live.frames import panels as frames
from live.room.bus import tell

MOST_ROOMS = 200
_HEAP = Heap()


class _Snapshots:
    """The newest picture of each room: one taken after a page came in serves it and all that came in before it."""

    def __init__(self) -> None:
        self._taken: dict[uuid.UUID, state.Snapshot] = {}
        self._locks: dict[uuid.UUID, threading.Lock] = {}

    def of(self, lesson_id: uuid.UUID, at: datetime.datetime) -> state.Snapshot:
        """The room as it is at `at` or later."""
        if len(self._locks) > MOST_ROOMS:
            self._taken.clear()
            self._locks.clear()
        with self._locks.setdefault(lesson_id, threading.Lock()):
            taken = self._taken.get(lesson_id)
            if taken is None or taken.taken_at < at:
                taken = self._taken[lesson_id] = state.snapshot(lesson_id, steady.now())
            return taken


_SNAPSHOTS = _Snapshots()


def _state(callers: Sequence[Caller], at: datetime.datetime) -> list[Answer]:
    lesson_id = callers[0].lesson_id
    taken = _SNAPSHOTS.of(lesson_id, at)
    own = state.own(lesson_id, {one.person_id for one in callers})
    return [
        Answer(
            to_self=[
                state.for_page(
                    taken,
                    own[one.person_id],
                    person_id=one.person_id,
                    is_staff=one.role != RoomRole.LEARNER,
                    at=at,
                )
            ]
        )
        for one in callers
    ]


def _mine(callers: Sequence[Caller], at: datetime.datetime) -> list[Answer]:
    lesson = queries.lesson_named(callers[0].lesson_id)
    if lesson is None:
        return [Answer() for _ in callers]
    found = presence.standings(lesson, {one.person_id for one in callers}, at)
    return [
        Answer(to_self=[{"type": "mine", **found[one.person_id].as_message()}]) for one in callers
    ]


def _slow(caller: Caller, frame: frames.Slow, _at: datetime.datetime) -> Answer:
    room = settings.slow(lesson_id=caller.lesson_id, seconds=frame.seconds)
    return Answer(to_room=[shapes.settings(room)])


def _gate(caller: Caller, frame: frames.Gate, _at: datetime.datetime) -> Answer:
    room = settings.approve_first(lesson_id=caller.lesson_id, is_on=frame.is_on)
    return Answer(to_room=[shapes.settings(room)])


def _count_down(caller: Caller, frame: frames.CountDown, at: datetime.datetime) -> Answer:
    room = settings.count_down(
        lesson_id=caller.lesson_id, seconds=frame.seconds, words=frame.words, at=at
    )
    return Answer(to_room=[shapes.countdown(room)])


def _react(caller: Caller, frame: frames.React, _at: datetime.datetime) -> Answer:
    _HEAP.add(caller.lesson_id, frame.kind)
    LATER.tell((caller.lesson_id, "reactions"), _tell_reactions, caller.lesson_id)
    return Answer()


def _tell_reactions(lesson_id: uuid.UUID) -> None:
    tell(lesson_id, {"type": "reactions", "counts": _HEAP.take(lesson_id)})


def _taste(caller: Caller, frame: frames.SetTaste, _at: datetime.datetime) -> Answer:
    settings.set_taste(person_id=caller.person_id, barrage=frame.barrage, reactions=frame.reactions)
    return Answer()


_everybody, _staff = partial(Act, roles=EVERYBODY), partial(Act, roles=STAFF, per_minute=60)
ACTS.update(
    {
        frames.State: Reading(_state, roles=EVERYBODY, per_minute=12),
        frames.Mine: Reading(_mine, roles=EVERYBODY, per_minute=10, gather_s=0.5),
        frames.Slow: _staff(_slow),
        frames.Gate: _staff(_gate),
        frames.CountDown: _staff(_count_down),
        frames.React: _everybody(_react, per_minute=120, durable=False),
        frames.SetTaste: _everybody(_taste, per_minute=20),
    }
)
