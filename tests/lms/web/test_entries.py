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
