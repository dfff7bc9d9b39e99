"""What goes over the studio's socket besides video: each message as a class; `parse` refuses the rest."""

import json
import math
import uuid
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

from live.domain.errors import Refused
from media.api import Picture

MOST_TEXT_BYTES = 4096
MOST_VIDEO_BYTES = 4 * 2**20
"""A tenth of a second of video is some ten kilobytes; a backlog after a stall some hundred."""
MOST_FPS = 60
MOST_PAGE = 9999
MOST_RECORDINGS = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Start:
    """A studio wants to go on air: what it records, how many frames a second, and whether to replace who sends now.

    `rehearsal`: only to try; nobody sees it and nothing is kept. `now_ms`: what the page's own clock shows.
    """

    studio: uuid.UUID
    picture: Picture
    fps: int
    take_over: bool
    rehearsal: bool
    now_ms: float


@dataclass(frozen=True, kw_only=True)
class Stop:
    """A studio stops: what it has sent is kept to the last frame."""


@dataclass(frozen=True, kw_only=True)
class Recording:
    """What follows is the next recording of this page, from its first byte; it began when the page's clock said so."""

    number: int
    at_ms: float
    fps: int


@dataclass(frozen=True, kw_only=True)
class Slide:
    """A page of a deck came on with the picture sent now; page 0: the slides went off."""

    deck: uuid.UUID
    page: int


@dataclass(frozen=True, kw_only=True)
class Away:
    """The page that sends went out of sight, as of a phone that is locked, or is seen again."""

    away: bool


@dataclass(frozen=True, kw_only=True)
class Ready:
    """On air: send video. `on_air_s`: since the lesson's first picture.

    `recording`, `bytes`: which of the page's recordings is waited for to go on, and from where; 0: none is.
    """

    take: int
    recorded_s: float
    on_air_s: float
    recording: int
    bytes: int


@dataclass(frozen=True, kw_only=True)
class Got:
    """So much of a recording has come, and all of those before it."""

    recording: int
    bytes: int


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """How the transmission is. `delay_ms`: how old the newest picture was when it was stored; `disk_s`: room left."""

    delay_ms: int
    kbps: int
    dropped: float
    recorded_s: float
    segments: int
    on_air_s: float
    piece_s: float
    disk_s: int


@dataclass(frozen=True, kw_only=True)
class Stopped:
    """All that was sent is stored."""

    recorded_s: float


@dataclass(frozen=True, kw_only=True)
class No:
    """Something is refused; the socket closes after it."""

    code: str
    message: str


def parse(text: str) -> Start | Stop | Recording | Slide | Away:
    """The message that a studio sent. Raises Refused."""
    try:
        data: Any = json.loads(text) if len(text) <= MOST_TEXT_BYTES else None
    except (ValueError, RecursionError):
        data = None
    match data:
        case {"type": "stop"}:
            return Stop()
        case {"type": "start"}:
            return _start(data)
        case {"type": "recording"}:
            return _recording(data)
        case {"type": "away", "away": bool(away)}:
            return Away(away=away)
        case {"type": "slide", "deck": str(deck), "page": int(page)} if 0 <= page <= MOST_PAGE:
            with suppress(ValueError):
                return Slide(deck=uuid.UUID(deck), page=page)
    raise _malformed()


def _malformed() -> Refused:
    return Refused("malformed", _("This message cannot be read. Reload the page."))


def _is_time(value: object) -> bool:
    # No bool, which is an int; and JSON's NaN is smaller than nothing.
    return isinstance(value, int | float) and type(value) is not bool and 0 <= value < math.inf


def _recording(data: dict[str, Any]) -> Recording:
    number, at_ms, fps = data.get("number"), data.get("at_ms"), data.get("fps")
    if (
        type(number) is not int
        or not 0 < number <= MOST_RECORDINGS
        or type(fps) is not int
        or not 0 < fps <= MOST_FPS
        or not _is_time(at_ms)
    ):
        raise _malformed()
    return Recording(number=number, at_ms=float(at_ms or 0), fps=fps)


def _start(data: dict[str, Any]) -> Start:
    fps, mime, now_ms = data.get("fps"), data.get("mime"), data.get("now_ms", 0)
    take_over, rehearsal = data.get("takeOver", False), data.get("rehearsal", False)
    try:
        studio = uuid.UUID(str(data.get("studio")))
    except ValueError:
        studio = None
    if (
        studio is None
        or type(fps) is not int
        or not 0 < fps <= MOST_FPS
        or type(take_over) is not bool
        or type(rehearsal) is not bool
        or type(mime) is not str
        or not _is_time(now_ms)
    ):
        raise _malformed()
    return Start(
        studio=studio,
        picture=_picture(mime.lower()),
        fps=fps,
        take_over=take_over,
        rehearsal=rehearsal,
        now_ms=float(now_ms),
    )


def _picture(mime: str) -> Picture:
    container, _sep, codecs = mime.partition(";")
    is_h264 = "avc1" in codecs or "h264" in codecs
    if container in ("video/x-matroska", "video/webm") and (is_h264 or "vp8" in codecs):
        return Picture.MATROSKA_H264 if is_h264 else Picture.MATROSKA_VP8
    if container == "video/mp4" and is_h264:
        return Picture.MP4_H264
    raise Refused(
        "unknown-format",
        _("This browser records a format we cannot send on. Use Chrome, Edge or Safari."),
        close=4415,
    )


def written(frame: Ready | Got | Numbers | Stopped | No) -> str:
    """A message as it goes out."""
    return json.dumps({"type": type(frame).__name__.lower(), **asdict(frame)}, ensure_ascii=False)
