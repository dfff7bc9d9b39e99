"""A take's encoder, where it cannot be started."""

import uuid

import pytest

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
