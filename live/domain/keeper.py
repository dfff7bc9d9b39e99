"""Brings recordings from the disk to the far store, and gives the disk free once they are safe there."""

import logging
import shutil
import uuid
from pathlib import Path

from django.conf import settings

from live.core.tape import INIT_NAME, piece_named, take_named
from live.domain import far, store

log = logging.getLogger(__name__)

_there: dict[uuid.UUID, set[str]] = {}
"""What the far store is known to have, as `<take>/<file>`: listed once, then noted. Losing it costs a listing."""


def bring_and_free(at_s: float) -> int:
    """One round at a Unix time: how many files were brought. Raises one of far.AWAY; the next round goes on there."""
    if far.store() is None or not store.root().exists():
        return 0
    brought = 0
    for folder in sorted(store.root().iterdir()):
        lesson_id = _lesson_of(folder)
        if lesson_id is None or store.is_rehearsal(lesson_id):
            continue
        brought += _bring(lesson_id, folder)
        if _is_due(lesson_id, at_s):
            _free(lesson_id, folder)
    far.forget_fetched(at_s - settings.LIVE_LOCAL_HOURS * 3600)
    return brought


def _lesson_of(folder: Path) -> uuid.UUID | None:
    try:
        return uuid.UUID(folder.name)
    except ValueError:
        return None


def _bring(lesson_id: uuid.UUID, folder: Path) -> int:
    files = _files(folder)
    if not files:
        return 0
    if lesson_id not in _there:
        _there[lesson_id] = far.names_of(lesson_id)
    there, brought = _there[lesson_id], 0
    for path in files:
        name = f"{path.parent.name}/{path.name}"
        if name not in there:
            far.put(path, f"{lesson_id}/{name}")
            there.add(name)
            brought += 1
    return brought


def _is_due(lesson_id: uuid.UUID, at_s: float) -> bool:
    ended_s = store.ended_at_s(lesson_id)
    return ended_s is not None and at_s - ended_s >= settings.LIVE_LOCAL_HOURS * 3600


def _free(lesson_id: uuid.UUID, folder: Path) -> None:
    """Remove takes from the disk. The store is asked about every file: what was noted is not enough to delete by."""
    files = _files(folder)
    if not files:
        return
    lacking = [
        path for path in files if not far.holds(path, f"{lesson_id}/{path.parent.name}/{path.name}")
    ]
    if lacking:
        log.warning("%s files of %s are not far; bringing them again", len(lacking), lesson_id)
        _there.pop(lesson_id, None)
        for path in lacking:
            far.put(path, f"{lesson_id}/{path.parent.name}/{path.name}")
        return
    # From here on players ask the far store too; then nobody misses what goes.
    store.mark_far(lesson_id)
    for take in {path.parent for path in files}:
        shutil.rmtree(take)
    _there.pop(lesson_id, None)


def _files(folder: Path) -> list[Path]:
    """Init segments and pieces of a lesson that are whole, in the order in which they are played."""
    takes = sorted(one for one in folder.iterdir() if take_named(one.name))
    return [
        path
        for take in takes
        for path in sorted(take.iterdir(), key=lambda one: (one.name != INIT_NAME, one.name))
        if path.name == INIT_NAME or piece_named(path.name)
    ]
