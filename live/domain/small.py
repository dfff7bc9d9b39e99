"""The small picture for bad lines: made of a segment when somebody asks for it, and kept for who asks next.

A segment becomes one that begins and ends with it, so that players change between the two at any. Nothing is made that
nobody watches, nothing is part of the recording: MEDIA_ROOT/live-small/<lesson>/ can go at any time. The folder is also
the lesson's place among the few that this machine makes small pictures of what is on air for: whoever asks keeps it,
for KEEP_S. What is past (who looks back, the replay) needs no place and has to wait its turn: one segment at a time on
the whole machine, then a rest, so that it has a share of a core at most and less while a lesson on air has a small
picture. All of it is on the disk, so that the processes of a machine share places, turns and pictures, and one that is
killed leaves nothing.
"""

import asyncio
import datetime
import fcntl
import os
import resource
import shutil
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from weakref import WeakValueDictionary

from django.conf import settings

from live.core import fmp4
from live.core.tape import INIT_NAME
from live.domain import store
from media.api import free_bytes, small_command

KEEP_S = 20
"""A lesson keeps its place for so long after somebody asked: longer than a player's longest wait."""
FORGET_S = 24 * 3600
"""Small pictures are kept for so long after somebody asked for one of the lesson's."""
MOST_WAITING = 6
"""So many segments of the past may wait for their turn in a process: a player gives up after ten seconds."""
SHARE, SHARE_BESIDE = 0.5, 0.25
"""Of a core, for what is past; beside a lesson on air that has a small picture."""
_MAKE_WITHIN_S = 20
_ASKED_NAME, _LOOKED_NAME = "asked", "looked"
_TURN_NAME = "past"

_NOTE_EVERY_S = 5
MOST_REST_S = 3.0

_noted: dict[tuple[uuid.UUID, str], float] = {}
"""When this process last noted that a lesson was asked for: not with every viewer's every second."""
_gates: WeakValueDictionary[Path, asyncio.Lock] = WeakValueDictionary()
"""Before a file that processes lock: else each who waits for it would keep a thread from all others."""
_waiting: set[Path] = set()
_making: dict[Path, "asyncio.Task[None]"] = {}


class NotMade(Exception):
    """There is no small picture of this, and none can be made."""


class Busy(NotMade):
    """Too many wait for theirs: it may be made a little later."""


def root() -> Path:
    """The folder of all that is made here."""
    return Path(settings.MEDIA_ROOT) / "live-small"


def may_make() -> bool:
    """Whether this machine makes small pictures: also of what is past."""
    return settings.LIVE_SMALL_LESSONS > 0 and free_bytes() >= settings.MEDIA_KEEP_FREE_BYTES


def has_place(lesson_id: uuid.UUID, at_s: float) -> bool:
    """Whether a lesson has or could have a place, at a Unix time."""
    if not may_make():
        return False
    others = _asked_since(at_s - KEEP_S) - {str(lesson_id)}
    return len(others) < settings.LIVE_SMALL_LESSONS


def take_place(lesson_id: uuid.UUID, at_s: float) -> bool:
    """Give a lesson a place or let it keep its own; False where all are taken, or the disk is full."""
    if _is_noted(lesson_id, _ASKED_NAME, at_s):
        return True
    root().mkdir(parents=True, exist_ok=True)
    lock = _locked(root())
    try:
        if not has_place(lesson_id, at_s):
            return False
        _note(lesson_id, _ASKED_NAME, at_s)
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
    await _once(target, past=False)


async def make_past(target: Path, at_s: float) -> None:
    """Make what `kept` has named of what is not on air any more, in its turn. Raises NotMade, Busy."""
    if not may_make():
        raise NotMade
    lesson_id = uuid.UUID(target.parts[-3])
    if not _is_noted(lesson_id, _LOOKED_NAME, at_s):
        await asyncio.to_thread(_note, lesson_id, _LOOKED_NAME, at_s)
    if target not in _making and len(_waiting) >= MOST_WAITING:
        raise Busy
    _waiting.add(target)
    try:
        await _once(target, past=True)
    finally:
        _waiting.discard(target)


async def _once(target: Path, *, past: bool) -> None:
    if target not in _making:
        _making[target] = asyncio.create_task(_make(target, past=past))
        _making[target].add_done_callback(lambda _: _making.pop(target, None))
    await asyncio.shield(_making[target])


async def _make(target: Path, *, past: bool) -> None:
    lesson, take, name = target.parts[-3:]
    folder = root() / lesson
    try:
        async with _turn(root() / _TURN_NAME if past else folder) as turn:
            if target.exists():
                return
            if past:
                await asyncio.sleep(_rest_s(turn))
            if name == INIT_NAME:
                name = await asyncio.to_thread(_one_of, uuid.UUID(lesson), take, past=past)
            init, media = await asyncio.to_thread(_whole, f"{lesson}/{take}", name)
            before_s = _encoders_s()
            try:
                made = await _converted(init + media)
            finally:
                if past:
                    _rest(turn, _encoders_s() - before_s)
            await asyncio.to_thread(_keep, folder / take, name, made)
    except (OSError, fmp4.NotFragmentedMp4) as error:
        raise NotMade from error


@asynccontextmanager
async def _turn(folder: Path) -> AsyncIterator[int]:
    """Wait until nobody else on this machine is at it in a folder; the file that says so."""
    async with _gates.setdefault(folder, asyncio.Lock()):
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
        lock = await asyncio.to_thread(_locked, folder)
        try:
            yield lock
        finally:
            os.close(lock)


def _encoders_s() -> float:
    """Processor time that our encoders have used so far, of those that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _rest(turn: int, spent_s: float) -> None:
    """Note until when nothing of the past is made, whichever process has the next turn."""
    at_s = time.time()
    share = SHARE_BESIDE if _asked_since(at_s - KEEP_S) else SHARE
    until_s = at_s + spent_s * (1 / share - 1)
    os.utime(turn, (until_s, until_s))


def _rest_s(turn: int) -> float:
    """Seconds until then; not long, though the clock was stepped or an encoder of a whole lesson ended meanwhile."""
    return min(max(0.0, os.fstat(turn).st_mtime - time.time()), MOST_REST_S)


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
    """Throw away what nobody has asked for any more, then what was asked for longest ago until the rest has room."""
    last = {folder: _last_asked(folder) for folder in root().glob("*-*")}
    used = 0
    for folder in sorted(last, key=lambda one: -last[one]):
        used += sum(file.stat().st_size for file in folder.glob("*/*"))
        if at.timestamp() - last[folder] > FORGET_S or used > settings.LIVE_SMALL_BYTES:
            shutil.rmtree(folder, ignore_errors=True)
            for noted in [one for one in _noted if str(one[0]) == folder.name]:
                del _noted[noted]


def _last_asked(folder: Path) -> float:
    """Unix time at which somebody asked for a small picture of a lesson's."""
    marks = (folder / name for name in (_ASKED_NAME, _LOOKED_NAME))
    return max((mark.stat().st_mtime for mark in marks if mark.exists()), default=0)


def _is_noted(lesson_id: uuid.UUID, name: str, at_s: float) -> bool:
    return 0 <= at_s - _noted.get((lesson_id, name), 0) < _NOTE_EVERY_S


def _note(lesson_id: uuid.UUID, name: str, at_s: float) -> None:
    mark = root() / str(lesson_id) / name
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.touch()
    os.utime(mark, (at_s, at_s))
    _noted[lesson_id, name] = at_s


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


def _one_of(lesson_id: uuid.UUID, take: str, *, past: bool) -> str:
    """A segment to make a take's init segment of: one that is likely to be asked for next."""
    for one in store.takes_of(lesson_id):
        if str(one.name) == take:
            return one.pieces[0 if past else -1].name
    raise NotMade


def _whole(take: str, name: str) -> tuple[bytes, bytes]:
    init = store.file_of(f"{take}/{INIT_NAME}").read_bytes()
    return init, store.file_of(f"{take}/{name}").read_bytes()


def _keep(folder: Path, name: str, files: tuple[bytes, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for file, data in zip((INIT_NAME, name), files, strict=True):
        # A name of its own: what is on air and what is past are made in turns of their own, each with the init segment.
        part = folder / f"{file}.{uuid.uuid4().hex}.part"
        part.write_bytes(data)
        part.rename(folder / file)
