"""Which evidence meets a need: one piece of one kind, or kinds united on the subject's timeline."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest

from lms.credit.core.needs import Asked, as_data, moved, stretches_of

LESSON = "live.lesson:1"
BOTH = {
    "kinds": ["live.attended", "live.replayed"],
    "subject": LESSON,
    "minimum": "0.9",
    "title": "直播",
    "weight_s": 3600,
    "length_ms": 1000,
}


@dataclass
class Piece:
    kind: str
    spans: Any = field(default_factory=list)
    amount: Decimal = Decimal(0)
    subject: str = LESSON
    facts: dict[str, Any] = field(default_factory=dict)


def test_one_kind_is_met_by_the_earliest_that_suffices() -> None:
    asked = Asked.of(
        {"kind": "media.watched", "subject": "v", "minimum": "0.9", "title": "", "weight_s": 1}
    )
    found = [
        Piece("media.watched", amount=Decimal(each), subject=subject)
        for each, subject in (("0.8", "v"), ("1", "w"), ("0.9", "v"), ("1", "v"))
    ]
    assert asked.met_by(found) == [found[2]]
    assert asked.met_by(found[:2]) == []
    assert asked.milestones() == (Decimal("0.9"),)


def test_kinds_are_united_until_they_reach_the_minimum() -> None:
    asked = Asked.of(BOTH)
    live = Piece("live.attended", [[0, 500]])
    again = Piece("live.attended", [[100, 400]])
    other = Piece("live.spoke", [[0, 1000]])
    replay = Piece("live.replayed", [[400, 900]])
    late = Piece("live.replayed", [[0, 1000]])
    assert asked.met_by([live, again, other]) == []
    assert asked.met_by([live, again, other, replay, late]) == [live, replay]


def test_what_lies_beyond_the_subject_does_not_count() -> None:
    assert Asked.of(BOTH).met_by([Piece("live.attended", [[200, 1200]])]) == []


def test_a_length_not_known_beforehand_comes_with_the_evidence() -> None:
    asked = Asked.of({name: value for name, value in BOTH.items() if name != "length_ms"})
    told = {"length": "1.000000"}
    live = Piece("live.attended", [[0, 500]], facts=told)
    replay = Piece("live.replayed", [["0.4", 900]], facts=told)
    assert asked.met_by([live]) == []
    assert asked.met_by([Piece("live.attended", [[0, 1000]])]) == []
    assert asked.met_by([live, replay]) == [live, replay]
    assert asked.reached([live, replay]) == Decimal("0.9")
    assert len(asked.milestones()) == 18


def test_united_kinds_are_recorded_step_by_step() -> None:
    steps = Asked.of(BOTH).milestones()
    assert (steps[0], steps[-1], len(steps)) == (Decimal("0.05"), Decimal("0.9"), 18)


def test_trimmed_replay_is_put_back_in_its_place() -> None:
    # Cut from the lesson: its minutes 5 to 15 and 20 to 30, after 10 s of title.
    offsets = [[10_000, 610_000, 300_000], [610_000, 1_210_000, 1_200_000]]
    watched = stretches_of([[0, 70_000], [600_000, 620_000]])
    assert as_data(moved(watched, offsets)) == [
        [300_000, 360_000], [890_000, 900_000], [1_200_000, 1_210_000],
    ]  # fmt: skip


def test_milliseconds_and_seconds_as_text_are_one_unit() -> None:
    assert stretches_of([[0, 1500], ["1.5", "2.0000019"]]) == ((0, 2_000_001),)
    assert as_data(((0, 2_000_001),)) == [[0, "2.000001"]]


@pytest.mark.parametrize(
    "spans",
    [[[1, 0]], [[-1, 0]], [["a", "b"]], [[0]], [[0, 1.5]], [[0, True]], [["0", "1e400"]], [["NaN", "1"]], [5]],
)  # fmt: skip
def test_nonsense_is_refused(spans: Any) -> None:
    with pytest.raises(ValueError, match=r"stretch|backwards"):
        stretches_of(spans)


@pytest.mark.parametrize("piece", [[0, 1], [1, 0, 0], [0, 1, -1], ["x", 1, 2]])
def test_nonsense_pieces_are_refused(piece: Any) -> None:
    with pytest.raises(ValueError, match=r"piece|backwards"):
        moved(((0, 1),), [piece])
