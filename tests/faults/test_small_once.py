"""Two web processes of one machine are asked for the same small picture in the same moment: it is made once."""

import asyncio
from pathlib import Path

import pytest
from django.conf import settings as django_settings

from live.domain import small
from lms.runtime.postgres import Server
from tests.faults import processes
from tests.live.conftest import X264, made
from tests.live.domain.test_small import NOW_S, TAKE, kept, piece_of

pytestmark = pytest.mark.faults


def make(root: str, paths: list[str]) -> int:
    """What a process does that is asked for them; how often it set an encoder to work."""
    django_settings.MEDIA_ROOT = Path(root)
    converted, encoders = small._converted, []

    async def counted(data: bytes) -> tuple[bytes, bytes]:
        encoders.append(data)
        return await converted(data)

    small._converted = counted

    async def ask() -> None:
        now, past = [small.kept(path) for path in paths]
        await asyncio.gather(small.make(now), small.make_past(past, NOW_S))

    asyncio.run(ask())
    return len(encoders)


def test_two_processes_make_a_small_picture_once(
    own_database: str, postgres: Server, settings, tmp_path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    flags = "+empty_moov+default_base_moof+frag_keyframe"
    lesson, segments = kept(made(tmp_path / "a.mp4", *X264, "-c:a", "aac", "-movflags", flags))
    small.take_place(lesson, NOW_S)
    paths = [f"{lesson}/{TAKE}/{piece_of(at, segments[at - 1]).name}" for at in (1, 2)]
    started = [
        processes.start(
            postgres,
            own_database,
            "tests.faults.test_small_once:make",
            root=str(tmp_path),
            paths=paths,
        )
        for _ in range(2)
    ]
    assert sum(processes.at_once(started)) == len(paths)
    assert all(small.kept(path).exists() for path in paths)
    assert not list(small.root().rglob("*.part"))
