"""HLS playlists of a lesson: what is live now, all of it so far, and the replay. RFC 8216.

Every take has an init segment of its own and begins with a discontinuity. Addresses are relative, so that the path
token in front of them is inherited and a playlist is the same for all.
"""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from live.core.tape import INIT_NAME, US, Form, Piece, Take

WINDOW_S = 60
"""Length of the live playlist: what a viewer may fall behind by before the player has to look into the whole."""
_GAP_US = 100_000


@dataclass(frozen=True, kw_only=True)
class Version:
    """One of the ways to play a lesson: bits a second at most, what a browser asks to know of it, its size."""

    form: Form
    bits: int
    codecs: str
    #: Of its picture; None where there is none.
    size: tuple[int, int] | None


def versions(found: Sequence[Version], of: str = "live.m3u8") -> str:
    """Lets a player choose by its line; the first is where it begins. `of`: the playlist that there are versions of."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    for one in found:
        told = f'BANDWIDTH={one.bits},CODECS="{one.codecs}"'
        if one.size:
            told += f",RESOLUTION={one.size[0]}x{one.size[1]}"
        lines += [f"#EXT-X-STREAM-INF:{told}", one.form.named(of)]
    return "\n".join(lines) + "\n"


def in_window(
    takes: Sequence[Take], window_s: int = WINDOW_S
) -> tuple[list[tuple[Take, Piece]], int]:
    """All pieces, and where among them the last `window_s` seconds begin."""
    parts = [(take, piece) for take in takes for piece in take.pieces]
    first, length_us = len(parts), 0
    while first and length_us < window_s * US:
        first -= 1
        length_us += parts[first][1].length_us
    return parts, first


def live(
    takes: Sequence[Take],
    *,
    ended: bool = False,
    window_s: int = WINDOW_S,
    form: Form = Form.WHOLE,
) -> str:
    """The last `window_s` seconds; with `ended`, players stop asking for more."""
    parts, first = in_window(takes, window_s)
    dropped = len(
        {take.name for take, _ in parts[:first]} - {take.name for take, _ in parts[first:]}
    )
    return _written(parts, first, discontinuities=dropped, kind="", ended=ended, form=form)


def replay(takes: Sequence[Take], *, form: Form = Form.WHOLE) -> str:
    """All that there is. Of a lesson that goes on it ends with the present: who goes back in it asks again there."""
    parts = [(take, piece) for take in takes for piece in take.pieces]
    return _written(parts, 0, discontinuities=0, kind="VOD", ended=True, form=form)


def _written(
    parts: list[tuple[Take, Piece]],
    first: int,
    *,
    discontinuities: int,
    kind: str,
    ended: bool,
    form: Form,
) -> str:
    shown = parts[first:]
    longest_us = max((piece.length_us for _, piece in shown), default=US)
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    # "rounded to the nearest integer", 4.3.3.1; and never 0.
    lines += [f"#EXT-X-TARGETDURATION:{max(1, (longest_us + US // 2) // US)}"]
    lines += [f"#EXT-X-MEDIA-SEQUENCE:{first}"]
    lines += [f"#EXT-X-DISCONTINUITY-SEQUENCE:{discontinuities}"] if discontinuities else []
    lines += [f"#EXT-X-PLAYLIST-TYPE:{kind}"] if kind else []
    lines += _lines(shown, form)
    return "\n".join([*lines, "#EXT-X-ENDLIST"] if ended else lines) + "\n"


def _lines(parts: list[tuple[Take, Piece]], form: Form) -> Iterator[str]:
    befores: list[tuple[Take, Piece] | None] = [None, *parts]
    for before, here in zip(befores, parts, strict=False):
        take, piece = here
        if before is None or before[0].name != take.name:
            if before is not None:
                yield "#EXT-X-DISCONTINUITY"
            yield f'#EXT-X-MAP:URI="{take.name}/{form.named(INIT_NAME)}"'
            yield _dated(take, piece)
        elif piece.start_us - before[1].end_us > _GAP_US:
            yield _dated(take, piece)
        yield f"#EXTINF:{piece.length_us // US}.{piece.length_us % US:06d},"
        yield f"{take.name}/{form.named(piece.name)}"


def _dated(take: Take, piece: Piece) -> str:
    at = datetime.datetime.fromtimestamp(0, tz=datetime.UTC) + datetime.timedelta(
        microseconds=take.name.epoch_us + piece.start_us
    )
    return f"#EXT-X-PROGRAM-DATE-TIME:{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
