"""The small picture: made of a segment by a real ffmpeg, kept for who asks next, for as many lessons as may have it."""

import asyncio
import datetime
import json
import uuid

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
    small.forget(at + datetime.timedelta(seconds=small.FORGET_S))
    assert (small.root() / str(lesson)).exists()
    small.forget(at + datetime.timedelta(seconds=small.FORGET_S + 1))
    assert not (small.root() / str(lesson)).exists()
    assert len(store.takes_of(lesson)[0].pieces) == len(segments)
