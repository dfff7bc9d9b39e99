"""Words and numbers of videos for templates: `{% load media %}`."""

from collections.abc import Sequence

from django import template

from media.domain.watching import clock_words

register = template.Library()


@register.filter
def milliseconds(value: int | None) -> str:
    """21:40."""
    return clock_words(value or 0)


@register.filter
def seconds(value: int | None) -> float:
    """Milliseconds as seconds."""
    return (value or 0) / 1000


@register.filter
def spans_in_seconds(spans: Sequence[Sequence[int]]) -> list[list[float]]:
    """[[from, to], ...] in milliseconds as seconds."""
    return [[start / 1000, end / 1000] for start, end in spans]
