"""A school decides: once, only its own teachers', never one's own."""

import datetime
import uuid

import pytest
from django.utils.translation import override

from lms.credit import queries
from lms.credit.core.hours import Hours
from lms.credit.domain.confirm import confirm, reject
from lms.credit.domain.reverse import reverse
from lms.credit.enums import AccountKind
from lms.credit.errors import (
    AlreadyDecided,
    NotReversible,
    OwnHours,
    ReasonMissing,
    UnknownBooking,
)
from lms.people.enums import DutyKind
from lms.people.models import Duty, Person
from lms.testing import credit
from lms.testing.factories import (
    DutyFactory,
    OrganisationFactory,
    PersonFactory,
    RoleSpellFactory,
)

pytestmark = pytest.mark.django_db
LATER = credit.AT + datetime.timedelta(days=2)


@pytest.fixture
def verifier() -> Person:
    return DutyFactory(kind=DutyKind.VERIFIER, person__name="赵明川").person


@pytest.fixture
def teacher(verifier: Person) -> Person:
    return RoleSpellFactory(organisation=Duty.objects.get(person=verifier).organisation).person


def test_confirm_moves_hours(verifier, teacher) -> None:
    entry = credit.booked(teacher)
    (outcome,) = confirm(verifier=verifier, bookings=[entry.id], at=LATER)

    assert outcome.problem is None
    after = queries.entry(entry.id)
    assert after.state == AccountKind.CONFIRMED
    assert (after.decided_by, after.decided_at) == (verifier, LATER)
    assert after.lines == entry.lines
    balance = queries.balance(teacher)
    assert (balance.pending, balance.confirmed, balance.counted) == (
        Hours(0),
        Hours(200),
        Hours(200),
    )


def test_reject_needs_a_reason_and_keeps_it(verifier, teacher) -> None:
    entry = credit.booked(teacher)
    for reason in ("", "  ", "长" * 501, "a\0b"):
        with pytest.raises(ReasonMissing):
            reject(verifier=verifier, bookings=[entry.id], because=reason, at=LATER)
    reject(verifier=verifier, bookings=[entry.id], because=" 签到表上没有名字 ", at=LATER)

    after = queries.entry(entry.id)
    assert (after.state, after.last.because) == (AccountKind.REJECTED, "签到表上没有名字")
    assert queries.balance(teacher).rejected == Hours(200)


def test_decided_entry_says_who_and_when(verifier, teacher) -> None:
    entry = credit.booked(teacher)
    confirm(verifier=verifier, bookings=[entry.id], at=LATER)
    (outcome,) = reject(verifier=verifier, bookings=[entry.id], because="x", at=LATER)

    assert isinstance(outcome.problem, AlreadyDecided)
    with override("en"):
        (outcome,) = confirm(verifier=verifier, bookings=[entry.id], at=LATER)
        assert str(outcome.problem) == (
            "赵明川 has already decided these hours (Confirmed, 2026-05-20 21:06). "
            "Nothing was changed."
        )
    assert queries.balance(teacher).confirmed == Hours(200)


def test_several_each_with_its_outcome(verifier, teacher) -> None:
    first, second, decided = (credit.booked(teacher) for _ in range(3))
    foreign = credit.booked(RoleSpellFactory().person)
    confirm(verifier=verifier, bookings=[decided.id], at=LATER)
    unknown = uuid.uuid4()
    bookings = [first.id, foreign.id, second.id, decided.id, unknown, first.id]

    outcomes = confirm(verifier=verifier, bookings=bookings, at=LATER)

    assert [(one.booking, type(one.problem)) for one in outcomes] == [
        (first.id, type(None)),
        (foreign.id, UnknownBooking),
        (second.id, type(None)),
        (decided.id, AlreadyDecided),
        (unknown, UnknownBooking),
    ]
    assert queries.balance(teacher).confirmed == Hours(600)
    assert queries.entry(foreign.id).state == AccountKind.PENDING


def test_nobody_decides_their_own(verifier) -> None:
    RoleSpellFactory(person=verifier, organisation=Duty.objects.get(person=verifier).organisation)
    entry = credit.booked(verifier)
    (outcome,) = confirm(verifier=verifier, bookings=[entry.id], at=LATER)
    assert isinstance(outcome.problem, OwnHours)
    assert queries.pending_for(verifier, LATER.date()) == []


def test_former_verifier_decides_nothing(teacher) -> None:
    school = queries.people.school_of(teacher, LATER.date())
    former = DutyFactory(
        kind=DutyKind.VERIFIER, organisation=school, to_on=datetime.date(2026, 5, 1)
    ).person
    entry = credit.booked(teacher)
    (outcome,) = confirm(verifier=former, bookings=[entry.id], at=LATER)
    assert isinstance(outcome.problem, UnknownBooking)


def test_pending_for_lists_own_school_oldest_first(verifier, teacher) -> None:
    older = credit.booked(teacher)
    newer = credit.booked(teacher, at=LATER)
    done = credit.booked(teacher)
    confirm(verifier=verifier, bookings=[done.id], at=LATER)
    credit.booked(RoleSpellFactory().person)
    assert [one.id for one in queries.pending_for(verifier, LATER.date())] == [older.id, newer.id]
    assert queries.pending_for(PersonFactory(), LATER.date()) == []


def test_rejection_can_be_reversed_and_decided_again(verifier, teacher) -> None:
    entry = credit.booked(teacher)
    (outcome,) = reject(verifier=verifier, bookings=[entry.id], because="看错了", at=LATER)
    reversal = reverse(outcome.transfer, by=verifier, because="退错了人", at=LATER)

    assert reversal.reverses == outcome.transfer
    assert queries.entry(entry.id).state == AccountKind.PENDING
    with pytest.raises(NotReversible):
        reverse(outcome.transfer, by=verifier, because="再来一次", at=LATER)
    assert [one.id for one in queries.pending_for(verifier, LATER.date())] == [entry.id]
    confirm(verifier=verifier, bookings=[entry.id], at=LATER)
    with pytest.raises(NotReversible):
        reverse(entry.booking, by=verifier, because="记重了", at=LATER)
    assert queries.entry(entry.id).state == AccountKind.CONFIRMED


def test_booking_itself_can_be_reversed(verifier, teacher) -> None:
    entry = credit.booked(teacher)
    reverse(entry.booking, by=verifier, because="记重了", at=LATER)
    assert queries.entry(entry.id).state == AccountKind.ISSUED
    assert queries.balance(teacher).pending == Hours(0)
    assert queries.pending_for(verifier, LATER.date()) == []
    (outcome,) = confirm(verifier=verifier, bookings=[entry.id], at=LATER)
    assert isinstance(outcome.problem, AlreadyDecided)


@pytest.mark.parametrize("count", [1, 3])
def test_confirm_asks_constant_queries(
    django_assert_num_queries, verifier, teacher, count: int
) -> None:
    colleagues = [
        RoleSpellFactory(organisation=Duty.objects.get(person=verifier).organisation).person
        for _ in range(count)
    ]
    entries = [credit.booked(one) for one in colleagues]
    # Savepoint, release; bookings, duties, teachers, heads, histories, flags (2); lines; all rows, with standings.
    with django_assert_num_queries(11):
        confirm(verifier=verifier, bookings=[one.id for one in entries], at=LATER)


@pytest.mark.parametrize("count", [1, 3])
def test_lists_ask_constant_queries(
    django_assert_num_queries, verifier, teacher, count: int
) -> None:
    for _ in range(count):
        credit.booked(teacher)
    with django_assert_num_queries(4):
        queries.entries_of(teacher)
    with django_assert_num_queries(6):
        listed = queries.pending_for(verifier, LATER.date())
        assert [one.booking.person.name for one in listed] == [teacher.name] * count
    with django_assert_num_queries(1):
        queries.balance(teacher)


def test_organisations_of_other_bureaus_stay_apart(verifier) -> None:
    elsewhere = RoleSpellFactory(organisation=OrganisationFactory()).person
    entry = credit.booked(elsewhere)
    (outcome,) = confirm(verifier=verifier, bookings=[entry.id], at=LATER)
    assert isinstance(outcome.problem, UnknownBooking)
