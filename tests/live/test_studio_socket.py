"""The studio's socket through the real application, a real ffmpeg and real files."""

import asyncio
import datetime
import json
import os
import signal
import threading
import uuid
from typing import Any, cast

import pytest
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from live.consumers import held, studio
from live.core import steady
from live.domain import lessons, slides, store
from live.models.lesson import Take
from live.models.slides import Deck
from lms.testing.factories import DutyFactory
from tests.factories.live import LessonFactory
from tests.faults.processes import children_of

pytestmark = pytest.mark.filterwarnings("ignore:No directory at")
MIME = "video/x-matroska;codecs=avc1.42E01F,opus"


@pytest.fixture
def lesson(own_database, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return LessonFactory()


class Socket(ApplicationCommunicator):
    """A WebSocket to the application; Channels' own needs a server that we do not use."""

    async def connect(self) -> None:
        await self.send_input({"type": "websocket.connect"})
        assert (await self.receive_output(10))["type"] == "websocket.accept"

    async def send_to(self, **data: object) -> None:
        await self.send_input({"type": "websocket.receive"} | data)

    async def disconnect(self, code: int = 1001) -> None:
        await self.send_input({"type": "websocket.disconnect", "code": code})
        await self.wait(15)


async def in_thread(act):
    """Run an act of the ORM beside the loop."""

    def run():
        try:
            return act()
        finally:
            connection.close()

    return await asyncio.to_thread(run)


def cookie_of(person) -> str:
    client = Client()
    client.force_login(person)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


async def socket_of(lesson, person=None) -> Socket:
    from lms.asgi import application

    cookie = await in_thread(lambda: cookie_of(person or lesson.trainer))
    headers = [(b"cookie", cookie.encode()), (b"origin", b"http://testserver")]
    path = f"/live/studio/{lesson.pk}/socket"
    scope = {"type": "websocket", "path": path, "query_string": b"", "headers": headers}
    return Socket(application, scope | {"subprotocols": []})


def start(studio: uuid.UUID | None = None, **changed: object) -> str:
    said = {"type": "start", "mime": MIME, "fps": 25, "studio": str(studio or uuid.uuid4())}
    return json.dumps(said | changed)


async def heard(socket: Socket, kind: str) -> dict:
    """The next message of a kind; numbers in between are passed over."""
    while True:
        said = json.loads((await socket.receive_output(15))["text"])
        if said["type"] == kind:
            return said


async def closed(socket: Socket) -> tuple[str, int]:
    said = await heard(socket, "no")
    assert said["message"]
    end = await socket.receive_output(15)
    return said["code"], end["code"]


async def on_air(socket: Socket, **changed: object) -> dict:
    await socket.connect()
    await socket.send_to(text=start(**changed))
    return await heard(socket, "ready")


async def send_all(socket: Socket, data: bytes, *, pause_s: float = 0) -> None:
    for at in range(0, len(data), 20_000):
        await socket.send_to(bytes=data[at : at + 20_000])
        await asyncio.sleep(pause_s)


async def test_figures_go_on_while_the_database_lets_us_wait(
    lesson, recorded: bytes, monkeypatch
) -> None:
    is_back, asked = threading.Event(), threading.Event()
    monkeypatch.setattr(studio, "ASK_EVERY_S", 0)
    monkeypatch.setattr(studio, "TELL_EVERY_S", 0.1)
    monkeypatch.setattr(lessons, "check_on_air", lambda _take: (asked.set(), is_back.wait(30)))
    socket = await socket_of(lesson)
    await on_air(socket)
    assert await asyncio.to_thread(asked.wait, 30)
    await send_all(socket, recorded)
    while (await heard(socket, "numbers"))["recorded_s"] < 4:
        pass
    is_back.set()
    await socket.disconnect()


async def test_what_is_sent_is_stored_and_told(lesson, recorded: bytes) -> None:
    socket = await socket_of(lesson)
    ready = {"type": "ready", "take": 1, "recorded_s": 0, "on_air_s": 0}
    assert await on_air(socket) == ready | {"recording": 0, "bytes": 0}
    await send_all(socket, recorded, pause_s=0.05)
    numbers = await heard(socket, "numbers")
    assert numbers["segments"] >= 1
    assert numbers["dropped"] < 0.02
    assert numbers["kbps"] > 10
    await socket.send_to(text='{"type": "stop"}')
    stopped = await heard(socket, "stopped")
    assert 5.8 < stopped["recorded_s"] < 6.2
    [take] = store.takes_of(lesson.pk)
    assert [one.number for one in take.pieces] == list(range(1, 7))


async def test_browser_without_h264_is_converted(lesson, recorded_vp8: bytes) -> None:
    socket = await socket_of(lesson)
    await on_air(socket, mime="video/webm;codecs=vp8,opus")
    await send_all(socket, recorded_vp8)
    await socket.send_to(text='{"type": "stop"}')
    assert 2.5 < (await heard(socket, "stopped"))["recorded_s"] < 3.5
    [take] = store.takes_of(lesson.pk)
    init = (store.folder_of(lesson.pk) / str(take.name) / "init.mp4").read_bytes()
    assert b"avcC" in init
    assert len(take.pieces) == 3


async def test_first_pieces_may_be_single_bytes(lesson, recorded: bytes) -> None:
    socket = await socket_of(lesson)
    await on_air(socket)
    for byte in recorded[:40]:
        await socket.send_to(bytes=bytes([byte]))
    await send_all(socket, recorded[40:])
    await socket.send_to(text='{"type": "stop"}')
    assert (await heard(socket, "stopped"))["recorded_s"] > 5.8


async def test_dropped_line_keeps_all_and_the_same_page_goes_on(lesson, recorded: bytes) -> None:
    page = uuid.uuid4()
    socket = await socket_of(lesson)
    await on_air(socket, studio=str(page))
    await send_all(socket, recorded[: len(recorded) // 2])
    # A phone that locks its screen says so before its line is gone.
    await socket.send_to(text='{"type": "away", "away": true}')
    await socket.disconnect()
    assert store.is_away(lesson.pk)
    began_us = store.takes_of(lesson.pk)[0].name.epoch_us
    again = await socket_of(lesson)
    ready = await on_air(again, studio=str(page))
    assert ready["take"] == 2
    assert ready["recorded_s"] > 1.5
    # Counted by the server from the lesson's first picture, whoever sends since when.
    assert 0 <= (steady.now_us() - began_us) / 1_000_000 - ready["on_air_s"] < 5
    assert not store.is_away(lesson.pk)
    await send_all(again, recorded)
    await again.send_to(text='{"type": "stop"}')
    await heard(again, "stopped")
    assert [take.name.number for take in store.takes_of(lesson.pk)] == [1, 2]


LOST = 1005
"""What the server hears where nobody said that the line ends."""


def recording(number: int, at_ms: float = 0) -> str:
    return json.dumps({"type": "recording", "number": number, "at_ms": at_ms, "fps": 25})


async def test_what_waited_when_the_line_broke_goes_over_the_next_one(
    lesson, recorded: bytes
) -> None:
    page = str(uuid.uuid4())
    socket = await socket_of(lesson)
    await on_air(socket, studio=page, now_ms=60_000)
    await socket.send_to(text=recording(7, 55_000))
    await send_all(socket, recorded[:60_000])
    assert await heard(socket, "got") == {"type": "got", "recording": 7, "bytes": 60_000}
    await socket.disconnect(LOST)

    again = await socket_of(lesson)
    ready = await on_air(again, studio=page, now_ms=70_000)
    assert (ready["recording"], ready["bytes"]) == (7, 60_000)
    await send_all(again, recorded[60_000:])
    # What the page recorded without a line began when the first recording ended, not when it comes.
    await again.send_to(text=recording(8, 61_000))
    await send_all(again, recorded)
    await again.send_to(text='{"type": "stop"}')
    assert 11.6 < (await heard(again, "stopped"))["recorded_s"] < 12.4
    first, second = store.takes_of(lesson.pk)
    assert [len(first.pieces), len(second.pieces)] == [6, 6]
    assert abs(second.name.epoch_us - first.last_us) < 1_500_000
    assert (first.name.number, second.name.number) == (1, 2)


async def test_old_line_that_has_not_ended_yet_writes_nothing_more(lesson, recorded: bytes) -> None:
    page = str(uuid.uuid4())
    dead, again = await socket_of(lesson), await socket_of(lesson)
    await on_air(dead, studio=page)
    await dead.send_to(text=recording(1))
    await send_all(dead, recorded[:60_000])
    await heard(dead, "got")
    assert (await on_air(again, studio=page))["bytes"] == 60_000
    await dead.send_to(bytes=b"late" * 1000)
    await send_all(again, recorded[60_000:])
    await again.send_to(text='{"type": "stop"}')
    assert 5.8 < (await heard(again, "stopped"))["recorded_s"] < 6.2
    await dead.disconnect(LOST)


async def test_page_that_does_not_come_back_is_not_waited_for_for_ever(
    lesson, recorded: bytes, monkeypatch
) -> None:
    monkeypatch.setattr(held, "HOLD_S", 0.1)
    page = str(uuid.uuid4())
    socket = await socket_of(lesson)
    await on_air(socket, studio=page)
    await socket.send_to(text=recording(1))
    await send_all(socket, recorded)
    await socket.disconnect(LOST)
    async with asyncio.timeout(15):
        while store.recorded_s(lesson.pk) < 5.8:
            await asyncio.sleep(0.05)
    again = await socket_of(lesson)
    ready = await on_air(again, studio=page)
    assert (ready["recording"], ready["bytes"]) == (0, 0)
    await again.disconnect()


@pytest.mark.parametrize(
    "said",
    [
        recording(1),
        recording(0),
        recording(3, float("nan")),
        recording(3, -1),
        '{"type": "recording", "number": 3, "at_ms": true, "fps": 25}',
        '{"type": "recording", "number": 3, "at_ms": 0, "fps": 0}',
    ],
    ids=["an earlier one", "no number", "no time", "before all", "no figure", "no pictures"],
)
async def test_recording_that_cannot_follow_is_refused(lesson, said: str) -> None:
    socket = await socket_of(lesson)
    await on_air(socket)
    await socket.send_to(text=recording(2))
    await socket.send_to(text=said)
    assert await closed(socket) == ("malformed", 4400)


async def test_killed_encoder_costs_the_last_segment_only(lesson, recorded: bytes) -> None:
    socket = await socket_of(lesson)
    await on_air(socket)
    await send_all(socket, recorded[:-1000])
    for _ in range(100):
        if store.recorded_s(lesson.pk) > 3.5:
            break
        await asyncio.sleep(0.1)
    for pid in children_of(os.getpid(), "ffmpeg"):
        os.kill(pid, signal.SIGKILL)
    assert await closed(socket) == ("encoder-died", 4500)
    assert store.recorded_s(lesson.pk) > 3.5


async def test_text_as_video_is_refused_in_words(lesson) -> None:
    socket = await socket_of(lesson)
    await on_air(socket)
    await socket.send_to(bytes="这不是视频".encode() * 100)
    assert await closed(socket) == ("no-video", 4415)
    assert store.takes_of(lesson.pk) == []


async def test_matroska_head_with_garbage_is_refused(lesson) -> None:
    socket = await socket_of(lesson)
    await on_air(socket)
    await socket.send_to(bytes=b"\x1a\x45\xdf\xa3" + b"\x93garbage" * 2000)
    await socket.send_to(text='{"type": "stop"}')
    assert await closed(socket) == ("no-video", 4415)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("garbage", ("malformed", 4400)),
        ("[" * 4000, ("malformed", 4400)),
        ('{"type": "stop"}', ("malformed", 4400)),
        (start(fps=0), ("malformed", 4400)),
        (start(studio="x"), ("malformed", 4400)),
        (start(mime="video/webm;codecs=av01"), ("unknown-format", 4415)),
        ("x" * 10_000, ("malformed", 4400)),
    ],
)
async def test_first_message_must_be_a_start(lesson, said: str, code: tuple[str, int]) -> None:
    socket = await socket_of(lesson)
    await socket.connect()
    await socket.send_to(text=said)
    assert await closed(socket) == code


async def test_oversize_piece_is_refused(lesson) -> None:
    socket = await socket_of(lesson)
    await on_air(socket)
    await socket.send_to(bytes=bytes(5 * 2**20))
    assert await closed(socket) == ("too-large", 4413)


async def test_other_trainers_are_refused(lesson) -> None:
    colleague = await in_thread(lambda: DutyFactory(provider=lesson.provider).person)
    socket = await socket_of(lesson, colleague)
    await socket.connect()
    await socket.send_to(text=start())
    assert await closed(socket) == ("not-yours", 4403)


async def test_who_is_no_trainer_does_not_reach_it(lesson) -> None:
    teacher = await in_thread(lambda: DutyFactory(kind="moderator").person)
    socket = await socket_of(lesson, teacher)
    await socket.connect()
    assert (await socket.receive_output(5))["code"] == 4403


async def test_co_host_takes_over_only_when_asked(lesson, recorded: bytes) -> None:
    def co_host():
        person = DutyFactory(provider=lesson.provider).person
        lesson.co_hosts.add(person)
        return person

    other = await in_thread(co_host)
    first = await socket_of(lesson)
    await on_air(first)
    await send_all(first, recorded)
    second = await socket_of(lesson, other)
    await second.connect()
    await second.send_to(text=start())
    assert await closed(second) == ("already-sending", 4409)
    third = await socket_of(lesson, other)
    await on_air(third, takeOver=True)
    assert await closed(first) == ("taken-over", 4411)
    await third.disconnect()


async def test_ended_lesson_takes_nothing(lesson, recorded: bytes) -> None:
    socket = await socket_of(lesson)
    await on_air(socket)
    await in_thread(lambda: lessons.end(person=lesson.trainer, lesson=lesson, at=timezone.now()))
    assert await closed(socket) == ("ended", 4410)
    again = await socket_of(lesson)
    await again.connect()
    await again.send_to(text=start())
    assert await closed(again) == ("ended", 4410)
    assert await in_thread(Take.objects.count) == 1


async def test_page_that_came_on_is_kept_with_its_place_in_the_recording(
    lesson, recorded: bytes
) -> None:
    def deck() -> Deck:
        by = {"by": lesson.trainer, "added_at": timezone.now(), "lease_until": timezone.now()}
        return Deck.objects.create(lesson=lesson, name="a.pdf", state="ready", pages=3, **by)

    made = await in_thread(deck)
    socket = await socket_of(lesson)
    await on_air(socket)
    await send_all(socket, recorded)
    await socket.send_to(text=json.dumps({"type": "slide", "deck": str(made.pk), "page": 2}))
    await heard(socket, "numbers")
    await socket.send_to(text='{"type": "stop"}')
    await heard(socket, "stopped")
    await socket.wait(15)
    [shown] = await in_thread(lambda: slides.shown_in(lesson.pk))
    assert (shown.deck, shown.page) == (made.pk, 2)
    assert 0 <= shown.media_s < 20


async def test_rehearsal_is_thrown_away_and_starts_nothing(
    lesson, recorded: bytes, settings
) -> None:
    socket = await socket_of(lesson)
    assert (await on_air(socket, rehearsal=True))["take"] == 0
    await send_all(socket, recorded, pause_s=0.02)
    numbers = await heard(socket, "numbers")
    assert numbers["segments"] >= 1
    [folder] = store.root().iterdir()
    assert folder.name != str(lesson.pk)
    await socket.send_to(text='{"type": "stop"}')
    await heard(socket, "stopped")
    await socket.wait(15)
    assert list(store.root().iterdir()) == []
    assert await in_thread(lambda: (Take.objects.count(), lesson.events.count())) == (0, 0)


async def test_rehearsal_is_for_hosts_only(lesson) -> None:
    colleague = await in_thread(lambda: DutyFactory(provider=lesson.provider).person)
    socket = await socket_of(lesson, colleague)
    await socket.connect()
    await socket.send_to(text=start(rehearsal=True))
    assert await closed(socket) == ("not-yours", 4403)
    assert not store.root().exists()


def test_rehearsal_left_behind_is_thrown_away_and_no_lesson_is(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    left, lesson_id = uuid.uuid4(), uuid.uuid4()
    store.mark_rehearsal(left)
    store.mark_ended(lesson_id)
    store.discard_left(timezone.now())
    assert store.folder_of(left).exists()
    store.discard_left(timezone.now() + datetime.timedelta(hours=3))
    assert not store.folder_of(left).exists()
    store.discard(lesson_id)
    assert store.is_ended(lesson_id)


async def test_a_line_that_comes_as_the_old_one_is_given_up_keeps_what_it_claims() -> None:
    lesson, page, new = uuid.uuid4(), uuid.uuid4(), object()
    ended = []

    class Ingest:
        async def finish(self) -> None:
            ended.append(True)

    carried = held.begin(lesson, page, cast("Any", Ingest()), None, line=object())
    held.keep(carried)
    assert held.claimed(lesson, page, line=new) is carried
    for _ in range(5):
        await asyncio.sleep(0)
    assert carried.line is new
    assert ended == []
    await carried.finish()
    assert held.claimed(lesson, page, line=new) is None
