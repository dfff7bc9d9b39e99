"""The small picture for bad lines: made of a segment when somebody asks for it, kept while the lesson is on air.

A segment becomes one that begins and ends with it, so that players change between the two at any. Nothing is made that
nobody watches, nothing is part of the recording: MEDIA_ROOT/live-small/<lesson>/ can go at any time. The folder is also
the lesson's place among the few that this machine makes small pictures for: whoever asks keeps it, for KEEP_S. All of
it is on the disk, so that the processes of a machine share places and pictures, and one that is killed leaves nothing.
"""

import asyncio
import datetime
import fcntl
import os
import shutil
import uuid
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from live.core import fmp4
from live.core.tape import INIT_NAME
from live.domain import store
from media.api import free_bytes, small_command

KEEP_S = 20
"""A lesson keeps its place for so long after somebody asked: longer than a player's longest wait."""
FORGET_S = 600
_MAKE_WITHIN_S = 20
_ASKED_NAME = "asked"

_NOTE_EVERY_S = 5

_noted: dict[uuid.UUID, float] = {}
"""When this process last noted that a lesson was asked for: not with every viewer's every second."""
_making: dict[Path, "asyncio.Task[None]"] = {}


class NotMade(Exception):
    """There is no small picture of this, and none can be made."""


def root() -> Path:
    """The folder of all that is made here."""
    return Path(settings.MEDIA_ROOT) / "live-small"


def has_place(lesson_id: uuid.UUID, at_s: float) -> bool:
    """Whether a lesson has or could have a place, at a Unix time."""
    if free_bytes() < settings.MEDIA_KEEP_FREE_BYTES:
        return False
    others = _asked_since(at_s - KEEP_S) - {str(lesson_id)}
    return len(others) < settings.LIVE_SMALL_LESSONS


def take_place(lesson_id: uuid.UUID, at_s: float) -> bool:
    """Give a lesson a place or let it keep its own; False where all are taken, or the disk is full."""
    if 0 <= at_s - _noted.get(lesson_id, 0) < _NOTE_EVERY_S:
        return True
    root().mkdir(parents=True, exist_ok=True)
    lock = _locked(root())
    try:
        if not has_place(lesson_id, at_s):
            return False
        asked = root() / str(lesson_id) / _ASKED_NAME
        asked.parent.mkdir(exist_ok=True)
        asked.touch()
        os.utime(asked, (at_s, at_s))
        _noted[lesson_id] = at_s
    finally:
        os.close(lock)
    return True


def kept(path: str) -> Path:
    """Where the small picture of `<lesson>/<take>/<file>` is; it may not be there."""
    return root() / path


async def make(target: Path) -> None:
    """Make what `kept` has named, of a lesson that has a place. Raises NotMade.

    One segment of a lesson is made at a time, and once, however many ask.
    """
    if target not in _making:
        _making[target] = asyncio.create_task(_make(target))
        _making[target].add_done_callback(lambda _: _making.pop(target, None))
    await asyncio.shield(_making[target])


async def _make(target: Path) -> None:
    lesson, take, name = target.parts[-3:]
    folder = root() / lesson
    lock = await asyncio.to_thread(_locked, folder)
    try:
        if target.exists():
            return
        if name == INIT_NAME:
            name = await asyncio.to_thread(_newest_of, uuid.UUID(lesson), take)
        init, media = await asyncio.to_thread(_whole, f"{lesson}/{take}", name)
        await asyncio.to_thread(_keep, folder / take, name, await _converted(init + media))
    except (OSError, fmp4.NotFragmentedMp4) as error:
        raise NotMade from error
    finally:
        os.close(lock)


async def _converted(data: bytes) -> tuple[bytes, bytes]:
    """Init segment and segment with the small picture. Raises NotMade."""
    process = await asyncio.create_subprocess_exec(
        *small_command(),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        written, _ = await asyncio.wait_for(process.communicate(data), _MAKE_WITHIN_S)
    except TimeoutError:
        raise NotMade from None
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    splitter = fmp4.Splitter()
    match [*splitter.feed(written), *splitter.finish()]:
        case [fmp4.Init(data=init), fmp4.Segment(data=media)] if process.returncode == 0:
            return init, media
    raise NotMade


def forget(at: datetime.datetime) -> None:
    """Throw away what nobody has asked for any more."""
    for asked in root().glob(f"*/{_ASKED_NAME}"):
        if at.timestamp() - asked.stat().st_mtime > FORGET_S:
            shutil.rmtree(asked.parent, ignore_errors=True)


def _asked_since(at_s: float) -> set[str]:
    return {
        asked.parent.name
        for asked in root().glob(f"*/{_ASKED_NAME}")
        if asked.stat().st_mtime >= at_s
    }


def _locked(folder: Path) -> int:
    """Wait until nobody else is at it in a folder; closing the descriptor lets the next one in."""
    descriptor = os.open(folder / "lock", os.O_CREAT | os.O_RDWR, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    return descriptor


def _newest_of(lesson_id: uuid.UUID, take: str) -> str:
    """A segment to make a take's init segment of: one that is likely to be asked for next."""
    for one in store.takes_of(lesson_id):
        if str(one.name) == take:
            return one.pieces[-1].name
    raise NotMade


def _whole(take: str, name: str) -> tuple[bytes, bytes]:
    init = store.file_of(f"{take}/{INIT_NAME}").read_bytes()
    return init, store.file_of(f"{take}/{name}").read_bytes()


def _keep(folder: Path, name: str, files: tuple[bytes, bytes]) -> None:
    folder.mkdir(exist_ok=True)
    for file, data in zip((INIT_NAME, name), files, strict=True):
        part = folder / f"{file}.part"
        part.write_bytes(data)
        part.rename(folder / file)
