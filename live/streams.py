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
from pathlib import Path
from typing import Any

from live.core import fmp4, playlist, sound, steady, tape
from live.core.beats import Air
from live.core.fmp4 import NotFragmentedMp4
from live.core.tape import FILES, INIT_NAME, US, Form, Piece, Take, piece_named, recorded_us
from live.domain import small, store, watching
from media.api import opened, send_file

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

FRESH_S = 0.5
_MOST_KEPT = 256
_ALL = {"live.all.m3u8": "live.m3u8", "replay.all.m3u8": "replay.m3u8"}
_PLAYLIST = b"application/vnd.apple.mpegurl"
_BRIEFLY, _NEVER = b"public, max-age=1", b"no-store"
_SMALL_BITS, _SMALL_CODECS, _SMALL_SIZE = 480_000, "avc1.42C01E,mp4a.40.2", (640, 360)
_WORTH_IT = 1.4
"""A small picture is offered where the whole one needs so many times its bits."""
_MEASURED, _MEASURED_PAST = 10, 3
_FOREVER = b"public, max-age=43200, immutable"


@dataclass(frozen=True)
class _Seen:
    """A lesson's files as they were at a moment, and playlists made of them."""

    at: float
    takes: list[Take]
    #: What the replay shows of them.
    shown: list[Take]
    ended: bool
    #: Playlists of what is on air.
    live: dict[Form, bytes]
    #: Whether there is, or could be, a small picture of it.
    small: bool
    #: Whether the page that sends is out of sight.
    away: bool
    #: When the newest picture came, in microseconds of Unix time.
    newest_us: int

    def state(self, now_s: float) -> dict[str, object]:
        if self.ended:
            name = "ended"
        elif not self.takes:
            name = "waiting"
        else:
            name = "live" if now_s - self.newest_us / US < store.SILENT_AFTER_S else "reconnecting"
        return {
            "state": name,
            "now_ms": int(now_s * 1000),
            "last_ms": self.newest_us // 1000,
            "recorded_s": recorded_us(self.takes) / US,
            "began_ms": self.takes[0].name.epoch_us // 1000 if self.takes else 0,
            "small": self.small,
            "away": self.away,
        }

    def has(self, take: str, name: str) -> bool:
        """Whether there is such a segment, or such a take's init segment."""
        return any(
            str(one.name) == take and (name == INIT_NAME or piece_named(name) in one.pieces)
            for one in self.takes
        )

    def is_new(self, take: str, name: str) -> bool:
        """Whether a segment lies where a player of the live picture may be, or is a take's init segment."""
        parts, first = playlist.in_window(self.takes, 2 * playlist.WINDOW_S)
        return any(
            str(one.name) == take and name in (piece.name, INIT_NAME)
            for one, piece in parts[first:]
        )


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
    head = scope["method"] == "HEAD"
    if file == "state.json":
        seen = await _look(uuid.UUID(lesson))
        body = json.dumps(seen.state(steady.now_us() / US)).encode()
        return await _answer(send, 200, b"application/json", _NEVER, body, head=head)
    if file.endswith(".m3u8"):
        status, body = await _playlist(uuid.UUID(lesson), file)
        return await _answer(send, status, _PLAYLIST, _BRIEFLY, body, head=head)
    form, whole = Form.of(path)
    if form is Form.SOUND:
        return await _send_sound(send, path, head=head)
    if form is Form.SMALL:
        return await _send_small(scope, send, whole)
    return await send_file(scope, send, await asyncio.to_thread(store.file_of, path))


async def _playlist(lesson: uuid.UUID, file: str) -> tuple[int, bytes]:
    """Status and text; 503 where the small picture is not to be had now."""
    seen = await _look(lesson)
    if not seen.takes:
        return 404, b""
    if of := _ALL.get(file):
        return 200, await asyncio.to_thread(_versions, lesson, seen, of)
    form, whole = Form.of(file)
    if whole.startswith("replay"):
        if form is Form.SMALL and not small.may_make():
            return 503, b""
        body = await asyncio.to_thread(lambda: playlist.replay(seen.shown, form=form).encode())
        return 200, body
    if form is Form.SMALL and not await _take_place(lesson):
        return 503, b""
    return 200, seen.live[form]


async def _take_place(lesson: uuid.UUID) -> bool:
    return await asyncio.to_thread(small.take_place, lesson, time.time())


async def _send_small(scope: Scope, send: Send, path: str) -> None:
    """A segment with the small picture, made now where nobody has asked before."""
    target = small.kept(path)
    try:
        if not target.exists():
            await _make_small(path, target)
    except small.Busy:
        # Players ask again where a server says so, and nowhere else.
        return await _answer(send, 503, b"text/plain", _NEVER, b"")
    except small.NotMade:
        return await _answer(send, 404, b"text/plain", _NEVER, b"")
    return await send_file(scope, send, target)


async def _make_small(path: str, target: Path) -> None:
    lesson, take, name = path.split("/")
    seen = await _look(uuid.UUID(lesson))
    if seen.ended or not seen.is_new(take, name):
        if not seen.has(take, name):
            raise small.NotMade
        await small.make_past(target, time.time())
        return
    if not await _take_place(uuid.UUID(lesson)):
        raise small.NotMade
    await small.make(target)


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


async def air_of(lesson: uuid.UUID) -> Air:
    """Whether and since when the lesson is being sent, by a look at its files that is at most FRESH_S old."""
    seen = await _look(lesson)
    is_on = seen.state(steady.now_us() / US)["state"] == "live"
    return Air(is_on, seen.takes[0].name.epoch_us / US if seen.takes else 0)


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
    lists = {form: playlist.live(takes, ended=ended, form=form).encode() for form in Form}
    has_small = small.may_make() if ended else small.has_place(lesson, time.time())
    return _Seen(
        at=time.monotonic(),
        takes=takes,
        shown=shown,
        ended=ended,
        live=lists,
        small=has_small and bool(takes),
        away=store.is_away(lesson),
        newest_us=store.newest_of(lesson, takes),
    )


def _versions(lesson: uuid.UUID, seen: _Seen, of: str) -> bytes:
    """How a lesson's playlist can be played: as it is first, small where that is worth it."""
    take = seen.takes[-1]
    folder = f"{lesson}/{take.name}"
    init = store.file_of(f"{folder}/{INIT_NAME}").read_bytes()
    is_live = of.startswith("live")
    # What is past may have to be fetched from afar to be measured.
    measured = take.pieces[-_MEASURED if is_live else -_MEASURED_PAST :]
    bits = max(_bits(folder, piece) for piece in measured)
    size = fmp4.size_of(init)
    found = [playlist.Version(form=Form.WHOLE, bits=bits, codecs=fmp4.codecs_of(init), size=size)]
    can_small = seen.small if is_live else small.may_make()
    if can_small and size and bits > _WORTH_IT * _SMALL_BITS:
        found.append(
            playlist.Version(
                form=Form.SMALL, bits=_SMALL_BITS, codecs=_SMALL_CODECS, size=_SMALL_SIZE
            )
        )
    return playlist.versions(found, of).encode()


def _bits(folder: str, piece: Piece) -> int:
    """What a line has to carry a second while this is played."""
    size = store.file_of(f"{folder}/{piece.name}").stat().st_size
    return size * 8 * US // max(1, piece.length_us)


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
