"""What sockets leave behind in presence."""

import asyncio
import threading
import time
import uuid
from functools import partial

import pytest
from django.db import OperationalError, connection

from live.acts import Caller
from live.consumers import signs
from live.core.beats import Air
from live.enums import RoomRole
from live.frames.room import Beat
from live.models.presence import Presence
from live.room.beats import Gather
from lms.testing.factories import PersonFactory
from tests.live.room.conftest import all_leave, enter

pytestmark = pytest.mark.filterwarnings("ignore:No directory at")
BEAT = {"playing": True, "hidden": False}


async def kept(act):
    def run():
        try:
            return act()
        finally:
            connection.close()

    return await asyncio.to_thread(run)


async def doors_of(lesson) -> list[list[int]]:
    """For each page +1 a join and -1 a leave, in order."""
    rows = await kept(lambda: list(Presence.objects.filter(lesson=lesson).order_by("pk")))
    return [[1 if at > 0 else -1 for at in row.doors] for row in rows]


async def test_join_beat_and_leave_are_kept_when_the_last_has_left(lesson) -> None:
    person = await kept(PersonFactory)
    line = await enter(lesson, person.pk)
    await line.say("beat", **BEAT)
    await line.leave(1001)
    assert await doors_of(lesson) == [[1, -1]]


async def test_broken_line_and_stopped_server_are_no_leaving(lesson) -> None:
    person = await kept(PersonFactory)
    page = str(uuid.uuid4())
    for code in (1005, 1012):
        line = await enter(lesson, person.pk, connection=page)
        await line.leave(code)
    assert await doors_of(lesson) == [[1, 1]]


async def test_page_that_returns_before_its_old_line_is_missed_has_not_left(lesson) -> None:
    person = await kept(PersonFactory)
    page = str(uuid.uuid4())
    old = await enter(lesson, person.pk, connection=page)
    new = await enter(lesson, person.pk, connection=page)
    await old.closed()
    await all_leave(new)
    assert await doors_of(lesson) == [[1, 1, -1]]


async def test_somebody_who_is_gone_costs_the_others_nothing(lesson) -> None:
    person = await kept(PersonFactory)
    nobody, somebody = await enter(lesson, 2**40), await enter(lesson, person.pk)
    await all_leave(nobody, somebody)
    assert await doors_of(lesson) == [[1, -1]]


async def test_pages_hear_when_the_database_is_away_and_when_all_is_written(
    lesson, monkeypatch
) -> None:
    person = await kept(PersonFactory)
    write, is_away = signs.presence.write, True

    def written(rows) -> None:
        if is_away:
            raise OperationalError
        write(rows)

    monkeypatch.setattr(signs.presence, "write", written)
    monkeypatch.setattr(signs, "Gather", partial(Gather, gather_s=0.05))
    line = await enter(lesson, person.pk)
    assert (await line.heard("keeping"))["up"] is False
    late = await enter(lesson, person.pk)
    assert (await late.heard("keeping"))["up"] is False
    is_away = False
    assert (await line.heard("keeping"))["up"] is True
    assert (await late.heard("keeping"))["up"] is True
    await all_leave(line, late)
    assert sorted(await doors_of(lesson)) == [[1, -1]] * 2


async def test_what_hangs_is_told_before_it_fails() -> None:
    goes_on, told = threading.Event(), asyncio.Queue[bool]()

    def write(_rows) -> None:
        goes_on.wait(10)

    gather = Gather[int](write, told=told.put_nowait, gather_s=0, late_s=0)
    gather.add(1)
    assert await told.get() is False
    goes_on.set()
    assert await told.get() is True
    assert gather.is_keeping_up


async def test_who_only_measures_leaves_nothing(lesson) -> None:
    await all_leave(await enter(lesson, -1))
    assert await doors_of(lesson) == []


async def test_picture_that_stands_gives_no_sign_though_the_page_says_that_it_plays(
    monkeypatch,
) -> None:
    async def on_air(_lesson: uuid.UUID) -> Air:
        return Air(is_on=True, began_s=0)

    kept_kinds: list[str] = []
    monkeypatch.setattr(signs.streams, "air_of", on_air)
    monkeypatch.setattr(signs, "_add", lambda _caller, kind: kept_kinds.append(kind))
    caller = Caller(uuid.uuid4(), 1, "周亦安", RoomRole.LEARNER, uuid.uuid4())
    back_s = time.time() - 600
    for position_s in (back_s, back_s, back_s + 15):
        await signs.beaten(caller, Beat(playing=True, hidden=False, position_s=position_s))
    assert kept_kinds == ["beat", "beat"]
    signs.left(caller, 1006)
    await signs.beaten(caller, Beat(playing=True, hidden=False, position_s=back_s + 15))
    assert kept_kinds == ["beat"] * 3
