"""The picture with little delay over its socket, and the sound alone by its signed address."""

import json
import os
import uuid

import pytest
from django.utils import timezone

from live.core import fmp4
from live.domain import near, relay, store, watching
from live.enums import RoomRole
from live.room import tickets
from tests.live.test_studio_socket import Socket
from tests.live.test_views import TAKE, fetched

LESSON = uuid.UUID("11111111-2222-4333-8444-555555555555")


@pytest.fixture
def cut(fragmented: bytes) -> tuple[fmp4.Init, list[fmp4.Segment]]:
    fragments: list[fmp4.Segment] = []
    [init, *_] = fmp4.Splitter(on_fragment=fragments.append).feed(fragmented)
    assert isinstance(init, fmp4.Init)
    return init, fragments


def socket_to(lesson_id: uuid.UUID = LESSON, *, ticket: str | None = None) -> Socket:
    from lms.asgi import application

    if ticket is None:
        ticket = tickets.issue(
            lesson_id=LESSON,
            person_id=1,
            name="周亦安",
            role=RoomRole.LEARNER,
            language="zh-hans",
            at=timezone.now(),
        )
    scope = {
        "type": "websocket",
        "path": f"/live/near/{lesson_id}/socket",
        "query_string": f"ticket={ticket}".encode(),
        "headers": [(b"origin", b"http://testserver")],
        "subprotocols": [],
    }
    return Socket(application, scope)


async def code_of(socket: Socket) -> int:
    await socket.connect()
    return (await socket.receive_output(5))["code"]


async def test_who_comes_late_starts_at_a_keyframe_and_hears_on(cut) -> None:
    init, fragments = cut
    sender = near.Sender(LESSON)
    sender.begin(1_795_000_000_000_000, init.data)
    for one in fragments[:3]:
        sender.pass_on(one)
    socket = socket_to()
    await socket.connect()
    take = json.loads((await socket.receive_output(5))["text"])
    assert (take["epoch_us"], take["mime"][:10]) == (1_795_000_000_000_000, "video/mp4;")
    sender.pass_on(fragments[3])
    heard = [(await socket.receive_output(5))["bytes"] for _ in range(3)]
    # Each fragment of this file begins with a keyframe: the newest is where one starts.
    assert heard == [init.data, fragments[2].data, fragments[3].data]
    sender.end()
    assert (await socket.receive_output(5))["code"] == 4410
    assert await code_of(socket_to()) == 4404


async def test_tickets_of_other_rooms_and_full_rooms_are_refused(cut, settings) -> None:
    settings.LIVE_LOW_DELAY_VIEWERS = 0
    sender = near.Sender(LESSON)
    sender.begin(1, cut[0].data)
    assert await code_of(socket_to(ticket="nonsense")) == 4401
    assert await code_of(socket_to(uuid.uuid4())) == 4401
    assert await code_of(socket_to()) == 4404
    sender.end()


async def test_who_does_not_keep_up_is_let_go_and_who_takes_over_is_not_ended_by_the_other(
    cut,
) -> None:
    init, fragments = cut
    first, second = near.Sender(LESSON), near.Sender(LESSON)
    first.begin(1, init.data)
    with near.listening(LESSON, most=1) as slow:
        assert slow is not None
        for _ in range(near.MOST_WAITING + 1):
            first.pass_on(fragments[0])
        assert [slow.line.get_nowait()] == [None]
    second.begin(2, init.data)
    first.end()
    with near.listening(LESSON, most=1) as now:
        assert now is not None
        assert now.epoch_us == 2
    second.end()


async def test_sound_alone_is_played_from_the_same_files(fragmented, settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    lesson_id = uuid.uuid4()
    splitter = fmp4.Splitter()
    init, *segments = [*splitter.feed(fragmented), *splitter.finish()]
    store.open_take(lesson_id, TAKE, init.data)
    from live.core.tape import Piece

    for number, one in enumerate(segments, start=1):
        piece = Piece(number, int(one.start * 1_000_000), int(one.end * 1_000_000))
        store.put(lesson_id, TAKE, piece, one.data)
    base = watching.addresses_of(lesson_id, at=timezone.now()).live_url.removesuffix("live.m3u8")
    for name in ("live.a.m3u8", "replay.a.m3u8"):
        status, body = await fetched(base + name)
        assert status == 200
        lines = body.decode().splitlines()
        assert f'#EXT-X-MAP:URI="{TAKE}/init.a.mp4"' in lines
        parts = [one for one in lines if one.endswith(".a.m4s")]
        assert len(parts) == len(segments)
        status, alone = await fetched(base + parts[0])
        assert (status, b"mdat" in alone, len(alone) < len(segments[0].data) / 2) == (
            200,
            True,
            True,
        )
    assert (await fetched(f"{base}{TAKE}/000099-0-1.a.m4s"))[0] == 404


async def test_without_a_door_or_behind_one_that_a_kill_left_there_is_no_take(
    settings, tmp_path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    assert await code_of(socket_to()) == 4404
    # Bound, and nobody behind it any more.
    relay._bound(LESSON).close()
    [left] = (tmp_path / "live-near").iterdir()
    assert left.is_socket()
    assert await code_of(socket_to()) == 4404
    os.utime(left, (0, 0))
    relay._bound(uuid.uuid4()).close()
    assert not left.exists()
