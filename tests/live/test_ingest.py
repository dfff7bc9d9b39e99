"""A take's encoder, where it cannot be started."""

import os
import uuid

import pytest

from live.core import steady
from live.core.tape import INIT_NAME, US, Piece, TakeName
from live.domain import ingest, store
from live.domain.errors import Refused
from media.api import Picture


async def test_conversion_that_did_not_start_leaves_room_for_the_next(
    settings, tmp_path, monkeypatch
) -> None:
    settings.MEDIA_ROOT = tmp_path
    take = {"lesson_id": uuid.uuid4(), "take": 1, "picture": Picture.MATROSKA_VP8, "fps": 25}
    with monkeypatch.context() as broken:
        broken.setattr(ingest, "live_command", lambda _picture: [str(tmp_path / "missing")])
        with pytest.raises(FileNotFoundError):
            await ingest.begin_ingest(**take)

    running = await ingest.begin_ingest(**take)

    with pytest.raises(Refused) as busy:
        await ingest.begin_ingest(**take)
    assert busy.value.code == "no-encoder"
    await running.finish()
    after = await ingest.begin_ingest(**take)
    await after.finish()


@pytest.mark.parametrize("sent", [b"", b"\x1a", b"\x1a\x45\xdf\xa3" + bytes(20)])
async def test_line_that_drops_within_the_first_bytes_is_no_trouble(
    settings, tmp_path, caplog, sent: bytes
) -> None:
    """Chromium's first piece is a single byte now and then, and the line may drop after it."""
    settings.MEDIA_ROOT = tmp_path
    take = {"lesson_id": uuid.uuid4(), "take": 1, "picture": Picture.MATROSKA_H264, "fps": 25}
    running = await ingest.begin_ingest(**take)
    if sent:
        await running.write(sent)
    await running.finish()
    assert caplog.messages == []
    assert store.takes_of(take["lesson_id"]) == []


@pytest.mark.parametrize(("ahead_us", "marks"), [(0, 0), (600 * US, 1)])
async def test_pictures_from_later_than_now_are_noted(
    settings, tmp_path, monkeypatch, recorded: bytes, ahead_us: int, marks: int
) -> None:
    settings.MEDIA_ROOT = tmp_path
    marked: list[TakeName] = []
    monkeypatch.setattr(store, "mark_ahead", lambda _lesson, name: marked.append(name))
    # A recording of six seconds, brought in: of the last minute, and of one to come.
    began_us = steady.now_us() - 60 * US + ahead_us
    running = await ingest.begin_ingest(
        lesson_id=uuid.uuid4(), take=1, picture=Picture.MATROSKA_H264, fps=25, began_us=began_us
    )
    await running.write(recorded)
    await running.finish()
    assert marked == [TakeName(1, began_us)] * marks


def test_film_sent_in_a_minute_is_not_on_air_for_as_long_as_it_plays(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    lesson, name = uuid.uuid4(), TakeName(1, 1_800_000_000 * US)
    pieces = [Piece(number, number * 600 * US, (number + 1) * 600 * US) for number in range(3)]
    store.open_take(lesson, name, b"init")
    for piece in pieces:
        store.put(lesson, name, piece, b"film")
    [take] = store.takes_of(lesson)
    assert store.newest_write_us(lesson) == take.last_us == name.epoch_us + 1800 * US
    store.mark_ahead(lesson, name)
    folder = store.folder_of(lesson) / str(name)
    # Kept an hour before by the wall clock, which is not the lesson's.
    os.utime(folder / INIT_NAME, (1_799_996_400, 1_799_996_400))
    os.utime(folder / pieces[-1].name, (1_799_996_455, 1_799_996_455))
    assert store.newest_write_us(lesson) == name.epoch_us + 55 * US
    assert store.takes_of(lesson) == [take]
