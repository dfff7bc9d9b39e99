"""Pictures of progress as inline SVG: ring, meter, watched bar, course cover.

Pure functions from amounts to markup. Amounts are SVG attributes, so a policy without inline styles holds; colours come
from the style sheet by class. Every picture that says something takes the sentence that says the same as its label.
Hours come in as whole hundredths, times as seconds.
"""

import hashlib
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

#: A stroke of the ring is this many hundredths of an hour; more where a requirement would not fit otherwise.
STROKE = 100
COARSE_STROKE = 500
#: An arc of more hours than this has strokes of five hours.
MOST_STROKES = 30

_CENTRE = 100.0
_INNER, _OUTER = 80.0, 95.0
_GAP_DEG = 7.0


@dataclass(frozen=True)
class Arc:
    """One requirement of a ring, in hundredths of an hour. `fresh` is the part of `counted` that moved just now."""

    required: int
    counted: int = 0
    pending: int = 0
    fresh: int = 0


@dataclass(frozen=True)
class _Stroke:
    """One stroke: all fractions of its length, from the inside; `angle` in degrees clockwise from the top."""

    angle: float
    full: float
    counted: float
    pending: float
    fresh: bool


def stroke_size(arcs: Iterable[Arc]) -> int:
    """Hundredths of an hour that one stroke stands for: 1 hour, or 5 where an arc asks for more than 30."""
    most = max((arc.required for arc in arcs), default=0)
    return COARSE_STROKE if most > MOST_STROKES * STROKE else STROKE


def _strokes(arcs: Sequence[Arc], least: int) -> Iterator[_Stroke]:
    size = stroke_size(arcs)
    counts = [math.ceil(arc.required / size) for arc in arcs]
    total = sum(counts)
    if not total:
        return
    cell = (360 - _GAP_DEG * len(arcs)) / max(total, least)
    start = _GAP_DEG / 2
    for arc, count in zip(arcs, counts, strict=True):
        for number in range(count):
            low = number * size
            full = min(size, arc.required - low)
            counted = _within(arc.counted, low, full)
            pending = _within(arc.counted + arc.pending, low, full) - counted
            fresh = counted > 0 and low + counted > arc.counted - arc.fresh
            angle = start + (number + 0.5) * cell
            yield _Stroke(angle, full / size, counted / size, pending / size, fresh)
        start += count * cell + _GAP_DEG


def _within(amount: int, low: int, most: int) -> int:
    return max(0, min(amount - low, most))


def _line(stroke: _Stroke, low: float, high: float, css: str = "") -> SafeString:
    angle = math.radians(stroke.angle)
    inner = _INNER + low * (_OUTER - _INNER)
    outer = _INNER + high * (_OUTER - _INNER)
    across, along = math.sin(angle), math.cos(angle)
    return format_html(
        '<line{} x1="{}" y1="{}" x2="{}" y2="{}"/>',
        format_html(' class="{}"', css) if css else "",
        f"{_CENTRE + inner * across:.2f}",
        f"{_CENTRE - inner * along:.2f}",
        f"{_CENTRE + outer * across:.2f}",
        f"{_CENTRE - outer * along:.2f}",
    )


def _draw(stroke: _Stroke) -> Iterator[SafeString]:
    """Owed first, what waits hollow on top of it, what counts last; a half hour fills half the stroke."""
    if stroke.counted < stroke.full:
        yield _line(stroke, 0, stroke.full)
    if stroke.pending:
        high = stroke.counted + stroke.pending
        yield _line(stroke, stroke.counted, high, "wait")
        yield _line(stroke, stroke.counted, high, "wait-in")
    if stroke.counted:
        yield _line(stroke, 0, stroke.counted, "on new" if stroke.fresh else "on")


def ring(arcs: Sequence[Arc], *, label: str, least: int = 0) -> SafeString:
    """One stroke an hour, one arc a requirement: full counted, hollow waiting, pale owed.

    A round has room for `least` strokes: where nothing is owed, the first hours begin it from the top.
    """
    lines = format_html_join(
        "", "{}", ((line,) for stroke in _strokes(arcs, least) for line in _draw(stroke))
    )
    return format_html(
        '<svg viewBox="0 0 200 200" role="img" aria-label="{}">{}</svg>', label, lines
    )


def meter(counted: int, pending: int, required: int, *, label: str, size: str = "") -> SafeString:
    """A bar of one amount; the part that waits is paler. Any unit, as long as all three share it."""
    whole = max(required, 1)
    solid = min(100.0, max(0.0, counted / whole * 100))
    hollow = min(100.0 - solid, max(0.0, pending / whole * 100))
    waits = format_html(
        '<rect class="wait" x="{}" width="{}" height="6"/>', f"{solid:.2f}", f"{hollow:.2f}"
    )
    return format_html(
        '<svg class="meter{}" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<rect width="{}" height="6"/>{}</svg>',
        f" meter--{size}" if size else "",
        label,
        f"{solid:.2f}",
        waits if hollow else "",
    )


def _number(seconds: float) -> str:
    """Seconds with at most two decimals and no trailing zeros: 640, 12.5."""
    return f"{seconds:.2f}".rstrip("0").rstrip(".")


def _rects(spans: Iterable[Sequence[float]], css: str) -> SafeString:
    return format_html_join(
        "",
        '<rect class="{}" x="{}" width="{}" height="12"/>',
        ((css, _number(low), _number(high - low)) for low, high in spans),
    )


def _posts(places: Iterable[float], css: str) -> SafeString:
    return format_html_join(
        "",
        '<line class="{}" x1="{}" x2="{}" y1="0" y2="12"/>',
        ((css, _number(place), _number(place)) for place in places),
    )


def watched_bar(
    duration: float,
    spans: Iterable[Sequence[float]],
    *,
    label: str,
    seams: Iterable[float] = (),
    head: float | None = None,
    odd: Iterable[Sequence[float]] = (),
) -> SafeString:
    """The video's true length, covered stretches filled; seams are chapters, `odd` stretches are in question."""
    return format_html(
        '<svg viewBox="0 0 {} 12" preserveAspectRatio="none" role="img" aria-label="{}">{}{}{}{}</svg>',
        _number(max(duration, 1)),
        label,
        _rects(spans, "cov"),
        _rects(odd, "odd"),
        _posts(seams, "seam"),
        _posts([] if head is None else [head], "head"),
    )


#: Printed cloth: width and height of the repeat, and the print itself.
_PRINTS: tuple[tuple[int, int, str], ...] = (
    (
        28,
        28,
        '<g fill="currentColor"><circle cx="7" cy="7" r="3.2"/><circle cx="21" cy="21" r="3.2"/>'
        '<circle cx="21" cy="7" r="1.3"/><circle cx="7" cy="21" r="1.3"/></g>',
    ),
    (
        36,
        36,
        '<g fill="none" stroke="currentColor" stroke-width="2">'
        '<path d="M18 2 34 18 18 34 2 18zM18 10l8 8-8 8-8-8z"/></g>',
    ),
    (
        40,
        40,
        '<g fill="currentColor"><path d="M6 18C6 10 11 5 18 5c0 8-5 13-12 13zM34 22c0 8-5 13-12 13 0-8 5-13 12-13z"/>'
        '<circle cx="30" cy="10" r="1.8"/><circle cx="10" cy="30" r="1.8"/></g>',
    ),
    (
        44,
        44,
        '<g fill="currentColor"><path d="M22 21c-7-5-7-14 0-19 7 5 7 14 0 19zM22 23c-7 5-7 14 0 19 7-5 7-14 0-19z'
        'M21 22c-5-7-14-7-19 0 5 7 14 7 19 0zM23 22c5-7 14-7 19 0-5 7-14 7-19 0z"/></g>',
    ),
    (
        48,
        24,
        '<g fill="none" stroke="currentColor" stroke-width="2">'
        '<circle cx="24" cy="24" r="22"/><circle cx="24" cy="24" r="15"/><circle cx="24" cy="24" r="8"/></g>',
    ),
    (
        32,
        32,
        '<g fill="none" stroke="currentColor" stroke-width="2.5" stroke-linecap="round">'
        '<path d="M4 4h8M4 10h8M20 20h8M20 26h8M20 4v8M26 4v8M4 20v8M10 20v8"/></g>',
    ),
)
_CLOTHS = 4


def cover(key: str) -> SafeString:
    """Printed cloth chosen by the course's key: the same course always wears the same, with no photograph to load."""
    digest = hashlib.sha256(key.encode()).digest()
    width, height, print_ = _PRINTS[digest[0] % len(_PRINTS)]
    cloth = digest[1] % _CLOTHS + 1
    name = f"cover-{digest.hex()[:12]}"
    return format_html(
        '<svg class="cover{}" viewBox="0 0 260 106" preserveAspectRatio="xMidYMid slice" aria-hidden="true">'
        '<pattern id="{}" width="{}" height="{}" patternUnits="userSpaceOnUse">{}</pattern>'
        '<rect width="260" height="106" fill="url(#{})"/></svg>',
        f" cover--{cloth}" if cloth > 1 else "",
        name,
        width,
        height,
        SafeString(print_),
        name,
    )
