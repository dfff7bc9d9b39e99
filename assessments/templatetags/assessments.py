"""`{% load assessments %}`: an attempt as a picture, and moments out of facts."""

from collections.abc import Sequence
from datetime import datetime

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

register = template.Library()

#: A cell a question, in units of the drawing; it is stretched to the width there is.
_CELL = 20


@register.simple_tag
def answer_strip(marks: Sequence[bool]) -> SafeString:
    """A cell a question, in order: filled when it was right. The same stands beside it in words."""
    count = len(marks)
    label = ngettext(
        "%(right)d of %(count)d question right", "%(right)d of %(count)d questions right", count
    ) % {"right": sum(marks), "count": count}
    cells = format_html_join(
        "",
        '<rect class="cov" x="{}" width="{}" height="12"/>',
        ((place * _CELL, _CELL) for place, right in enumerate(marks) if right),
    )
    seams = format_html_join(
        "",
        '<line class="seam" x1="{0}" x2="{0}" y1="0" y2="12"/>',
        ((place * _CELL,) for place in range(1, count)),
    )
    return format_html(
        '<div class="watched"><svg viewBox="0 0 {} 12" preserveAspectRatio="none" role="img" aria-label="{}">{}{}</svg>'
        '<p class="watched__ends" aria-hidden="true">{}</p></div>',
        max(count, 1) * _CELL,
        label,
        cells,
        seams,
        label,
    )


@register.filter
def instant(value: str) -> datetime:
    """A moment as facts keep it, in ISO form with its offset."""
    return datetime.fromisoformat(value)
