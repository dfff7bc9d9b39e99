"""Buses: two hubs over the real servers, lines of any size, a server that restarts."""

import asyncio
import json
import uuid
from collections.abc import Callable

from django.db import OperationalError
from hypothesis import given
from hypothesis import strategies as st

from live.room.bus.local import LocalBus
from live.room.bus.notify import MOST_BYTES, NotifyBus, Parts, payloads
from live.room.bus.redis import RedisBus
from live.room.hub import Hub, Member
from live.room.outbox import Outbox
from live.room.rates import Flood
from live.room.tail import Kept
from live.room.tickets import RoomRole, Ticket
from lms.testing.redis import Redis

LESSON = uuid.uuid4()


class Viewer:
    """A member of a hub's room, and all that came to it."""

    def __init__(self, hub: Hub, person_id: int = 1) -> None:
        self.hub, self.got = hub, asyncio.Queue()
        ticket = Ticket(LESSON, person_id, "林老师", RoomRole.LEARNER, "zh-hans")
        self.member = Member(
            ticket, uuid.uuid4(), Outbox(self._take), lambda *_: None, Flood.calm(0)
        )
        hub.join(self.member)

    async def _take(self, message) -> None:
        for one in json.loads(message["text"]):
            self.got.put_nowait(one)

    async def heard(self, kind: str, within_s: float = 10) -> dict:
        async with asyncio.timeout(within_s):
            while (message := await self.got.get())["type"] != kind:
                pass
            return message

    async def leave(self) -> None:
        await self.hub.leave(self.member)


async def _linked(one: Viewer, two: Viewer) -> None:
    """Wait until what the first says the second hears: lines to a server take a moment to stand."""
    for _ in range(100):
        one.hub.publish(LESSON, {"type": "there?"})
        try:
            return await two.heard("there?", 0.4)
        except TimeoutError:
            continue
    raise AssertionError("the bus does not carry")


async def both_hear(
    bus: Callable[[], object], break_it=None, kept: list[Kept] | None = None
) -> None:
    async def load(lesson_id, since, most):
        return [one for one in kept or [] if one.seq > since]

    one, two = Viewer(Hub(load, bus())), Viewer(Hub(load, bus()))
    await _linked(one, two)
    long = "长" * 20_000 + "'\\n\\\\ \U0001f600"
    one.hub.publish(LESSON, {"type": "said", "text": long})
    assert (await two.heard("said"))["text"] == long
    assert (await one.heard("said"))["text"] == long
    two.hub.publish(LESSON, {"type": "only", "n": 1}, to=1)
    assert (await one.heard("only"))["n"] == 1
    if break_it:
        await asyncio.to_thread(break_it)
        # Said while nobody could hear it: it is a row, and so it comes when the line stands again.
        kept.append(Kept(7, "room", {"type": "row", "seq": 7}))
        assert (await two.heard("row", 20))["seq"] == 7
        await _linked(one, two)
    await one.leave()
    await two.leave()


async def test_pages_ask_anew_where_nothing_says_what_they_have_seen() -> None:
    """The bus breaks in a room that could not be read when it opened."""
    told: list[Callable[[], None]] = []

    class Breaking(LocalBus):
        def start(self, heard, lost) -> None:
            told.append(lost)
            super().start(heard, lost)

    async def load(*_asked):
        raise OperationalError

    viewer = Viewer(Hub(load, Breaking()))
    await asyncio.sleep(0)
    told[0]()
    await viewer.heard("stale")
    await viewer.leave()


async def test_notify_carries_between_hubs_and_recovers(own_database, postgres) -> None:
    def break_it() -> None:
        with postgres.connect() as line:
            line.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                [own_database],
            )

    await both_hear(NotifyBus, break_it, [])


async def test_redis_carries_between_hubs_and_recovers(tmp_path, settings) -> None:
    with Redis(tmp_path) as server:
        settings.REDIS_URL = server.url

        def break_it() -> None:
            server.kill()
            server.start()

        await both_hear(RedisBus, break_it, [])


@given(st.text(min_size=1, max_size=50), st.sampled_from([1, 100, 1000]), st.integers(0, 3))
def test_a_line_of_any_size_comes_whole_and_fits(line: str, times: int, noise: int) -> None:
    line = line.encode(errors="replace").decode() * times
    parts = Parts()
    for said in ("", "x", "nothing of ours 1 2 3", "0 0 0 0 0")[: noise + 1]:
        assert parts.whole(said) is None
    mixed = [*payloads(LESSON, line)]
    assert all(len(one.encode()) <= MOST_BYTES + 90 for one in mixed)
    found = [whole for one in mixed if (whole := parts.whole(one))]
    assert found == [(LESSON, line)]
