"""A calendar entry: RFC 5545, in UTC, so that no time zone has to be described; published and withdrawn by RFC 5546."""

import datetime
from dataclasses import dataclass

_FOLD_BYTES = 75
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": ""})


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Something at a time. `sequence` rises when it changes: calendars then move what they hold.

    `organiser`, `address`: who publishes it, and their e-mail address.
    """

    uid: str
    title: str
    words: str
    url: str
    organiser: str
    address: str
    starts_at: datetime.datetime
    minutes: int
    sequence: int
    is_cancelled: bool
    remind_minutes: int


def calendar(entry: Entry, *, product: str, at: datetime.datetime) -> str:
    """An iCalendar file with one entry and its alarm. `at`: when it was made."""
    ends_at = entry.starts_at + datetime.timedelta(minutes=entry.minutes)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//{_text(product)}//live//ZH",
        "CALSCALE:GREGORIAN",
        f"METHOD:{'CANCEL' if entry.is_cancelled else 'PUBLISH'}",
        "BEGIN:VEVENT",
        f"UID:{entry.uid}",
        f"DTSTAMP:{_moment(at)}",
        f"SEQUENCE:{entry.sequence}",
        f"DTSTART:{_moment(entry.starts_at)}",
        f"DTEND:{_moment(ends_at)}",
        f"SUMMARY:{_text(entry.title)}",
        f"DESCRIPTION:{_text(entry.words)}",
        f"LOCATION:{_text(entry.organiser)}",
        # Both methods ask for one (RFC 5546, 3.2.1 and 3.2.5).
        f'ORGANIZER;CN="{_quoted(entry.organiser)}":mailto:{entry.address}',
        f"URL:{entry.url}",
        f"STATUS:{'CANCELLED' if entry.is_cancelled else 'CONFIRMED'}",
        *([] if entry.is_cancelled else _alarm(entry)),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _alarm(entry: Entry) -> list[str]:
    return [
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_text(entry.title)}",
        f"TRIGGER:-PT{entry.remind_minutes}M",
        "END:VALARM",
    ]


def _moment(at: datetime.datetime) -> str:
    return at.astimezone(datetime.UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(value: str) -> str:
    """Escaped (3.3.11); control characters have no place in a value."""
    return "".join(one for one in value if one >= " " or one == "\n").translate(_ESCAPES)


def _quoted(value: str) -> str:
    """Within quotes (3.1): there is no way to write a quote."""
    return "".join(one for one in value if one >= " " and one != '"')


def _folded(line: str) -> str:
    """At most 75 bytes a line (3.1), cut between characters and not within one."""
    folded, length = [], 0
    for one in line:
        size = len(one.encode())
        if length + size > _FOLD_BYTES:
            folded.append("\r\n ")
            length = 1
        folded.append(one)
        length += size
    return "".join(folded)
