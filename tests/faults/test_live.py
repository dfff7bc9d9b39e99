"""A lesson goes on: every process is killed at random moments, the database is away, the disk fills up."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone

from live.consumers import rtmp as rtmp_server
from live.consumers.database import in_database
from live.core.playlist import replay
from live.core.tape import INIT_NAME, US, Piece, Take
from live.domain import keys, lessons, store
from live.models.lesson import Lesson
from lms.runtime import paths
from lms.runtime.postgres import Server
from lms.testing.plugin import Site, free_port
from media.encoder.run import ffmpeg_program
from tests.factories.live import LessonFactory
from tests.faults import processes
from tests.faults.feeds import over_rtmp, over_socket, sending

pytestmark = pytest.mark.faults
PATIENCE_S = 60
NEWEST_S = 8
"""How old the newest kept picture may be at a kill: the segment being cut, what is on its way, and a slow machine."""


@pytest.fixture
def lesson(own_database, settings, tmp_path, monkeypatch) -> Lesson:
    settings.MEDIA_ROOT = tmp_path / "uploads"
    monkeypatch.setenv("MEDIA_ROOT", str(settings.MEDIA_ROOT))
    monkeypatch.setenv("RTMP_PORT", str(free_port()))
    return LessonFactory()


def test_twenty_kills_cost_the_last_segment_each(lesson: Lesson, request) -> None:
    site: Site = request.getfixturevalue("site")
    chance = processes.seeded()
    client = Client()
    client.force_login(lesson.trainer)
    name = django_settings.SESSION_COOKIE_NAME
    socket = f"ws{site.url.removeprefix('http')}/live/studio/{lesson.pk}/socket"
    feed = over_socket(socket, f"{name}={client.cookies[name].value}", site.url)
    killed: dict[int, Kill] = {}
    with sending(feed):
        kill_often(site, lesson, "web", ["web"] * 3 + ["ffmpeg"] * 5, chance, killed)
    # The program takes over once the page has been silent.
    lessons_free = time.monotonic() + PATIENCE_S
    while time.time() - store.newest_write_us(lesson.pk) / US < store.SILENT_AFTER_S:
        assert time.monotonic() < lessons_free
        time.sleep(0.1)
    key = keys.make_key(lesson=lesson, by=lesson.trainer, at=timezone.now())[1]
    start_live_worker(site)
    with sending(over_rtmp(f"rtmp://127.0.0.1:{site.env['RTMP_PORT']}/live/{key}")):
        kill_often(site, lesson, "live", ["live"] * 4 + ["ffmpeg"] * 8, chance, killed)
    takes = store.takes_of(lesson.pk)
    assert len(killed) == 20
    for number, kill in killed.items():
        take = next(one for one in takes if one.name.number == number)
        known = len(kill.pieces)
        assert take.pieces[:known] == kill.pieces, "what was kept is kept"
        assert (kill.at_us - take.last_us) / US < NEWEST_S, f"take {number}"
    lessons.end(person=lesson.trainer, lesson=lesson, at=timezone.now())
    plays_whole(lesson, takes)


@dataclass(frozen=True)
class Kill:
    """The moment (Unix time in microseconds), and what its take had by then."""

    at_us: int
    pieces: tuple[Piece, ...]


def start_live_worker(site: Site) -> None:
    site.spawn("live", "manage.py", "live_worker")


def kill_often(
    site: Site, lesson: Lesson, host: str, whom: list[str], chance, killed: dict[int, Kill]
) -> None:
    """Kill each at a random moment of a take of its own; notes of each what was kept then."""
    chance.shuffle(whom)
    for victim in whom:
        take = new_take(lesson, max(killed, default=0))
        time.sleep(chance.random())
        take = store.takes_of(lesson.pk)[-1]
        at_us = time.time_ns() // 1000
        if victim == "ffmpeg":
            for pid in processes.children_of(site.processes[host].pid, "ffmpeg"):
                os.kill(pid, signal.SIGKILL)
        else:
            site.processes[victim].kill()
            site.processes[victim].wait()
            site.start_web() if victim == "web" else start_live_worker(site)
        killed[take.name.number] = Kill(at_us, take.pieces)


def new_take(lesson: Lesson, after: int) -> Take:
    """Wait for a take that has something, newer than the one whose process was killed."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        takes = store.takes_of(lesson.pk)
        if takes and takes[-1].name.number > after and len(takes[-1].pieces) > 1:
            return takes[-1]
        time.sleep(0.05)
    raise TimeoutError("Nobody sends any more.")


def plays_whole(lesson: Lesson, takes: list[Take]) -> None:
    """No piece is missing or damaged: numbers and times follow each other, and every frame can be decoded."""
    assert replay(takes).count("#EXT-X-MAP") == len(takes)
    for take in takes:
        assert [one.number for one in take.pieces] == list(range(1, len(take.pieces) + 1))
        for before, after in pairwise(take.pieces):
            assert abs(after.start_us - before.end_us) < 100_000
        folder = store.folder_of(lesson.pk) / str(take.name)
        names = [INIT_NAME, *(one.name for one in take.pieces)]
        film = b"".join((folder / one).read_bytes() for one in names)
        argv = [
            ffmpeg_program(),
            "-loglevel",
            "error",
            "-xerror",
            "-i",
            "pipe:0",
            "-f",
            "null",
            "-",
        ]
        decoded = subprocess.run(argv, input=film, capture_output=True, check=False)
        assert decoded.returncode == 0, decoded.stderr.decode()
        assert decoded.stderr == b""


async def test_database_away_for_a_while_stops_no_lesson(
    lesson: Lesson, own_database: str, postgres: Server, monkeypatch
) -> None:
    monkeypatch.setattr(rtmp_server, "CHECK_EVERY_S", 0.1)
    key = await in_database(
        lambda: keys.make_key(lesson=lesson, by=lesson.trainer, at=timezone.now())[1]
    )()
    server = rtmp_server.RtmpServer()
    port = await server.listen("127.0.0.1", 0)
    argv = [ffmpeg_program(), "-loglevel", "quiet", "-re", "-f", "lavfi", "-i"]
    argv += ["testsrc=size=320x180:rate=25", "-c:v", "libx264", "-preset", "ultrafast", "-g", "25"]
    argv += ["-pix_fmt", "yuv420p", "-f", "flv", f"rtmp://127.0.0.1:{port}/live/{key}"]
    publisher = await asyncio.create_subprocess_exec(*argv, stdin=asyncio.subprocess.DEVNULL)
    try:
        await recorded(lesson, 1)
        with postgres.connect() as superuser:
            superuser.execute(f'ALTER DATABASE "{own_database}" ALLOW_CONNECTIONS false')
            superuser.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                [own_database],
            )
            before = store.recorded_s(lesson.pk)
            await recorded(lesson, before + 2)
            superuser.execute(f'ALTER DATABASE "{own_database}" ALLOW_CONNECTIONS true')
        await recorded(lesson, before + 3)
    finally:
        publisher.terminate()
        await publisher.wait()
        await server.close()
    takes = store.takes_of(lesson.pk)
    assert [one.name.number for one in takes] == [1]
    await asyncio.to_thread(plays_whole, lesson, takes)


async def recorded(lesson: Lesson, seconds: float) -> None:
    """Wait until the recording has so much."""
    async with asyncio.timeout(PATIENCE_S):
        while store.recorded_s(lesson.pk) < seconds:
            await asyncio.sleep(0.05)


def test_full_disk_is_announced_said_and_keeps_what_it_has(tmp_path: Path) -> None:
    argv = [sys.executable, "-m", "tests.faults.full_recording", str(tmp_path)]
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "lms.settings.test",
        "MEDIA_ROOT": str(tmp_path / "disk"),
        "MEDIA_KEEP_FREE_BYTES": str(2 * 2**20),
    }
    done = subprocess.run(
        argv, cwd=paths.ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["warned_s"] < 30 * 60, "the studio warns below half an hour"
    assert said["refused"] == "disk-full"
    assert "磁盘满了" in said["words"]
    assert said["kept_s"] >= said["known_s"] > 1
    assert said["plays"]
    assert said["again"] == "disk-full", "nobody begins on a full disk"
    assert said["after"] > 0, "and all goes on once there is room"
