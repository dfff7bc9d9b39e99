"""A lesson on air while the server's clock is stepped, Redis falls and PostgreSQL falls: nobody is put out of it.

Real processes, a real broadcaster, viewers over real sockets that beat as a page does.
"""

import asyncio
import datetime
import http.client
import json
import os
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from websockets.asyncio.client import ClientConnection, connect

from live.consumers.database import in_database
from live.core import steady
from live.domain import lessons, settle, store
from live.enums import RoomRole
from live.models.attendance import Attendance
from live.models.lesson import Lesson
from live.models.notice import Notice
from live.models.presence import Presence
from live.models.room import PlannedSignIn, Prompt
from lms.people.models import Person
from lms.runtime import paths
from lms.runtime.postgres import Server
from lms.runtime.web import web
from lms.testing.factories import PersonFactory
from lms.testing.plugin import Site, free_port, run_apart, site_on
from lms.testing.redis import Redis
from tests.factories.live import LessonFactory
from tests.faults.feeds import over_socket, sending
from tests.live.room.conftest import address

pytestmark = pytest.mark.faults
EARLIER = Path(__file__).parent / "earlier"
AN_HOUR_S = 3600
AN_HOUR = datetime.timedelta(seconds=AN_HOUR_S)
BEAT_S = 1
GRACE = datetime.timedelta(seconds=45)
PATIENCE_S = 60


class Viewer:
    """One page in the room: beats, and keeps all that it hears."""

    def __init__(self, line: ClientConnection) -> None:
        self._line = line
        self._heard: list[dict[str, Any]] = []
        self._more = asyncio.Event()
        self._tasks = [asyncio.create_task(self._hear()), asyncio.create_task(self._beat())]

    async def _hear(self) -> None:
        async for text in self._line:
            self._heard += json.loads(text)
            self._more.set()

    async def _beat(self) -> None:
        while True:
            await self.say("beat", playing=True, hidden=False, position_s=None)
            await asyncio.sleep(BEAT_S)

    async def say(self, kind: str, **fields: object) -> None:
        await self._line.send(json.dumps({"type": kind} | fields))

    async def heard(self, *kinds: str, **fields: object) -> Any:
        """The first message of these kinds and with these fields that was not asked for before."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                for message in self._heard:
                    if message["type"] in kinds and fields.items() <= message.items():
                        self._heard.remove(message)
                        return message
                self._more.clear()
                await self._more.wait()

    async def mine(self) -> Any:
        """How one stands by now."""
        await self.say("mine")
        return await self.heard("mine")

    async def chat(self, text: str, *answers: str) -> Any:
        """Say something in the room, and hear what the server says to that."""
        await self.say("chat.say", key=str(uuid.uuid4()), text=text, ref=7)
        return await self.heard(*answers, ref=7)

    @property
    def is_open(self) -> bool:
        return not self._tasks[0].done()

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._line.close(1001)


@asynccontextmanager
async def viewer(url: str, lesson: Lesson, person_id: int) -> AsyncIterator[Viewer]:
    path = address(lesson, person_id, RoomRole.LEARNER)
    line = await connect(url.replace("http", "ws") + path, origin=url, max_size=None)
    found = Viewer(line)
    try:
        yield found
    finally:
        await found.close()


@pytest.fixture
def folder(settings, tmp_path) -> str:
    """Where segments and the lessons' clock are, for this process and those of the site."""
    settings.MEDIA_ROOT = tmp_path / "uploads"
    return str(settings.MEDIA_ROOT)


def cookie_of(person: Person) -> str:
    """Signed in."""
    client = Client()
    client.force_login(person)
    name = django_settings.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}"


def status_of(site: Site, lesson: Lesson, cookie: str) -> int:
    """What a page is told that asks for a new ticket."""
    line = http.client.HTTPConnection("127.0.0.1", int(site.url.rsplit(":", 1)[1]), timeout=60)
    line.request("GET", reverse("live:ticket", args=[lesson.pk]), headers={"Cookie": cookie})
    status = line.getresponse().status
    line.close()
    return status


@contextmanager
def on_air(site: Site, lesson: Lesson) -> Iterator[None]:
    """The trainer sends until the block ends."""
    socket = f"ws{site.url.removeprefix('http')}/live/studio/{lesson.pk}/socket"
    with sending(over_socket(socket, cookie_of(lesson.trainer), site.url)):
        deadline = time.monotonic() + PATIENCE_S
        while store.recorded_s(lesson.pk) < 1:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield


def in_thread(act, *args, **kwargs):
    """An act of the ORM, from a test that is a coroutine."""
    return in_database(act)(*args, **kwargs)


async def attended_since(page: Viewer, entered: datetime.datetime) -> Any:
    """How one stands who has been there all the time since shortly before that moment, in a lesson just begun."""
    passed_s = (steady.now() - entered).total_seconds()
    so_far = await page.mine()
    assert passed_s - 1 < so_far["attended_s"] < passed_s + PATIENCE_S
    return so_far


def test_a_stepped_clock_counts_nothing_wrongly(own_database, postgres, folder, tmp_path) -> None:
    """An hour ahead, then an hour behind: minutes, sign-ins by chance, the end by silence and the settlement."""
    behind = tmp_path / "behind"
    behind.write_text("0")
    env = {
        "CLOCK_BEHIND": str(behind),
        "PYTHONPATH": os.pathsep.join([str(EARLIER), str(paths.ROOT)]),
        "MEDIA_ROOT": folder,
    }
    with site_on(postgres, own_database, tmp_path, **env) as site:
        lesson, person = LessonFactory(planned_minutes=1), PersonFactory()
        with on_air(site, lesson):
            there_s = run_apart(_through_steps(site, lesson, person.pk, behind))
            lessons.end(person=lesson.trainer, lesson=lesson, at=steady.now())
    assert not Notice.objects.exists(), "nobody was told that nothing is sent"
    settle.settle(lesson, clock=lambda: timezone.now() - AN_HOUR)
    kept = Attendance.objects.get(person=person)
    start, end = (one.at for one in lesson.events.order_by("at"))
    assert there_s <= kept.attended_us / 1e6 <= (end - start).total_seconds() < AN_HOUR_S / 2
    assert (kept.asked, kept.answered) == (1, 1)


def test_a_machine_whose_clock_is_wrong_goes_by_the_database(
    own_database, postgres, folder, tmp_path
) -> None:
    """Its processes take the time where all machines take it, also once a lesson is on air."""
    behind = tmp_path / "behind"
    behind.write_text(str(AN_HOUR_S))
    env = {
        "CLOCK_BEHIND": str(behind),
        "PYTHONPATH": os.pathsep.join([str(EARLIER), str(paths.ROOT)]),
        "MEDIA_ROOT": folder,
        "LIVE_CLOCK_OF_DATABASE": "1",
    }
    with site_on(postgres, own_database, tmp_path, **env) as site:
        lesson = LessonFactory()
        with on_air(site, lesson):
            began = lesson.events.get().at
            assert abs((timezone.now() - began).total_seconds()) < PATIENCE_S
            [take] = store.takes_of(lesson.pk)
            assert abs(take.last_us / 1e6 - time.time()) < PATIENCE_S


async def _through_steps(site: Site, lesson: Lesson, person_id: int, behind: Path) -> float:
    """Seconds that somebody was there."""
    async with viewer(site.url, lesson, person_id) as page:
        await page.heard("numbers")
        entered = steady.now()
        # The wall clock takes the first for long past, and the second, which is far off, for due.
        due, far = [steady.now() + datetime.timedelta(minutes=one) for one in (0, 57)]
        for one in (due, far):
            await in_thread(PlannedSignIn.objects.create, lesson=lesson, ask_at=one, drawn_at=due)
        behind.write_text(str(-AN_HOUR_S))
        clock = ("manage.py", "clock", "--interval", "0.2")
        await asyncio.to_thread(site.spawn, "clock", *clock)
        asked = await page.heard("prompt")
        assert due.timestamp() <= asked["asked"] / 1000 < due.timestamp() + PATIENCE_S
        await page.say("prompt.answer", prompt=asked["id"], key=str(uuid.uuid4()), choice=0)
        assert (await page.heard("answered"))["id"] == asked["id"]
        for step_s in (-AN_HOUR_S, AN_HOUR_S):
            behind.write_text(str(step_s))
            await asyncio.sleep(2 * BEAT_S)
            so_far = await attended_since(page, entered)
            assert so_far["asked"] == so_far["answered"] == 1
        assert await in_thread(Prompt.objects.count) == 1
        return (steady.now() - entered).total_seconds()


def second_process(site: Site) -> str:
    port = free_port()
    site.spawn("web2", *web(port))
    return f"http://127.0.0.1:{port}"


async def up(url: str) -> None:
    port = int(url.rsplit(":", 1)[1])
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                _reader, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.1)
            else:
                writer.close()
                return


def test_redis_that_is_killed_parts_nobody_for_long(
    own_database, postgres, folder, tmp_path
) -> None:
    """What was said meanwhile is heard by the others once it is back, in a room in which nobody had missed anything."""
    env = {"MEDIA_ROOT": folder}
    with (
        Redis(tmp_path) as redis,
        site_on(postgres, own_database, tmp_path, REDIS_URL=redis.url, **env) as site,
    ):
        lesson, people = LessonFactory(), PersonFactory.create_batch(2)
        run_apart(_through_redis(site, redis, lesson, [one.pk for one in people]))


async def _through_redis(site: Site, redis: Redis, lesson: Lesson, people: list[int]) -> None:
    other = second_process(site)
    await up(other)
    async with viewer(site.url, lesson, people[0]) as one, viewer(other, lesson, people[1]) as two:
        for page in (one, two):
            await page.say("state")
            await page.heard("state")
        await asyncio.gather(one.heard("numbers", viewers=2), two.heard("numbers", viewers=2))
        redis.kill()
        # The one line in whose room nothing was said before: nothing but the rows tells the other process of it.
        await one.chat("没有 Redis 的时候说的", "done")
        await one.heard("chat", text="没有 Redis 的时候说的")
        redis.start()
        await two.heard("chat", text="没有 Redis 的时候说的")
        await two.chat("又连上了", "done")
        await one.heard("chat", text="又连上了")
        assert one.is_open
        assert two.is_open


def test_postgres_that_is_killed_puts_nobody_out(server: Server, folder, tmp_path) -> None:
    """The picture goes on, sockets stay open, acts are refused in words, and the minutes have no hole."""
    with site_on(server, connection.settings_dict["NAME"], tmp_path, MEDIA_ROOT=folder) as site:
        lesson, person, late = LessonFactory(), PersonFactory(), PersonFactory()
        with on_air(site, lesson):
            run_apart(
                _through_postgres(
                    site, server, lesson, person.pk, late.pk, cookie_of(lesson.trainer)
                )
            )
        assert store.takes_of(lesson.pk)[-1].name.number == 1, "one take: the trainer's line held"


async def _through_postgres(
    site: Site, server: Server, lesson: Lesson, person_id: int, late_id: int, cookie: str
) -> None:
    async with viewer(site.url, lesson, person_id) as page:
        await page.chat("大家好", "done")
        entered = steady.now()
        assert server.process
        server.process.kill()
        server.process.wait()
        before_s = store.recorded_s(lesson.pk)
        no = await page.chat("数据库不在", "no")
        assert no["code"] == "busy"
        assert no["message"]
        await page.say("state", ref=8)
        assert (await page.heard("no", ref=8))["code"] == "busy"
        assert await asyncio.to_thread(status_of, site, lesson, cookie) == 503
        # Who comes back meanwhile is let in, and hears what there was to hear: it is in memory.
        async with viewer(site.url, lesson, late_id) as late:
            await late.say("hello", since=0)
            assert (await late.heard("chat"))["text"] == "大家好"
        while store.recorded_s(lesson.pk) < before_s + 2:
            await asyncio.sleep(0.05)
        await asyncio.to_thread(server.start_again)
        async with asyncio.timeout(PATIENCE_S):
            while True:
                if (await page.chat("回来了", "done", "no"))["type"] == "done":
                    break
                await asyncio.sleep(1)
        assert page.is_open
        # What was gathered while nothing could be written is written: no hole, and nothing twice.
        back = steady.now()
        async with asyncio.timeout(PATIENCE_S):
            while True:
                stretches = await in_thread(_stretches, lesson, person_id)
                if stretches and stretches[-1][1] - GRACE > back:
                    break
                await asyncio.sleep(0.2)
        assert len(stretches) == 1
        assert await attended_since(page, entered)


def _stretches(lesson: Lesson, person_id: int):
    return [
        span
        for trace in Presence.objects.filter(lesson=lesson, person=person_id)
        for span in trace.alive
    ]
