"""A take's encoder, where it cannot be started."""

import uuid

import pytest

from live.domain import ingest
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
    with pytest.raises(Refused):
        await running.finish()
    after = await ingest.begin_ingest(**take)
    with pytest.raises(Refused):
        await after.finish()
