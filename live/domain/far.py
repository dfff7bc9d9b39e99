"""Recordings in an object store, under the names they have on the disk. Any of Django's storages, called "live".

The disk comes first: a segment is there before anybody hears of it, and stays until the far store has it, whole. So a
store that is away stops no lesson. What is far only is listed there, since names are the index (live.core.tape).
"""

import logging
import os
import time
import uuid
from contextlib import suppress
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.files import File
from django.core.files.storage import Storage, storages

from live.core.tape import Take, piece_named, take_named

log = logging.getLogger(__name__)

AWAY = (OSError, BotoCoreError, ClientError)
"""What a store says that cannot be reached or does not want to."""
FRESH_S = 60
"""A listing is believed for so long; what is far only changes no more."""
_MOST_KEPT = 256
_listed: dict[uuid.UUID, tuple[float, list[Take]]] = {}


def store() -> Storage | None:
    """The far store; None where there is none."""
    return storages["live"] if "live" in settings.STORAGES else None


def takes_of(lesson_id: uuid.UUID) -> list[Take]:
    """The takes that the far store has, in order; what was known last where it is away."""
    far = store()
    if far is None:
        return []
    at, takes = _listed.get(lesson_id, (0.0, []))
    if at and time.monotonic() - at < FRESH_S:
        return takes
    try:
        takes = _list(far, lesson_id)
    except AWAY as problem:
        log.warning("The far store cannot list %s: %s", lesson_id, problem)
    if len(_listed) >= _MOST_KEPT:
        _listed.pop(next(iter(_listed)))
    _listed[lesson_id] = time.monotonic(), takes
    return takes


def names_of(lesson_id: uuid.UUID) -> set[str]:
    """`<take>/<file>` of all that the far store has of a lesson. Raises one of AWAY."""
    far = store()
    if far is None:
        return set()
    folders, _ = far.listdir(str(lesson_id))
    takes = [one for one in folders if take_named(one)]
    return {f"{take}/{name}" for take in takes for name in far.listdir(f"{lesson_id}/{take}")[1]}


def put(path: Path, name: str) -> None:
    """Send a file; when this returns, the store has said that it has as many bytes. Raises one of AWAY."""
    far = store()
    if far is None:
        return
    with path.open("rb") as file:
        far.save(name, File(file))
    if far.size(name) != path.stat().st_size:
        raise OSError(f"The far store has another length of {name}.")


def holds(path: Path, name: str) -> bool:
    """Whether the far store has this file in its whole length. Raises one of AWAY."""
    far = store()
    return far is not None and far.exists(name) and far.size(name) == path.stat().st_size


def fetched(name: str) -> Path | None:
    """A file of the far store on our disk, where it stays for a while: an hour's viewers ask for the same ones."""
    far, path = store(), cache() / name
    if far is None or path.exists():
        return path if far else None
    try:
        with far.open(name) as file:
            data = file.read()
    except AWAY as problem:
        log.warning("The far store cannot give %s: %s", name, problem)
        return None
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{uuid.uuid4().hex}.part")
    part.write_bytes(data)
    part.rename(path)
    return path


def forget_fetched(before_s: float) -> None:
    """Remove what was fetched before a moment (Unix time)."""
    for folder, _, files in os.walk(cache(), topdown=False):
        for name in files:
            path = Path(folder, name)
            if path.stat().st_mtime < before_s:
                path.unlink()
        with suppress(OSError):
            Path(folder).rmdir()


def cache() -> Path:
    """Where fetched files lie."""
    return Path(settings.MEDIA_ROOT) / "live-fetched"


def _list(far: Storage, lesson_id: uuid.UUID) -> list[Take]:
    folders, _ = far.listdir(str(lesson_id))
    found = []
    for take in sorted(name for one in folders if (name := take_named(one))):
        _, files = far.listdir(f"{lesson_id}/{take}")
        pieces = sorted(piece for one in files if (piece := piece_named(one)))
        if pieces:
            found.append(Take(take, tuple(pieces)))
    return found
