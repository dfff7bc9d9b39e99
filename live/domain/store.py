"""Where segments are kept: MEDIA_ROOT/live/<lesson>/<take>/. The files are recording and index (live.core.tape).

A segment is on the disk, with its name, before anybody hears of it; what a crash interrupts leaves a file that is not
listed. Writing asks no database, so that a lesson goes on while PostgreSQL restarts.
"""

import datetime
import os
import shutil
import uuid
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from live.core.tape import (
    ENDED_NAME,
    INIT_NAME,
    US,
    CutName,
    Piece,
    Take,
    TakeName,
    cut_named,
    piece_named,
    recorded_us,
    take_named,
)
from live.domain import far

SILENT_AFTER_S = 5
"""After so long without a segment nobody is sending any more; segments last a second."""
_REHEARSAL_NAME = "rehearsal"
_FAR_NAME = "far"
_AWAY_NAME = "away"
_AHEAD_NAME = "ahead"
_REHEARSAL_LEFT_S = 2 * 3600


def root() -> Path:
    """The folder of all lessons."""
    return Path(settings.MEDIA_ROOT) / "live"


def folder_of(lesson_id: uuid.UUID) -> Path:
    """The folder of one lesson."""
    return root() / str(lesson_id)


def open_take(lesson_id: uuid.UUID, name: TakeName, init: bytes) -> None:
    """Keep a take's init segment; its segments may follow."""
    folder = folder_of(lesson_id) / str(name)
    folder.mkdir(parents=True)
    for parent in (folder.parent, root()):
        _sync_folder(parent)
    _write(folder / INIT_NAME, init)


def put(lesson_id: uuid.UUID, name: TakeName, piece: Piece, data: bytes) -> None:
    """Keep a segment; when this returns it survives the machine's fall. Raises OSError (a full disk)."""
    _write(folder_of(lesson_id) / str(name) / piece.name, data)


def takes_of(lesson_id: uuid.UUID) -> list[Take]:
    """The takes that have something to play, in order: of the disk, and of the far store where the disk was freed."""
    here = _here(lesson_id)
    if here and not (folder_of(lesson_id) / _FAR_NAME).exists():
        return here
    there = {take.name: take for take in far.takes_of(lesson_id)}
    return sorted((there | {take.name: take for take in here}).values(), key=lambda one: one.name)


def _here(lesson_id: uuid.UUID) -> list[Take]:
    found = []
    with suppress(FileNotFoundError), os.scandir(folder_of(lesson_id)) as entries:
        names = [name for entry in entries if (name := take_named(entry.name))]
        for name in sorted(names):
            with os.scandir(folder_of(lesson_id) / str(name)) as files:
                pieces = sorted(piece for file in files if (piece := piece_named(file.name)))
            if pieces:
                found.append(Take(name, tuple(pieces)))
    return found


def file_of(path: str) -> Path:
    """`<lesson>/<take>/<file>` on the disk; fetched where the far store alone has it. It may not exist."""
    here = root() / path
    return here if here.exists() else far.fetched(path) or here


def newest_write_us(lesson_id: uuid.UUID) -> int:
    """Unix time of the newest picture, in microseconds; 0 where there is none."""
    return newest_of(lesson_id, takes_of(lesson_id))


def newest_of(lesson_id: uuid.UUID, takes: Iterable[Take]) -> int:
    """Unix time of the newest picture of takes, in microseconds; 0 where there is none."""
    return max((_newest_us(folder_of(lesson_id), take) for take in takes), default=0)


def _newest_us(folder: Path, take: Take) -> int:
    files = (_AHEAD_NAME, INIT_NAME, take.pieces[-1].name)
    with suppress(FileNotFoundError):
        _mark, first, last = ((folder / str(take.name) / one).stat().st_mtime_ns for one in files)
        # From file to file: the wall clock may be another one than the lesson's.
        return min(take.last_us, take.name.epoch_us + (last - first) // 1000)
    return take.last_us


def mark_ahead(lesson_id: uuid.UUID, name: TakeName) -> None:
    """Note that a take has pictures from later than now: a film sent faster than it plays, a clock that jumped.

    Its pictures are then as old as their files, or a lesson would be on air for as long as they last.
    """
    _write(folder_of(lesson_id) / str(name) / _AHEAD_NAME, b"")


def is_silent(lesson_id: uuid.UUID, at: datetime.datetime) -> bool:
    """Whether nobody has sent anything for as long as ends a lesson."""
    silent_s = at.timestamp() - newest_write_us(lesson_id) / US
    return silent_s >= 60 * settings.LIVE_SILENCE_MINUTES


def recorded_s(lesson_id: uuid.UUID) -> float:
    """Seconds that the recording has."""
    return recorded_us(takes_of(lesson_id)) / US


def mark_cut(lesson_id: uuid.UUID, from_us: int, to_us: int) -> None:
    """Let the replay's playlist begin and end there, in microseconds of the recording; the newest mark holds."""
    folder = folder_of(lesson_id)
    number = max((one.number for one in _cuts(folder)), default=0) + 1
    _write(folder / CutName(number, from_us, to_us).file, b"")


def cut_of(lesson_id: uuid.UUID) -> tuple[int, int] | None:
    """From where to where the replay goes; None where it is whole."""
    newest = max(_cuts(folder_of(lesson_id)), default=None)
    return None if newest is None else (newest.from_us, newest.to_us)


def _cuts(folder: Path) -> list[CutName]:
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        return [name for entry in entries if (name := cut_named(entry.name))]
    return []


def mark_away(lesson_id: uuid.UUID, *, is_away: bool) -> None:
    """Let who watches know that the page that sends is out of sight, or is back.

    What this cannot keep, on a disk that is full, is said less well and nothing else.
    """
    mark = folder_of(lesson_id) / _AWAY_NAME
    with suppress(OSError):
        if is_away:
            # A page may go before its first picture has come.
            mark.parent.mkdir(parents=True, exist_ok=True)
            mark.touch()
        else:
            mark.unlink(missing_ok=True)


def is_away(lesson_id: uuid.UUID) -> bool:
    """Whether it was marked, and nobody has come back since."""
    return (folder_of(lesson_id) / _AWAY_NAME).exists()


def mark_ended(lesson_id: uuid.UUID) -> None:
    """Let players of the live picture know that nothing more comes."""
    folder = folder_of(lesson_id)
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / ENDED_NAME, b"")


def is_ended(lesson_id: uuid.UUID) -> bool:
    """Whether it was marked."""
    return (folder_of(lesson_id) / ENDED_NAME).exists()


def ended_at_s(lesson_id: uuid.UUID) -> float | None:
    """Unix time at which it was marked; None where it was not."""
    with suppress(FileNotFoundError):
        return (folder_of(lesson_id) / ENDED_NAME).stat().st_mtime
    return None


def mark_far(lesson_id: uuid.UUID) -> None:
    """From now on the far store is asked too: the disk is being freed."""
    _write(folder_of(lesson_id) / _FAR_NAME, b"")


def is_rehearsal(lesson_id: uuid.UUID) -> bool:
    """Whether it is nothing to keep."""
    return (folder_of(lesson_id) / _REHEARSAL_NAME).exists()


def mark_rehearsal(rehearsal_id: uuid.UUID) -> None:
    """Make the folder of a rehearsal, known as one even when nobody is left to throw it away."""
    folder = folder_of(rehearsal_id)
    folder.mkdir(parents=True)
    _write(folder / _REHEARSAL_NAME, b"")


def discard(rehearsal_id: uuid.UUID) -> None:
    """Throw a rehearsal away; a lesson's recording is never taken for one."""
    if (folder_of(rehearsal_id) / _REHEARSAL_NAME).exists():
        shutil.rmtree(folder_of(rehearsal_id), ignore_errors=True)


def discard_left(at: datetime.datetime) -> None:
    """Throw away rehearsals whose process is gone: none lasts as long as that."""
    for mark in root().glob(f"*/{_REHEARSAL_NAME}"):
        if at.timestamp() - mark.stat().st_mtime > _REHEARSAL_LEFT_S:
            discard(uuid.UUID(mark.parent.name))


def _write(path: Path, data: bytes) -> None:
    part = path.with_name(f"{path.name}.part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)
    _sync_folder(path.parent)


def _sync_folder(path: Path) -> None:
    """Names are kept by the folder: it has to reach the disk as well."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
