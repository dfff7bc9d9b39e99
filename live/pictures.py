"""Pictures made here."""

import io
from collections.abc import Sequence

import segno
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe


def qr_of(link: str) -> SafeString:
    """A link as a QR code: SVG in the text's colour, with the quiet zone that cameras need."""
    out = io.BytesIO()
    segno.make(link, error="m", micro=False).save(
        out,
        kind="svg",
        border=4,
        scale=4,
        xmldecl=False,
        svgns=False,
        dark="#000",
        light="#fff",
    )
    return mark_safe(out.getvalue().decode())  # noqa: S308 - made of modules, not of the link's text


def crowd(
    counts: Sequence[int], out: Sequence[tuple[float, float]] = (), *, label: str
) -> SafeString:
    """How many were there, a step for each figure: an area in the text's colours. A table stands beside it.

    `out`: from where to where, in steps, it is marked as a declared outage.
    """
    most = max(counts, default=0) or 1
    width = max(len(counts), 1)
    heights = [100 - 100 * count // most for count in counts]
    points = [f"{at},{high} {at + 1},{high}" for at, high in enumerate(heights)]
    return format_html(
        '<svg class="crowd" viewBox="0 0 {} 100" preserveAspectRatio="none" role="img" aria-label="{}">'
        '{}<polygon points="0,100 {} {},100"/>{}</svg>',
        width,
        label,
        _marks("crowd__out", 0, out),
        " ".join(points),
        width,
        _marks("crowd__edge", 95, out),
    )


def _marks(look: str, top: int, spans: Sequence[tuple[float, float]]) -> SafeString:
    return format_html_join(
        "",
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>',
        ((look, f"{start:.3f}", top, f"{end - start:.3f}", 100 - top) for start, end in spans),
    )
