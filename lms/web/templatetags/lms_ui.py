"""The platform's words and pictures for templates: `{% load lms_ui %}`. Plugins' templates use them too."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol

from django import forms, template
from django.forms import BoundField
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext

from lms.web import pictures

register = template.Library()


class InHundredths(Protocol):
    """Hours, as the credit core counts them."""

    @property
    def hundredths(self) -> int:
        """Whole hundredths of an hour."""


def _hundredths(value: InHundredths | int) -> int:
    return value if isinstance(value, int) else value.hundredths


# --- Icons and states ------------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """`{% icon "check" %}`, `{% icon "check" "s" %}`: decorative, so the same must stand beside it in words."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="{}#i-{}"/></svg>',
        f" icon--{size}" if size else "",
        static("lms/icons.svg"),
        name,
    )


#: State of an hour -> its icon. State is never colour alone.
_STATE_ICONS = {
    "pending": "clock",
    "confirmed": "check",
    "registered": "seal",
    "rejected": "x",
    "disputed": "flag",
}


def _state_words(state: str) -> str:
    words = {
        "pending": pgettext("state of an hour", "Waiting"),
        "confirmed": pgettext("state of an hour", "Confirmed"),
        "registered": pgettext("state of an hour", "Registered"),
        "rejected": pgettext("state of an hour", "Not accepted"),
        "disputed": pgettext("state of an hour", "In question"),
    }
    return words[state]


@register.filter
def state_words(state: str) -> str:
    """The state of an hour in words."""
    return _state_words(state)


@register.simple_tag
def badge(state: str, label: str = "") -> SafeString:
    """The state of an hour: `{% badge "pending" %}`; other words by `label`."""
    return format_html(
        '<span class="badge badge--{}">{}{}</span>',
        state,
        icon(_STATE_ICONS[state]),
        label or _state_words(state),
    )


# --- Pictures --------------------------------------------------------------------------------------------------------


@register.inclusion_tag("lms/ring.html")
def ring(
    arcs: Sequence[pictures.Arc],
    number: str,
    label: str,
    above: str = "",
    below: str = "",
    least: int = 0,
) -> dict[str, Any]:
    """Hours ring. `label` is the sentence for who cannot see it; `above`, `number`, `below` stand in its middle."""
    return {
        "picture": pictures.ring(arcs, label=label, least=least),
        "above": above,
        "number": number,
        "below": below,
    }


@register.simple_tag
def meter(
    counted: InHundredths | int,
    required: InHundredths | int,
    label: str,
    pending: InHundredths | int = 0,
    size: str = "",
) -> SafeString:
    """`{% meter counted required label pending=waiting size="s" %}`: hours, or any counts in one unit."""
    amounts = (_hundredths(counted), _hundredths(pending), _hundredths(required))
    return pictures.meter(*amounts, label=label, size=size)


@register.inclusion_tag("lms/watched_bar.html")
def watched_bar(
    duration: float,
    spans: Iterable[Sequence[float]],
    label: str,
    seams: Iterable[float] = (),
    head: float | None = None,
    odd: Iterable[Sequence[float]] = (),
    size: str = "",
    start: str = "",
    end: str = "",
) -> dict[str, Any]:
    """The video's length in seconds and what of it was watched; `start` and `end` are written under its ends."""
    picture = pictures.watched_bar(
        float(duration),
        [(float(low), float(high)) for low, high in spans],
        label=label,
        seams=[float(place) for place in seams],
        head=None if head is None else float(head),
        odd=[(float(low), float(high)) for low, high in odd],
    )
    return {"picture": picture, "size": size, "start": start, "end": end}


@register.simple_tag
def cover(key: str) -> SafeString:
    """Printed cloth for a course, chosen by its key."""
    return pictures.cover(str(key))


# --- Numbers and dates -----------------------------------------------------------------------------------------------


def _signed(text: str) -> str:
    return text.replace("-", "\N{MINUS SIGN}")


@register.filter
def hours(value: InHundredths | int) -> str:
    """Two decimals, as in the ledger: 2.00."""
    return _signed(f"{Decimal(_hundredths(value)) / 100:.2f}")


@register.filter
def hours_plain(value: InHundredths | int) -> str:
    """As in headlines: 20.5, 3."""
    text = f"{Decimal(_hundredths(value)) / 100:.2f}"
    return _signed(text.rstrip("0").rstrip("."))


@register.filter
def clock(seconds: float | Decimal | None) -> str:
    """Seconds as minutes and seconds, 21:40; from an hour on 1:02:05. Fractions are cut, never rounded up."""
    whole = int(seconds or 0)
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes}:{rest:02d}"
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"


@register.filter
def duration(seconds: float | Decimal | None) -> str:
    """Seconds in words: 21 分 40 秒. Fractions are cut."""
    minutes, rest = divmod(int(seconds or 0), 60)
    if not minutes:
        return gettext("%(seconds)d s") % {"seconds": rest}
    if not rest:
        return gettext("%(minutes)d min") % {"minutes": minutes}
    return gettext("%(minutes)d min %(seconds)d s") % {"minutes": minutes, "seconds": rest}


@register.filter
def percent(fraction: float | Decimal | None) -> str:
    """A fraction from 0 to 1 as whole per cent, cut, so that 100% is only said of all."""
    return f"{int(Decimal(str(fraction or 0)) * 100)}%"


def _local(value: date | datetime) -> date | datetime:
    return timezone.localtime(value) if isinstance(value, datetime) else value


@register.filter
def day(value: date | datetime | None) -> str:
    """In prose: 2026 年 5 月 20 日."""
    return date_format(_local(value), pgettext("date format", "j F Y")) if value else ""


@register.filter
def day_short(value: date | datetime | None) -> str:
    """In prose where the year is plain: 5 月 20 日."""
    return date_format(_local(value), pgettext("date format", "j F")) if value else ""


@register.filter
def day_ahead(value: date | datetime | None) -> str:
    """By when something is due, in prose: the year is named unless it is this one."""
    if not value:
        return ""
    return day_short(value) if value.year == timezone.localdate().year else day(value)


@register.filter
def day_of_month(value: date | datetime | None) -> str:
    """Where month and year stand above: 20 日."""
    return date_format(_local(value), pgettext("date format", "j")) if value else ""


@register.filter
def month(value: date | datetime | None) -> str:
    """Heading of a month: 2026 年 5 月."""
    return date_format(_local(value), pgettext("date format", "F Y")) if value else ""


@register.filter
def weekday(value: date | datetime | None) -> str:
    """周三, Wed."""
    if not value:
        return ""
    names = (
        pgettext("day of the week", "Mon"),
        pgettext("day of the week", "Tue"),
        pgettext("day of the week", "Wed"),
        pgettext("day of the week", "Thu"),
        pgettext("day of the week", "Fri"),
        pgettext("day of the week", "Sat"),
        pgettext("day of the week", "Sun"),
    )
    return names[_local(value).weekday()]


@register.filter
def day_iso(value: date | datetime | None) -> str:
    """In tables: 2026-05-20."""
    return _local(value).strftime("%Y-%m-%d") if value else ""


@register.filter
def moment(value: datetime | None) -> str:
    """A day and its time: 5 月 18 日 21:06."""
    return date_format(_local(value), pgettext("date format", "j F H:i")) if value else ""


@register.filter
def time_of_day(value: datetime | None) -> str:
    """21:06."""
    return _local(value).strftime("%H:%M") if value else ""


@register.filter
def time_span(start: datetime, end: datetime) -> str:
    """From when to when: 21:06—21:40; what is over within the minute is said so and not 21:06—21:06."""
    first, last = time_of_day(start), time_of_day(end)
    if first == last and end - start < timedelta(minutes=1):
        return gettext("%(time)s, less than 1 min") % {"time": first}
    return f"{first}—{last}"


# --- Forms -----------------------------------------------------------------------------------------------------------


@register.filter
def widget_kind(field: BoundField) -> str:
    """How lms/field.html lays a field out: hidden, check, choices, or one control under its label."""
    widget = field.field.widget
    if widget.is_hidden:
        return "hidden"
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        return "choices"
    return "control"


@register.simple_tag
def control(
    field: BoundField, css: str = "", described: str = "", **attrs: str | bool
) -> SafeString:
    """A field's control in our classes. `described` is the id of a hint of the template's own, read before the error.

    The names of further attributes with `_` for `-`; False takes one away.
    """
    widget_attrs = field.field.widget.attrs
    own = widget_attrs.get("class", "")
    given: dict[str, Any] = {name.replace("_", "-"): value for name, value in attrs.items()}
    given["class"] = " ".join(part for part in ("input", css, own) if part)
    if str(widget_attrs.get("placeholder", "")) == str(field.label):
        given["placeholder"] = False  # it would say its label twice
    if described:
        error = f"{field.auto_id}_error" if field.errors else ""
        given["aria-describedby"] = " ".join(part for part in (described, error) if part)
    return field.as_widget(attrs=given)


@register.filter
def masked_phone(phone: str | None) -> str:
    """A phone number that its owner recognises and nobody else learns: 138 **** 1111, +852 **** 4567."""
    if not phone:
        return ""
    national = phone.removeprefix("+86")
    head = national[:4] if national.startswith("+") else national[:3]
    return f"{head} **** {national[-4:]}"
