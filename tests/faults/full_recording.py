"""A recording on a disk that fills up: `python -m tests.faults.full_recording FOLDER`; says on one line how it went.

The disk is a tmpfs in a mount namespace of this process's own (tests.faults.small_disk).
"""

import asyncio
import contextlib
import json
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import django

from tests.faults.small_disk import HELP, mount

FILLED_TO = 64 * 1024
"""Bytes that the disk has left when it is filled: less than a second of picture."""


def main(folder: Path) -> None:
    """Make the disk and the picture, then record."""
    disk = folder / "disk"
    disk.mkdir()
    picture = _picture(folder / "picture.mkv")
    try:
        mount(disk)
    except OSError as problem:
        sys.exit(HELP.format(problem=problem))
    django.setup()
    print(json.dumps(asyncio.run(_record(disk, picture))))


async def _record(disk: Path, picture: bytes) -> dict[str, Any]:
    from django.conf import settings
    from django.utils import translation

    from live.domain import store
    from live.domain.errors import Refused
    from live.domain.ingest import begin_ingest
    from media.api import Picture

    translation.activate(settings.LANGUAGE_CODE)
    lesson, said = uuid.uuid4(), {"plays": False}
    how = {"lesson_id": lesson, "picture": Picture.MATROSKA_H264, "fps": 25}
    ingest = await begin_ingest(take=1, **how)
    half = len(picture) // 2
    for at in range(0, half, 20_000):
        await ingest.write(picture[at : at + 20_000])
    while (vitals := ingest.vitals()) is None:
        await asyncio.sleep(0.05)
    said["warned_s"] = vitals.disk_s
    _fill(disk / "ballast", FILLED_TO)
    said["known_s"] = store.recorded_s(lesson)
    with contextlib.suppress(Refused, TimeoutError):
        for at in range(half, len(picture), 20_000):
            await ingest.write(picture[at : at + 20_000])
    try:
        await ingest.finish()
    except Refused as refused:
        said |= {"refused": refused.code, "words": refused.message}
    said["kept_s"] = store.recorded_s(lesson)
    said["plays"] = _plays(store, lesson)
    try:
        await begin_ingest(take=2, **how)
    except Refused as refused:
        said["again"] = refused.code
    (disk / "ballast").unlink()
    after = await begin_ingest(take=3, **how)
    await after.write(picture)
    await after.finish()
    said["after"] = store.recorded_s(lesson) - said["kept_s"]
    return said


def _plays(store: Any, lesson: uuid.UUID) -> bool:
    film = b"".join(
        store.file_of(f"{lesson}/{take.name}/{name}").read_bytes()
        for take in store.takes_of(lesson)
        for name in ("init.mp4", *(one.name for one in take.pieces))
    )
    argv = ["ffmpeg", "-loglevel", "error", "-xerror", "-i", "pipe:0", "-f", "null", "-"]
    return subprocess.run(argv, input=film, capture_output=True, check=False).stderr == b""


def _fill(ballast: Path, left: int) -> None:
    block = b"\0" * 4096
    with ballast.open("ab", buffering=0) as file:
        with contextlib.suppress(OSError):
            while True:
                file.write(block)
        file.truncate(max(0, ballast.stat().st_size - left))


def _picture(path: Path) -> bytes:
    """8 s of picture that does not compress, as a browser records it."""
    argv = ["ffmpeg", "-loglevel", "error", "-f", "lavfi", "-i"]
    argv += ["testsrc=size=640x360:rate=25,noise=alls=60:allf=t", "-t", "8", "-c:v", "libx264"]
    argv += [
        "-preset",
        "ultrafast",
        "-g",
        "25",
        "-pix_fmt",
        "yuv420p",
        "-f",
        "matroska",
        "-live",
        "1",
    ]
    subprocess.run([*argv, str(path)], check=True)
    return path.read_bytes()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
