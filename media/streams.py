"""Playlists, segments and posters for whoever holds a signed address: an ASGI application beside Django.

Segments carry their build in the address and never change, so everything may be kept for as long as it is good.
With MEDIA_ACCEL set the answer names the file and nginx sends it.
"""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

from django.conf import settings

from media.core import tokens
from media.domain import files, playback

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

_TYPES = {
    ".m3u8": b"application/vnd.apple.mpegurl",
    ".m4s": b"video/iso.segment",
    ".mp4": b"video/mp4",
    ".jpg": b"image/jpeg",
    ".webp": b"image/webp",
}
_CACHE = b"public, max-age=43200, immutable"
_RANGE = re.compile(rb"bytes=(\d{0,15})-(\d{0,15})")


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve one file of one video."""
    if scope["method"] not in ("GET", "HEAD"):
        return await _answer(send, 405, [(b"allow", b"GET, HEAD")])
    path = tokens.opened(
        playback.key(), scope["path"].removeprefix(playback.PREFIX), now_s=time.time()
    )
    if path is None:
        return await _answer(send, 403, [])
    if settings.MEDIA_ACCEL:
        target = f"{settings.MEDIA_ACCEL.rstrip('/')}/{path}".encode()
        return await _answer(send, 200, [*_headers(path), (b"x-accel-redirect", target)])
    return await send_file(scope, send, files.root() / path)


async def send_file(scope: Scope, send: Send, path: Path) -> None:
    """Answer with a file that never changes, or the range of it that was asked for; 404 where there is none."""
    wanted = next((value for name, value in scope["headers"] if name == b"range"), None)
    try:
        status, more, body = await asyncio.to_thread(_read, path, wanted)
    except OSError:
        return await _answer(send, 404, [])
    headers = [*_headers(path.name), *more]
    return await _answer(send, status, headers, body, head=scope["method"] == "HEAD")


def _headers(name: str) -> Headers:
    return [
        (b"content-type", _TYPES[Path(name).suffix]),
        (b"cache-control", _CACHE),
        (b"x-content-type-options", b"nosniff"),
    ]


def _read(path: Path, wanted: bytes | None) -> tuple[int, Headers, bytes]:
    """Status, headers and bytes. Files are segments of some seconds: they are sent in one piece."""
    size = path.stat().st_size
    accepts = (b"accept-ranges", b"bytes")
    span = None if wanted is None else _span(wanted, size)
    if span is None:
        return 200, [accepts], path.read_bytes()
    start, end = span
    if start >= end:
        return 416, [(b"content-range", f"bytes */{size}".encode())], b""
    with path.open("rb") as file:
        file.seek(start)
        body = file.read(end - start)
    return 206, [accepts, (b"content-range", f"bytes {start}-{end - 1}/{size}".encode())], body


def _span(wanted: bytes, size: int) -> tuple[int, int] | None:
    """[from, to) of a range; None where it is none that we know: then the whole is sent."""
    match = _RANGE.fullmatch(wanted)
    if match is None or match[0] == b"bytes=-":
        return None
    first, last = match[1], match[2]
    if not first:
        return max(0, size - int(last)), size
    return int(first), min(size, int(last) + 1) if last else size


async def _answer(
    send: Send, status: int, headers: Headers, body: bytes = b"", *, head: bool = False
) -> None:
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": b"" if head else body})
