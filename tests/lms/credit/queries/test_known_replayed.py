"""What was known at a moment is what a replay of the transfers recorded until then comes to, whatever the clock did."""

import datetime

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from lms.credit import queries
from lms.credit.core.hours import Hours
from lms.credit.core.periods import Period
from lms.credit.domain import audit
from lms.credit.domain.confirm import confirm, reject
from lms.credit.domain.dispute import dispute
from lms.credit.domain.register import register
from lms.credit.enums import AccountKind
from lms.credit.models.ledger import Posting, Transfer
from lms.credit.queries.known import statement_lines
from lms.people.enums import DutyKind
from lms.people.models import Person
from lms.testing import credit
from lms.testing.factories import DutyFactory, RoleSpellFactory

pytestmark = pytest.mark.django_db
AT = credit.AT
DAY = datetime.timedelta(days=1)
SPRING = Period(datetime.date(2026, 1, 1), datetime.date(2026, 6, 30))
WHAT = st.sampled_from(["earn", "earn", "confirm", "reject", "register", "dispute", "back"])
ACTS = st.lists(st.tuples(WHAT, st.integers(0, 3), st.integers(-1, 40)), max_size=12)


class School:
    """A teacher, and those who decide."""

    def __init__(self) -> None:
        spell = RoleSpellFactory()
        place = spell.organisation
        self.teacher: Person = spell.person
        self.verifier = DutyFactory(kind=DutyKind.VERIFIER, organisation=place).person
        self.officer = DutyFactory(kind=DutyKind.BUREAU_ADMIN, organisation=place.get_root()).person

    def do(self, act: str, which: int, at: datetime.datetime) -> None:
        entries = queries.entries_of(self.teacher)
        if act == "earn":
            credit.booked(self.teacher, at=at)
        elif entries:
            chosen = [entries[which % len(entries)].id]
            {
                "confirm": lambda: confirm(verifier=self.verifier, bookings=chosen, at=at),
                "reject": lambda: reject(
                    verifier=self.verifier, bookings=chosen, because="看错了", at=at
                ),
                "register": lambda: register(officer=self.officer, bookings=chosen, at=at),
                "dispute": lambda: dispute(by=self.officer, bookings=chosen, because="待查", at=at),
                "back": lambda: None,
            }[act]()


def replayed(person: Person, until: datetime.datetime, period: Period | None) -> queries.Balance:
    """The balance by hand: each transfer recorded until then, in order, its lines in the period moved over."""
    held = dict.fromkeys(AccountKind, Hours(0))
    for one in Transfer.objects.filter(person=person).order_by("sequence"):
        if one.recorded_at > until:
            continue
        moved = sum(
            line.hundredths for line in one.lines.all() if period is None or period.holds(line.on)
        )
        for posting in Posting.objects.filter(transfer=one).select_related("account"):
            sign = 1 if posting.hundredths > 0 else -1
            held[AccountKind(posting.account.kind)] += Hours(sign * moved)
            if posting.account.kind != AccountKind.ISSUED:
                assert held[AccountKind(posting.account.kind)] >= Hours(0)
    del held[AccountKind.ISSUED]
    return queries.Balance(**held)


@given(acts=ACTS, until=st.integers(0, 60))
def test_what_was_known_is_what_was_recorded_until_then(acts, until: int) -> None:
    with transaction.atomic():
        school = School()
        at = AT
        for act, which, days in acts:
            at += days * DAY  # a clock that is set back now and then
            school.do(act, which, at)
        teacher, moment = school.teacher, AT + until * DAY
        assert audit.first_fault() is None
        for period in (None, SPRING, Period(None, datetime.date(2026, 6, 1))):
            known = queries.balance(teacher, known_at=moment, period=period)
            assert known == replayed(teacher, moment, period)
            if period:
                by_state = dict.fromkeys([*AccountKind, None], Hours(0))
                for line in statement_lines(teacher, period, moment):
                    by_state[line.state] += line.hours
                del by_state[AccountKind.ISSUED], by_state[None]
                assert queries.Balance(**by_state) == known
        now = queries.balance(teacher, known_at=datetime.datetime.max.replace(tzinfo=datetime.UTC))
        assert now == queries.balance(teacher)
        transaction.set_rollback(True)


def test_a_clock_set_back_records_nothing_before_what_it_follows() -> None:
    school = School()
    credit.booked(school.teacher, at=AT)
    late = credit.booked(school.teacher, at=AT - DAY)
    assert late.booking.recorded_at == AT
    assert queries.balance(school.teacher, known_at=AT - DAY).pending == Hours(0)
