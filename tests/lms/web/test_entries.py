"""Bookings as pages show them."""

import datetime
from types import SimpleNamespace
from typing import Any

from lms.web.entries import Shown, Sitting

NINE = datetime.datetime(2026, 5, 20, 1, 0, tzinfo=datetime.UTC)


def minutes(first: int, last: int) -> tuple[datetime.datetime, datetime.datetime]:
    return (
        NINE + datetime.timedelta(minutes=first),
        NINE + datetime.timedelta(minutes=last),
    )


def test_time_that_two_pieces_of_evidence_tell_of_is_counted_once() -> None:
    before = SimpleNamespace(wall=[minutes(0, 10), minutes(20, 30)])
    after = SimpleNamespace(wall=[minutes(0, 30), minutes(45, 50)])
    entry: Any = SimpleNamespace(evidence=[before, after])

    assert Shown(entry).sittings == (
        Sitting(
            on=datetime.date(2026, 5, 20),
            spans=(minutes(0, 30), minutes(45, 50)),
            seconds=35 * 60,
        ),
    )


def test_what_was_reckoned_anew_is_said_to_be_replaced_and_by_what() -> None:
    need = {
        "kinds": ["live.attended", "live.replay"],
        "subject": "live.lesson:1",
        "minimum": "0.8",
        "title": "家园沟通",
        "weight_s": 2700,
    }

    def piece(kind: str, minute: int, *spans: tuple[str, str]) -> Any:
        return SimpleNamespace(
            kind=kind,
            subject=need["subject"],
            amount=None,
            spans=spans,
            facts={"length": "2700.000000"},
            recorded_at=minutes(0, minute)[1],
        )

    before = piece("live.attended", 1, ("0", "900"), ("1500", "2700"))
    replay = piece("live.replay", 2, ("0", "900"))
    after = piece("live.attended", 3, ("0", "2700"))
    entry: Any = SimpleNamespace(
        evidence=[before, replay, after],
        booking=SimpleNamespace(version=SimpleNamespace(needs=[need])),
    )

    (proof,) = Shown(entry).proofs

    assert [one.evidence for one in proof.counting] == [replay, after]
    assert [one.evidence for one in proof.replaced] == [before]
