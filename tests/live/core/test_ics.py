"""Calendar entries, read back by the grammar of RFC 5545 and not by what wrote them."""

import datetime
import re

from hypothesis import given
from hypothesis import strategies as st

from live.core import ics

AT = datetime.datetime(2026, 12, 1, 11, 30, tzinfo=datetime.UTC)
CONTENT_LINE = re.compile(r'([A-Z-]+)((?:;[A-Z-]+=(?:[^;:",]*|"[^"]*"))*):(.*)', re.DOTALL)
ESCAPES = {"\\n": "\n", "\\N": "\n", "\\;": ";", "\\,": ",", "\\\\": "\\"}


def entry(**changed: object) -> ics.Entry:
    usual = {
        "uid": "6f9619ff@example.org",
        "title": "新入园家长，第一次怎么谈",
        "words": "沈知微; 京师学前\nhttps://example.org/live/1/",
        "url": "https://example.org/live/1/",
        "organiser": '青禾"教师研修',
        "address": "noreply@example.org",
        "starts_at": AT,
        "minutes": 45,
        "sequence": 0,
        "is_cancelled": False,
        "remind_minutes": 30,
    }
    return ics.Entry(**(usual | changed))


def lines_of(text: str) -> list[tuple[str, str]]:
    """Names and values, strictly: CRLF, 75 bytes a line, unfolded, every line a content line."""
    assert text.endswith("\r\n")
    raw = text.removesuffix("\r\n").split("\r\n")
    assert all(len(line.encode()) <= 75 and "\n" not in line and "\r" not in line for line in raw)
    unfolded: list[str] = []
    for line in raw:
        if line.startswith((" ", "\t")):
            unfolded[-1] += line[1:]
        else:
            unfolded.append(line)
    matches = [CONTENT_LINE.fullmatch(line) for line in unfolded]
    assert all(matches)
    return [(match[1], match[3]) for match in matches if match]


def text_of(value: str) -> str:
    return re.sub(r"\\[nN;,\\]", lambda match: ESCAPES[match[0]], value)


def test_entry_says_when_what_and_where_in_utc() -> None:
    lines = lines_of(ics.calendar(entry(), product="青禾", at=AT))
    found = dict(lines)
    assert [value for name, value in lines if name in ("BEGIN", "END")] == [
        "VCALENDAR", "VEVENT", "VALARM", "VALARM", "VEVENT", "VCALENDAR",
    ]  # fmt: skip
    assert (found["DTSTART"], found["DTEND"]) == ("20261201T113000Z", "20261201T121500Z")
    assert (found["VERSION"], found["STATUS"], found["TRIGGER"]) == ("2.0", "CONFIRMED", "-PT30M")
    assert text_of(dict(lines[:14])["SUMMARY"]) == "新入园家长，第一次怎么谈"
    assert found["ORGANIZER"] == "mailto:noreply@example.org"


def test_cancelled_entry_goes_from_the_calendar() -> None:
    found = dict(lines_of(ics.calendar(entry(is_cancelled=True, sequence=2), product="x", at=AT)))
    assert (found["METHOD"], found["STATUS"], found["SEQUENCE"]) == ("CANCEL", "CANCELLED", "2")
    assert "TRIGGER" not in found


@given(title=st.text(max_size=120))
def test_any_title_comes_back_and_breaks_nothing(title: str) -> None:
    lines = lines_of(ics.calendar(entry(title=title), product="x", at=AT))
    kept = "".join(one for one in title if one >= " " or one == "\n")
    assert [text_of(value) for name, value in lines if name == "SUMMARY"] == [kept]
