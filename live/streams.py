"""Playlists, segments and the state of lessons for whoever holds a signed address: an ASGI application beside Django.

No query: the segments' names are the index. A playlist is written at most every half second, however many ask.
"""

import asyncio
import json
import time
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from live.core import playlist, sound, steady, tape
from live.core.fmp4 import NotFragmentedMp4
from live.core.tape import FILES, INIT_NAME, US, Take, recorded_us
from live.domain import store, watching
from media.api import opened, send_file

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

FRESH_S = 0.5
_MOST_KEPT = 256
_PLAYLIST = b"application/vnd.apple.mpegurl"
_BRIEFLY, _NEVER = b"public, max-age=1", b"no-store"
_FOREVER = b"public, max-age=43200, immutable"


@dataclass(frozen=True)
class _Seen:
    """A lesson's files as they were at a moment, and playlists made of them."""

    at: float
    takes: list[Take]
    #: What the replay shows of them.
    shown: list[Take]
    ended: bool
    live: bytes
    live_sound: bytes

    def state(self, now_s: float) -> dict[str, object]:
        last_s = self.takes[-1].last_us / US if self.takes else 0
        if self.ended:
            name = "ended"
        elif not self.takes:
            name = "waiting"
        else:
            name = "live" if now_s - last_s < store.SILENT_AFTER_S else "reconnecting"
        return {
            "state": name,
            "now_ms": int(now_s * 1000),
            "last_ms": int(last_s * 1000),
            "recorded_s": recorded_us(self.takes) / US,
        }


_seen: dict[uuid.UUID, _Seen] = {}
_looking: dict[uuid.UUID, "asyncio.Task[_Seen]"] = {}


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve one file of one lesson."""
    if scope["method"] not in ("GET", "HEAD"):
        return await _answer(send, 405, b"text/plain", _NEVER, b"")
    now_s = time.time()
    path = opened(
        watching.key(), scope["path"].removeprefix(watching.PREFIX), now_s=now_s, files=FILES
    )
    if path is None:
        return await _answer(send, 403, b"text/plain", _NEVER, b"")
    lesson, _, file = path.partition("/")
    if ".a.m" in file and "/" in file:
        return await _send_sound(send, path, head=scope["method"] == "HEAD")
    if "/" in file:
        return await send_file(scope, send, await asyncio.to_thread(store.file_of, path))
    seen = await _look(uuid.UUID(lesson))
    head = scope["method"] == "HEAD"
    if file == "state.json":
        body = json.dumps(seen.state(steady.now_us() / US)).encode()
        return await _answer(send, 200, b"application/json", _NEVER, body, head=head)
    if not seen.takes:
        return await _answer(send, 404, b"text/plain", _NEVER, b"")
    if file.startswith("live."):
        body = seen.live_sound if ".a." in file else seen.live
        return await _answer(send, 200, _PLAYLIST, _BRIEFLY, body, head=head)
    body = await asyncio.to_thread(
        lambda: playlist.replay(seen.shown, sound=".a." in file).encode()
    )
    return await _answer(send, 200, _PLAYLIST, _BRIEFLY, body, head=head)


async def _send_sound(send: Send, path: str, *, head: bool) -> None:
    """A segment's sound, taken out of it now: a hundredth of what sending the whole would cost the line."""
    try:
        body = await asyncio.to_thread(_sound_of, path)
    except (OSError, NotFragmentedMp4):
        return await _answer(send, 404, b"text/plain", _NEVER, b"")
    return await _answer(send, 200, b"audio/mp4", _FOREVER, body, head=head)


@lru_cache(maxsize=_MOST_KEPT)
def _sound_of(path: str) -> bytes:
    whole = path.replace(".a.m", ".m")
    take, _, name = whole.rpartition("/")
    init, track = sound.init_of(store.file_of(f"{take}/{INIT_NAME}").read_bytes())
    if name == INIT_NAME:
        return init
    return sound.segment_of(store.file_of(whole).read_bytes(), track)


async def on_air(lesson: uuid.UUID) -> bool:
    """Whether the lesson is being sent now, by a look at its files that is at most FRESH_S old."""
    return (await _look(lesson)).state(steady.now_us() / US)["state"] == "live"


async def _look(lesson: uuid.UUID) -> _Seen:
    """The lesson's files, at most FRESH_S old; who asks meanwhile waits for the same look."""
    found = _seen.get(lesson)
    if found is not None and time.monotonic() - found.at < FRESH_S:
        return found
    if lesson not in _looking:
        _looking[lesson] = asyncio.create_task(asyncio.to_thread(_read, lesson))
        _looking[lesson].add_done_callback(lambda _: _looking.pop(lesson, None))
    seen = await asyncio.shield(_looking[lesson])
    if len(_seen) >= _MOST_KEPT and lesson not in _seen:
        _seen.pop(next(iter(_seen)))
    _seen[lesson] = seen
    return seen


def _read(lesson: uuid.UUID) -> _Seen:
    takes, ended = store.takes_of(lesson), store.is_ended(lesson)
    shown = tape.cut_out(takes, store.cut_of(lesson) if ended else None)[0]
    lists = [playlist.live(takes, ended=ended, sound=alone).encode() for alone in (False, True)]
    return _Seen(time.monotonic(), takes, shown, ended, *lists)


async def _answer(
    send: Send, status: int, kind: bytes, cache: bytes, body: bytes, *, head: bool = False
) -> None:
    headers = [
        (b"content-type", kind),
        (b"cache-control", cache),
        (b"x-content-type-options", b"nosniff"),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head else body})
