"""The record as it was known on a day, and what has changed since."""

import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.credit import queries
from lms.credit.core.hours import Hours, total
from lms.credit.core.periods import Period
from lms.credit.domain.confirm import confirm, reject
from lms.credit.domain.dispute import dismiss, dispute
from lms.credit.domain.register import register
from lms.credit.enums import AccountKind
from lms.credit.queries.known import end_of, statement_lines
from lms.people.enums import DutyKind
from lms.testing.credit import AT, booked
from lms.testing.factories import DutyFactory
from tests.lms.web.school import make_school

pytestmark = pytest.mark.django_db
SPRING = Period(datetime.date(2026, 1, 1), datetime.date(2026, 6, 30))
DAY = datetime.timedelta(days=1)


def test_a_day_ends_at_midnight_in_china() -> None:
    assert end_of(datetime.date(2026, 6, 30)) == datetime.datetime(
        2026, 6, 30, 15, 59, 59, 999_999, tzinfo=datetime.UTC
    )


def test_what_was_recorded_later_is_not_known_yet() -> None:
    school = make_school()
    early = booked(school.teacher, at=AT, hours=Hours(150))
    confirm(verifier=school.verifier, bookings=[early.id], at=AT + 2 * DAY)
    booked(school.teacher, at=AT + 10 * DAY, hours=Hours(225))

    def known(days: int) -> queries.Balance:
        return queries.balance(school.teacher, AT + days * DAY)

    assert (known(-1).pending, known(1).pending, known(3).pending) == (
        Hours(0),
        Hours(150),
        Hours(0),
    )
    assert (known(3).confirmed, known(11).confirmed, known(11).pending) == (
        Hours(150),
        Hours(150),
        Hours(225),
    )


def test_a_period_holds_its_days_only() -> None:
    school = make_school()
    booked(school.teacher, at=AT, hours=Hours(150))
    booked(school.teacher, at=AT + 60 * DAY, hours=Hours(225))
    assert queries.balance(school.teacher, None, SPRING).pending == Hours(150)
    summer = Period(None, datetime.date(2026, 12, 31))
    assert queries.balance(school.teacher, None, summer).pending == Hours(375)


def test_lines_say_what_was_known_and_what_came_later() -> None:
    school = make_school()
    entry = booked(school.teacher, at=AT)
    confirm(verifier=school.verifier, bookings=[entry.id], at=AT + 5 * DAY)

    (line,) = statement_lines(school.teacher, SPRING, AT + DAY)

    assert (line.state, line.state_now, line.late) == (
        AccountKind.PENDING,
        AccountKind.CONFIRMED,
        False,
    )
    assert [one.act for one in line.since] == ["confirm"]
    (before,) = statement_lines(school.teacher, SPRING, AT - DAY)
    assert (before.state, before.then, len(before.since)) == (None, (), 2)


def test_recorded_after_the_period_is_late() -> None:
    school = make_school()
    booked(school.teacher, at=AT)
    period = Period(datetime.date(2026, 1, 1), datetime.date(2026, 5, 18))
    (line,) = statement_lines(school.teacher, period, AT + DAY)
    assert line.late is False
    late = booked(school.teacher, at=AT + DAY, wall=[(AT - DAY, AT - DAY + DAY / 48)])
    lines = statement_lines(school.teacher, period, AT + 2 * DAY)
    assert {one.entry.id: one.late for one in lines} == {line.entry.id: False, late.id: True}


ACTS = st.lists(
    st.sampled_from(["confirm", "reject", "register", "dispute", "dismiss"]), max_size=6
)


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS, day=st.integers(0, 8))
def test_balance_of_a_moment_is_the_sum_of_its_lines(acts: list[str], day: int) -> None:
    school = make_school()
    officer = DutyFactory(kind=DutyKind.BUREAU_ADMIN, organisation=school.school.get_root()).person
    entry = booked(school.teacher, at=AT)
    for number, act in enumerate(acts, 1):
        at = AT + number * DAY
        if act == "confirm":
            confirm(verifier=school.verifier, bookings=[entry.id], at=at)
        elif act == "register":
            register(officer=officer, bookings=[entry.id], at=at)
        elif act == "reject":
            reject(verifier=school.verifier, bookings=[entry.id], because="不合", at=at)
        else:
            questioned = {"dispute": dispute, "dismiss": dismiss}[act]
            questioned(by=officer, bookings=[entry.id], because="再看", at=at)
    at = AT + day * DAY
    lines = statement_lines(school.teacher, SPRING, at)
    balance = queries.balance(school.teacher, at)
    for state in AccountKind:
        if state != AccountKind.ISSUED:
            held = total(one.hours for one in lines if one.state == state)
            assert held == getattr(balance, state)
    assert balance == queries.balance(school.teacher, at, SPRING)
