"""The small picture: made of a segment by a real ffmpeg, kept for who asks next, for as many lessons as may have it."""

import asyncio
import datetime
import json
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.utils import timezone

from live.core import fmp4, sound
from live.core.tape import Piece, TakeName
from live.domain import small, store, watching
from tests.live.conftest import X264, made
from tests.live.test_views import fetched

NOW_S = 1_795_000_000.0
TAKE = TakeName(1, 1_795_000_000_000_000)


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    settings.LIVE_SMALL_LESSONS = 1


@pytest.fixture(scope="session")
def large(tmp_path_factory) -> bytes:
    """6 s of fragmented MP4 with a picture that needs many bits, a keyframe a second."""
    flags = "+empty_moov+default_base_moof+frag_keyframe"
    path = tmp_path_factory.mktemp("large") / "a.mp4"
    return made(
        path, "-vf", "scale=960:540,noise=alls=8:allf=t", *X264, "-c:a", "aac", "-movflags", flags
    )


def kept(recording: bytes) -> tuple[uuid.UUID, list[fmp4.Segment]]:
    """A lesson with a recording, and its segments."""
    lesson, splitter = uuid.uuid4(), fmp4.Splitter()
    init, *segments = [*splitter.feed(recording), *splitter.finish()]
    store.open_take(lesson, TAKE, init.data)
    for number, one in enumerate(segments, start=1):
        store.put(lesson, TAKE, piece_of(number, one), one.data)
    return lesson, segments


def piece_of(number: int, one: fmp4.Segment) -> Piece:
    return Piece(number, round(one.start * 1_000_000), round(one.end * 1_000_000))


async def test_small_segment_lies_where_the_whole_one_does_with_the_same_sound(large) -> None:
    lesson, segments = kept(large)
    assert small.take_place(lesson, NOW_S)
    third = segments[2]
    target = small.kept(f"{lesson}/{TAKE}/{piece_of(3, third).name}")
    await asyncio.gather(small.make(target), small.make(target))
    init = target.with_name("init.mp4").read_bytes()
    [_, segment, *_] = [*(cut := fmp4.Splitter()).feed(init + target.read_bytes()), *cut.finish()]
    assert isinstance(segment, fmp4.Segment)
    assert fmp4.size_of(init) == (640, 360)
    assert fmp4.codecs_of(init) == "avc1.42C01E,mp4a.40.2"
    # Half the pictures, from the same moment to the same moment but for one of them.
    assert (segment.keyframe, segment.frames) == (True, 13)
    assert abs(segment.start - third.start) < 0.001
    assert abs(segment.end - third.end) < 0.05
    assert len(segment.data) < len(third.data)
    whole = store.file_of(f"{lesson}/{TAKE}/init.mp4").read_bytes()
    heard = [sound.segment_of(third.data, sound.init_of(whole)[1])[-500:]]
    assert heard == [sound.segment_of(segment.data, sound.init_of(init)[1])[-500:]]


async def test_init_segment_can_be_asked_for_first_and_damage_is_no_crash(large) -> None:
    lesson, segments = kept(large)
    small.take_place(lesson, NOW_S)
    target = small.kept(f"{lesson}/{TAKE}/init.mp4")
    await small.make(target)
    assert fmp4.size_of(target.read_bytes()) == (640, 360)
    broken = Piece(9, 8_000_000, 9_000_000)
    store.put(lesson, TAKE, broken, segments[0].data[:999])
    for name in (broken.name, "000077-0-1.m4s"):
        with pytest.raises(small.NotMade):
            await small.make(small.kept(f"{lesson}/{TAKE}/{name}"))


async def test_a_page_is_told_what_can_be_had_and_one_lesson_too_many_is_refused(
    large, settings
) -> None:
    lesson, segments = kept(large)
    base = watching.addresses_of(lesson, at=timezone.now()).live_url.removesuffix("live.m3u8")
    assert json.loads((await fetched(f"{base}state.json"))[1])["small"] is True
    offered = (await fetched(f"{base}live.all.m3u8"))[1].decode().splitlines()
    assert offered[4::2] == ["live.m3u8", "live.s.m3u8"]
    status, listed = await fetched(f"{base}live.s.m3u8")
    name = f"{TAKE}/{piece_of(2, segments[1]).name}".replace(".m4s", ".s.m4s")
    assert (status, name in listed.decode().splitlines()) == (200, True)
    status, body = await fetched(base + name)
    assert (status, body[4:8]) == (200, b"moof")
    assert (await fetched(f"{base}{TAKE}/000009-0-1.s.m4s"))[0] == 404

    other, segments = kept(large)
    base = watching.addresses_of(other, at=timezone.now()).live_url.removesuffix("live.m3u8")
    assert json.loads((await fetched(f"{base}state.json"))[1])["small"] is False
    assert (await fetched(f"{base}live.s.m3u8"))[0] == 503
    assert (await fetched(base + name))[0] == 404
    offered = (await fetched(f"{base}live.all.m3u8"))[1].decode().splitlines()
    assert offered[4::2] == ["live.m3u8"]


def test_places_are_few_kept_while_asked_for_and_free_again(settings) -> None:
    first, second = uuid.uuid4(), uuid.uuid4()
    assert small.take_place(first, NOW_S)
    assert not small.has_place(second, NOW_S + 1)
    assert not small.take_place(second, NOW_S + 1)
    assert small.take_place(first, NOW_S + 15)
    assert not small.take_place(second, NOW_S + 15 + small.KEEP_S)
    assert small.take_place(second, NOW_S + 16 + small.KEEP_S)
    assert not small.has_place(first, NOW_S + 16 + small.KEEP_S)
    settings.LIVE_SMALL_LESSONS = 2
    assert small.has_place(first, NOW_S + 16 + small.KEEP_S)
    settings.MEDIA_KEEP_FREE_BYTES = 2**60
    assert not small.take_place(first, NOW_S + 16 + small.KEEP_S)


def test_what_nobody_asks_for_goes_and_the_recording_stays(fragmented) -> None:
    lesson, segments = kept(fragmented)
    small.take_place(lesson, NOW_S)
    at = datetime.datetime.fromtimestamp(NOW_S, tz=datetime.UTC)
    small.take_place(lesson, NOW_S + 6)
    small.forget(at + datetime.timedelta(seconds=small.FORGET_S))
    assert (small.root() / str(lesson)).exists()
    small.forget(at + datetime.timedelta(seconds=small.FORGET_S + 7))
    assert not (small.root() / str(lesson)).exists()
    assert len(store.takes_of(lesson)[0].pieces) == len(segments)


async def test_many_asked_for_at_once_wait_for_each_other_and_keep_nobody_else_waiting(
    large,
) -> None:
    lesson, segments = kept(large)
    # As few threads as there may be: whoever waits for a turn must not have one.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(2))
    small.take_place(lesson, NOW_S)
    targets = [
        small.kept(f"{lesson}/{TAKE}/{piece_of(number, one).name}")
        for number, one in enumerate(segments, start=1)
    ]
    async with asyncio.timeout(60):
        await asyncio.gather(*(small.make(one) for one in targets))
    assert all(one.exists() for one in targets)


async def test_what_is_on_air_and_what_is_past_are_kept_in_the_same_moment(
    large, monkeypatch
) -> None:
    lesson, segments = kept(large)
    small.take_place(lesson, NOW_S)
    both_made, files = threading.Barrier(2, timeout=60), (b"i" * 700, b"m" * 700)

    async def made_together(_data: bytes) -> tuple[bytes, bytes]:
        await asyncio.to_thread(both_made.wait)
        return files

    monkeypatch.setattr(small, "_converted", made_together)
    monkeypatch.setattr(small, "_rest_s", lambda _turn: 0)
    for _ in range(40):
        paths = [f"{lesson}/{TAKE}/{piece_of(at, segments[at - 1]).name}" for at in (1, 2)]
        now, past = [small.kept(path) for path in paths]
        await asyncio.gather(small.make(now), small.make_past(past, NOW_S))
        assert [now.read_bytes(), past.read_bytes()] == [files[1]] * 2
        assert not list(now.parent.glob("*.part"))
        now.unlink()
        past.unlink()


async def test_replay_is_offered_small_beside_a_lesson_on_air_in_its_turn(large, settings) -> None:
    lesson, segments = kept(large)
    store.mark_ended(lesson)
    # Another lesson has the only place for what is on air: what is past needs none.
    assert small.take_place(uuid.uuid4(), NOW_S)
    base = watching.addresses_of(lesson, at=timezone.now()).live_url.removesuffix("live.m3u8")
    assert json.loads((await fetched(f"{base}state.json"))[1])["small"] is True
    offered = (await fetched(f"{base}replay.all.m3u8"))[1].decode().splitlines()
    assert offered[4::2] == ["replay.m3u8", "replay.s.m3u8"]
    status, listed = await fetched(f"{base}replay.s.m3u8")
    names = [line for line in listed.decode().splitlines() if line.endswith(".s.m4s")]
    assert (status, len(names)) == (200, len(segments))
    status, body = await fetched(base + names[0])
    assert (status, body[4:8]) == (200, b"moof")
    # The next one has to wait: what is past has a share of the processor.
    turn = small.root() / "past" / "lock"
    assert turn.stat().st_mtime > small.kept(f"{lesson}/{TAKE}/init.mp4").stat().st_mtime
    assert (await fetched(f"{base}{TAKE}/init.s.mp4"))[0] == 200
    assert (await fetched(f"{base}{TAKE}/000077-0-1.s.m4s"))[0] == 404
    assert (await fetched(base + names[1]))[0] == 200

    settings.LIVE_SMALL_LESSONS = 0
    assert (await fetched(f"{base}replay.s.m3u8"))[0] == 503
    assert (await fetched(f"{base}replay.all.m3u8"))[1].decode().count(".m3u8") == 1


async def test_past_that_too_many_ask_for_is_refused_until_later(large, monkeypatch) -> None:
    lesson, segments = kept(large)
    monkeypatch.setattr(small, "MOST_WAITING", 1)
    names = [piece_of(number, one).name for number, one in enumerate(segments[:2], start=1)]
    first, second = [small.kept(f"{lesson}/{TAKE}/{name}") for name in names]
    made_first = asyncio.create_task(small.make_past(first, NOW_S))
    while first not in small._making:
        await asyncio.sleep(0)
    with pytest.raises(small.Busy):
        await small.make_past(second, NOW_S)
    await small.make_past(first, NOW_S)
    await made_first
    assert first.exists()


def test_what_takes_too_much_room_goes_the_oldest_first(settings) -> None:
    settings.LIVE_SMALL_LESSONS, settings.LIVE_SMALL_BYTES = 3, 2500
    lessons = [uuid.uuid4() for _ in range(3)]
    for number, lesson in enumerate(lessons):
        small.take_place(lesson, NOW_S + 10 * number)
        target = small.kept(f"{lesson}/{TAKE}/000001-0-1.m4s")
        target.parent.mkdir()
        target.write_bytes(bytes(1000))
    small.forget(datetime.datetime.fromtimestamp(NOW_S + 30, tz=datetime.UTC))
    assert [(small.root() / str(one)).exists() for one in lessons] == [False, True, True]
