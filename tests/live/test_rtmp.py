"""OBS's way in: the real ffmpeg as publisher, the real server and encoder, real files."""

import asyncio
import contextlib
import datetime
import threading
import uuid
from collections.abc import AsyncIterator

import pytest
from django.db import connection
from django.utils import timezone

from live.consumers import rtmp as server
from live.core import rtmp
from live.core.playlist import replay
from live.domain import keys, lessons, store
from live.enums import RoomRole
from live.models.lesson import Lesson, Take
from media.encoder.run import ffmpeg_program
from tests.factories.live import LessonFactory
from tests.live.room.conftest import enter


@pytest.fixture
def lesson(own_database, settings, tmp_path) -> Lesson:
    settings.MEDIA_ROOT = tmp_path
    return LessonFactory()


@contextlib.asynccontextmanager
async def listening() -> AsyncIterator[int]:
    running = server.RtmpServer()
    try:
        yield await running.listen("127.0.0.1", 0)
    finally:
        await running.close()


async def in_thread(act):
    """Run an act of the ORM beside the loop."""

    def run():
        try:
            return act()
        finally:
            connection.close()

    return await asyncio.to_thread(run)


async def key_of(lesson: Lesson, at: datetime.datetime | None = None) -> str:
    def make() -> str:
        return keys.make_key(lesson=lesson, by=lesson.trainer, at=at or timezone.now())[1]

    return await in_thread(make)


class Publisher:
    """ffmpeg, sending as OBS does: at the pace of the clock unless `hurried`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    async def said(self) -> str:
        _, errors = await asyncio.wait_for(self.process.communicate(), 30)
        return errors.decode()

    async def kill(self) -> None:
        self.process.kill()
        await self.process.wait()


TEST_PICTURE = "testsrc=size=320x180:rate=25"
NOISE = "nullsrc=size=320x180:rate=25,geq=lum=random(1)*255:cb=128:cr=128"
"""Some 10 Mbit/s: more within seconds than machines read ahead of a program that is busy."""


async def publish(
    port: int, key: str, *, seconds: float = 60, hurried: bool = False, picture: str = TEST_PICTURE
) -> Publisher:
    source = ["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", "sine"]
    made = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-pix_fmt", "yuv420p"]
    process = await asyncio.create_subprocess_exec(
        *[ffmpeg_program(), "-hide_banner", "-loglevel", "error", *([] if hurried else ["-re"])],
        *[*source, "-t", str(seconds), *made, "-c:a", "aac", "-f", "flv"],
        f"rtmp://127.0.0.1:{port}/live/{key}",
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    return Publisher(process)


async def recorded(lesson: Lesson, seconds: float) -> None:
    """Wait until the recording has so much."""
    async with asyncio.timeout(30):
        while store.recorded_s(lesson.pk) < seconds:
            await asyncio.sleep(0.05)


async def test_what_obs_sends_is_stored_to_its_end(lesson: Lesson) -> None:
    async with listening() as port:
        publisher = await publish(port, await key_of(lesson), seconds=6, hurried=True)
        assert await publisher.said() == ""
        await recorded(lesson, 5.9)
    [take] = store.takes_of(lesson.pk)
    assert [one.number for one in take.pieces] == list(range(1, 7))
    assert take.pieces[0].start_us < 100_000
    assert (await in_thread(Take.objects.get)).by_id == lesson.trainer_id


async def test_who_sends_faster_than_we_read_and_hangs_up_has_sent_all(lesson: Lesson) -> None:
    async with listening() as port:
        publisher = await publish(
            port, await key_of(lesson), seconds=6, hurried=True, picture=NOISE
        )
        assert await publisher.said() == ""
        await recorded(lesson, 5.9)


async def test_picture_comes_in_while_the_database_lets_us_wait(
    lesson: Lesson, monkeypatch
) -> None:
    is_back, asked = threading.Event(), threading.Event()
    monkeypatch.setattr(server, "CHECK_EVERY_S", 0)
    monkeypatch.setattr(keys, "check_still_good", lambda *_, **__: (asked.set(), is_back.wait(30)))
    async with listening() as port:
        publisher = await publish(port, await key_of(lesson))
        assert await asyncio.to_thread(asked.wait, 30)
        await recorded(lesson, 2)
        is_back.set()
        await publisher.kill()


async def test_wrong_expired_replaced_and_ended_are_refused_before_any_picture(
    lesson: Lesson,
) -> None:
    async with listening() as port:
        wrong = await publish(port, f"{lesson.pk.hex}-{uuid.uuid4().hex}")
        assert "这个推流码不对" in await wrong.said()
        garbage = await publish(port, "x" * 300)
        assert "这个推流码不对" in await garbage.said()
        long_ago = timezone.now() - datetime.timedelta(days=3)
        early = await in_thread(
            lambda: LessonFactory(
                provider=lesson.provider, trainer=lesson.trainer, duty=None, starts_at=long_ago
            )
        )
        expired = await publish(port, await key_of(early, long_ago))
        assert "过期" in await expired.said()
        old, new = await key_of(lesson), await key_of(lesson)
        replaced = await publish(port, old)
        assert "这个推流码不对" in await replaced.said()
        assert not await in_thread(Take.objects.exists)
        good = await publish(port, new, seconds=2, hurried=True)
        assert await good.said() == ""
        await in_thread(
            lambda: lessons.end(person=lesson.trainer, lesson=lesson, at=timezone.now())
        )
        late = await publish(port, new)
        assert "已经结束" in await late.said()


async def test_killed_publisher_comes_back_and_a_second_is_refused(lesson: Lesson) -> None:
    key = await key_of(lesson)
    async with listening() as port:
        first = await publish(port, key)
        await recorded(lesson, 1)
        second = await publish(port, key)
        assert "正在用这个推流码" in await second.said()
        before = store.recorded_s(lesson.pk)
        await first.kill()
        again = await publish(port, key)
        await recorded(lesson, before + 2)
        await again.kill()
    takes = store.takes_of(lesson.pk)
    assert [one.name.number for one in takes] == [1, 2]
    assert replay(takes).count("#EXT-X-DISCONTINUITY\n") == 1


async def test_line_that_fell_silent_makes_room(lesson: Lesson, monkeypatch) -> None:
    monkeypatch.setattr(store, "SILENT_AFTER_S", 0)
    key = await key_of(lesson)
    async with listening() as port:
        first = await publish(port, key)
        await recorded(lesson, 1)
        second = await publish(port, key, seconds=2, hurried=True)
        assert await second.said() == ""
        assert await first.said()
    assert [one.name.number for one in store.takes_of(lesson.pk)] == [1, 2]


async def test_hosts_hear_who_is_on_air_how_it_goes_and_that_it_ended(
    lesson: Lesson, settings, monkeypatch
) -> None:
    settings.LIVE_BUS = "local"
    monkeypatch.setattr(server, "CHECK_EVERY_S", 0.2)
    host = await enter(lesson, lesson.trainer_id, RoomRole.HOST)
    learner = await enter(lesson, lesson.trainer_id + 1)
    async with listening() as port:
        publisher = await publish(port, await key_of(lesson))
        # Of a few pieces: the first ones come in a burst.
        while (now := await host.heard("air"))["segments"] < 3:
            pass
        assert now["name"] == lesson.trainer.name
        assert now["recorded_s"] > 2
        assert now["kbps"] > 10
        assert now["piece_s"] == 1.0
        # 25 a second, as the publisher says it sends.
        assert now["dropped"] < 0.06
        await in_thread(
            lambda: lessons.end(person=lesson.trainer, lesson=lesson, at=timezone.now())
        )
        await host.heard("ended")
        assert await publisher.said()
    await host.leave()
    await learner.leave()


async def test_replaced_key_and_end_stop_who_sends(lesson: Lesson, monkeypatch) -> None:
    monkeypatch.setattr(server, "CHECK_EVERY_S", 0.2)
    async with listening() as port:
        first = await publish(port, await key_of(lesson))
        await recorded(lesson, 1)
        key = await key_of(lesson)
        assert await first.said()
        second = await publish(port, key)
        await recorded(lesson, store.recorded_s(lesson.pk) + 1)
        await in_thread(
            lambda: lessons.end(person=lesson.trainer, lesson=lesson, at=timezone.now())
        )
        assert await second.said()


async def talk(port: int, *parts: bytes) -> bytes:
    """All that the server answers before it hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
        return await asyncio.wait_for(reader.read(), 10)
    except ConnectionError:
        return b""
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


HELLO = bytes([3]) + bytes(2 * 1536)


@pytest.mark.parametrize(
    "said",
    [
        b"GET / HTTP/1.1\r\n\r\n" * 50,
        HELLO + bytes(range(256)) * 40,
        HELLO + rtmp.command("publish", 5, None, {"no": "name"}) + rtmp.command("play", 6, None),
        HELLO + rtmp.command("connect", 1, {"app": "other"}),
        HELLO + rtmp.control(rtmp.SET_CHUNK, 0),
    ],
)
async def test_garbage_is_hung_up_on(lesson: Lesson, said: bytes, monkeypatch) -> None:
    async with listening() as port:
        answer = await talk(port, said)
    assert b"NetStream.Publish.Start" not in answer


GREETING_BYTES = 1 + 2 * 1536


async def test_who_says_nothing_is_let_go(lesson: Lesson, monkeypatch) -> None:
    monkeypatch.setattr(server, "HELLO_S", 0.2)
    async with listening() as port:
        assert len(await talk(port, HELLO)) == GREETING_BYTES


async def test_so_many_are_let_in_and_no_more(lesson: Lesson, monkeypatch) -> None:
    monkeypatch.setattr(server, "MOST_CONNECTIONS", 2)
    async with listening() as port:
        inside = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
        for reader, writer in inside:
            writer.write(HELLO)
            assert len(await reader.readexactly(GREETING_BYTES)) == GREETING_BYTES
        assert await talk(port, HELLO) == b""
        for _, writer in inside:
            writer.close()
            await writer.wait_closed()


async def test_text_as_picture_is_refused_in_words(lesson: Lesson) -> None:
    key = await key_of(lesson)
    hello = (
        HELLO + rtmp.command("connect", 1, {"app": "live"}) + rtmp.command("createStream", 2, None)
    )
    hello += rtmp.command("publish", 3, None, key, "live", stream=1)
    text = rtmp.written(rtmp.Message(rtmp.VIDEO, 1, 0, "这不是视频".encode()), chunk_stream=6)
    posing = rtmp.written(
        rtmp.Message(rtmp.VIDEO, 1, 0, b"\x17\x01" + b"text" * 30), chunk_stream=6
    )
    async with listening() as port:
        for lie in (text, posing + rtmp.command("FCUnpublish", 4, None)):
            assert b"NetStream.Publish.Start" in await talk(port, hello + lie)
    assert store.takes_of(lesson.pk) == []
