"""Signed paths: whoever holds one may fetch the files of one thing (a video, a lesson) until a moment, nothing else.

The token is part of the path, so that relative addresses in playlists inherit it, and a playlist is the same for all.
"""

import base64
import hashlib
import hmac
import re
import uuid

_SIGNATURE_BYTES = 18
_HOUR_S = 3600
_EXPIRY = re.compile(r"[0-9]{10}")
_PATH = re.compile(
    r"(?P<signature>[A-Za-z0-9_-]{24})/(?P<expiry>[0-9]{10})/(?P<asset>[0-9a-f-]{36})/(?P<file>.{1,80})"
)
VIDEO_FILES = re.compile(
    r"[0-9a-f]{12}/(?:master\.m3u8|poster\.jpg|[0-9]{2,4}p/(?:index\.m3u8|init\.mp4|[0-9]{5}\.m4s))"
)
"""All that can be asked for of a video."""


def key_from(secret: str, purpose: str = "media.hls") -> bytes:
    """The key of a purpose, made from the installation's secret."""
    return hashlib.sha256(f"{purpose}\0{secret}".encode()).digest()


def sign(key: bytes, *, asset: uuid.UUID, expiry_s: int) -> str:
    """`<signature>/<expiry>/<asset>`; the expiry in seconds of Unix time."""
    return f"{_signature(key, str(asset), str(expiry_s))}/{expiry_s}/{asset}"


def expiry_after(now_s: int, hours: int) -> int:
    """At least so many hours from now, on a full hour: everybody's links of an hour are alike, and caches hold them."""
    return (now_s // _HOUR_S + hours + 1) * _HOUR_S


def opened(
    key: bytes, path: str, *, now_s: float, files: re.Pattern[str] = VIDEO_FILES
) -> str | None:
    """`<asset>/<file>` for a path whose token is genuine and good; None for every other.

    `files` says what can be asked for at all: nothing above is reachable.
    """
    match = _PATH.fullmatch(path)
    if match is None or int(match["expiry"]) < now_s or not files.fullmatch(match["file"]):
        return None
    if not hmac.compare_digest(
        match["signature"], _signature(key, match["asset"], match["expiry"])
    ):
        return None
    return f"{match['asset']}/{match['file']}"


def leave(key: bytes, *, person: uuid.UUID, asset: uuid.UUID, expiry_s: int) -> str:
    """`<expiry>.<signature>`: says that this person was let in to this video, until then."""
    return f"{expiry_s}.{_signature(key, f'{person}/{asset}', str(expiry_s))}"


def is_leave(key: bytes, token: str, *, person: uuid.UUID, asset: uuid.UUID, now_s: float) -> bool:
    """Whether `leave` gave this token, and it is still good."""
    expiry, _, signature = token.partition(".")
    if not _EXPIRY.fullmatch(expiry) or int(expiry) < now_s or not signature.isascii():
        return False
    return hmac.compare_digest(signature, _signature(key, f"{person}/{asset}", expiry))


def _signature(key: bytes, asset: str, expiry: str) -> str:
    digest = hmac.digest(key, f"{expiry}/{asset}".encode(), "sha256")
    return base64.urlsafe_b64encode(digest[:_SIGNATURE_BYTES]).decode()
