"""Numbers and moments of lessons for templates: `{% load live %}`."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django import template

from live import wording

register = template.Library()


@register.filter
def microseconds(value: int | None) -> float:
    """Microseconds as seconds."""
    return (value or 0) / 1_000_000


@register.filter
def spans_of_microseconds(spans: Sequence[Sequence[int]]) -> list[list[float]]:
    """[[from, to], ...] in microseconds as seconds."""
    return [[start / 1_000_000, end / 1_000_000] for start, end in spans]


@register.filter
def kept_seconds(value: str | int | None) -> float:
    """A moment or length as evidence keeps it, seconds as text or whole milliseconds, as seconds."""
    return float(Decimal(value)) if isinstance(value, str) else (value or 0) / 1000


@register.filter
def kept_spans(spans: Sequence[Sequence[str | int]]) -> list[list[float]]:
    """Stretches as evidence keeps them, in seconds."""
    return [[kept_seconds(start), kept_seconds(end)] for start, end in spans]


@register.filter
def when(value: datetime) -> str:
    """When a lesson begins: 2026-11-29 周日 19:30."""
    return wording.when(value)


@register.filter
def instant(value: str) -> datetime:
    """A moment kept as ISO text."""
    return datetime.fromisoformat(value)
