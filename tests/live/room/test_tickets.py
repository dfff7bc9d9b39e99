import datetime
import uuid

import pytest

from live.enums import RoomRole
from live.room.tickets import GOOD_FOR, Ticket, issue, opened

AT = datetime.datetime(2026, 11, 22, 8, tzinfo=datetime.UTC)
LESSON = uuid.uuid4()


def ticket(role: RoomRole = RoomRole.LEARNER) -> str:
    return issue(lesson_id=LESSON, person_id=7, name="林老师", role=role, language="zh-hans", at=AT)


def test_ticket_says_what_it_was_issued_for() -> None:
    assert opened(ticket(RoomRole.HOST), LESSON, AT) == Ticket(
        LESSON, 7, "林老师", RoomRole.HOST, "zh-hans"
    )


def test_ticket_runs_out() -> None:
    assert opened(ticket(), LESSON, AT + GOOD_FOR)
    assert opened(ticket(), LESSON, AT + GOOD_FOR + datetime.timedelta(seconds=1)) is None


def test_ticket_opens_no_other_room() -> None:
    assert opened(ticket(), uuid.uuid4(), AT) is None


@pytest.mark.parametrize("said", ["", "x", "a:b", ticket()[:-1], "!" + ticket()])
def test_what_we_did_not_write_opens_nothing(said: str) -> None:
    assert opened(said, LESSON, AT) is None
