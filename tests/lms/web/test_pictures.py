"""lms.web.pictures: amounts become strokes, widths and places; nothing is drawn that was not earned."""

import re
import xml.etree.ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from lms.web import pictures
from lms.web.pictures import Arc


def lines_of(svg: str) -> list[ET.Element]:
    return list(ET.fromstring(svg).iter("line"))


def length(line: ET.Element) -> float:
    dx = float(line.get("x2")) - float(line.get("x1"))
    dy = float(line.get("y2")) - float(line.get("y1"))
    return (dx**2 + dy**2) ** 0.5


def drawn(svg: str, css: str) -> float:
    """Length of all strokes of a class, in strokes."""
    return (
        sum(
            length(line) for line in lines_of(svg) if (line.get("class") or "").split()[:1] == [css]
        )
        / 15
    )


def test_ring_first_stroke_stands_where_the_design_puts_it() -> None:
    arcs = [Arc(2400, counted=2400), Arc(2400, counted=1600), Arc(2400)]

    first = lines_of(pictures.ring(arcs, label="x"))[0]

    assert dict(first.attrib) == {
        "class": "on",
        "x1": "108.16",
        "y1": "20.42",
        "x2": "109.69",
        "y2": "5.50",
    }


def test_ring_half_hour_fills_half_a_stroke_and_the_waiting_half_stands_on_it() -> None:
    svg = pictures.ring([Arc(300, counted=150, pending=50)], label="x")

    assert [line.get("class") for line in lines_of(svg)] == [
        "on",
        None,
        "wait",
        "wait-in",
        "on",
        None,
    ]
    assert round(drawn(svg, "on"), 2) == 1.5
    assert round(drawn(svg, "wait"), 2) == 0.5


def test_ring_marks_only_what_moved_just_now() -> None:
    svg = pictures.ring([Arc(500, counted=400, fresh=200)], label="x")

    assert [line.get("class") for line in lines_of(svg)] == ["on", "on", "on new", "on new", None]


def test_ring_of_more_than_thirty_hours_has_strokes_of_five() -> None:
    arcs = [Arc(3600, counted=1000), Arc(2400)]

    assert pictures.stroke_size(arcs) == 500
    svg = pictures.ring(arcs, label="x")
    assert len([line for line in lines_of(svg) if line.get("class") == "on"]) == 2


def test_ring_with_room_begins_at_the_top_with_its_first_hours() -> None:
    lines = lines_of(pictures.ring([Arc(200, counted=200)], label="x", least=24))

    # Both in the first quarter: right of the middle, above it.
    assert [(float(one.get("x2")) > 100, float(one.get("y2")) < 100) for one in lines] == [
        (True, True),
        (True, True),
    ]


def test_ring_of_nothing_draws_nothing() -> None:
    assert lines_of(pictures.ring([], label="x")) == []


hundredths = st.integers(0, 5000)


@given(st.lists(st.builds(Arc, hundredths, hundredths, hundredths, hundredths), max_size=5))
def test_ring_draws_what_counts_and_never_more_than_is_asked(arcs: list[Arc]) -> None:
    svg = pictures.ring(arcs, label="x")

    size = pictures.stroke_size(arcs)
    counted = sum(min(arc.counted, arc.required) for arc in arcs) / size
    waiting = (
        sum(max(0, min(arc.counted + arc.pending, arc.required) - arc.counted) for arc in arcs)
        / size
    )
    # Coordinates have two decimals, so each stroke may be off by a thousandth of its length.
    assert abs(drawn(svg, "on") - counted) < 0.2
    assert abs(drawn(svg, "wait") - waiting) < 0.2


def test_meter_shows_what_waits_after_what_counts() -> None:
    assert pictures.meter(1150, 400, 2400, label="11.5 / 24", size="s") == (
        '<svg class="meter meter--s" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label="11.5 / 24">'
        '<rect width="47.92" height="6"/><rect class="wait" x="47.92" width="16.67" height="6"/></svg>'
    )


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_meter_never_runs_over(counted: int, pending: int, required: int) -> None:
    svg = pictures.meter(counted, pending, required, label="x")

    widths = [float(width) for width in re.findall(r' width="([\d.]+)"', svg)]
    assert sum(widths) <= 100.01


def test_watched_bar_has_the_videos_length_and_its_stretches() -> None:
    svg = pictures.watched_bar(
        1680,
        [(0, 640), (700, 980.5)],
        label="看过两段",
        seams=[310],
        head=1500,
        odd=[(980.5, 1100)],
    )

    assert svg == (
        '<svg viewBox="0 0 1680 12" preserveAspectRatio="none" role="img" aria-label="看过两段">'
        '<rect class="cov" x="0" width="640" height="12"/><rect class="cov" x="700" width="280.5" height="12"/>'
        '<rect class="odd" x="980.5" width="119.5" height="12"/>'
        '<line class="seam" x1="310" x2="310" y1="0" y2="12"/>'
        '<line class="head" x1="1500" x2="1500" y1="0" y2="12"/></svg>'
    )


def test_label_is_text_and_not_markup() -> None:
    svg = pictures.watched_bar(10, [], label='"><script>alert(1)</script>')

    assert "<script" not in svg


def test_cover_is_the_same_for_a_course_and_differs_between_courses() -> None:
    covers = {pictures.cover(f"course-{number}") for number in range(60)}

    assert pictures.cover("course-1") == pictures.cover("course-1")
    assert len({re.search(r'class="([^"]*)"', cover)[1] for cover in covers}) == 4
    assert len({re.search(r"<g .*</g>", cover)[0] for cover in covers}) == 6
