"""A bureau registers what schools have confirmed: its own schools', once, never one's own hours."""

import datetime

import pytest

from lms.api.events import credit_registered
from lms.credit import queries
from lms.credit.core.hours import Hours
from lms.credit.domain.checking import Verdict, check
from lms.credit.domain.confirm import confirm, reject
from lms.credit.domain.register import register
from lms.credit.domain.statements import issue_certificate
from lms.credit.enums import AccountKind
from lms.credit.errors import AlreadyDecided, OwnHours, UnknownBooking, WrongState
from lms.people import rules
from lms.people.enums import DutyKind
from lms.people.models import Person
from lms.testing import credit
from lms.testing.factories import DutyFactory, OrganisationFactory, RoleSpellFactory

pytestmark = pytest.mark.django_db
LATER = credit.AT + datetime.timedelta(days=2)


@pytest.fixture
def bureau():
    return OrganisationFactory(kind="bureau")


@pytest.fixture
def officer(bureau) -> Person:
    return DutyFactory(kind=DutyKind.BUREAU_ADMIN, organisation=bureau, person__name="周雨").person


@pytest.fixture
def school(bureau):
    district = OrganisationFactory(kind="district", parent=bureau)
    return OrganisationFactory(parent=district)


@pytest.fixture
def verifier(school) -> Person:
    return DutyFactory(kind=DutyKind.VERIFIER, organisation=school).person


def confirmed(person: Person, verifier: Person) -> queries.Entry:
    entry = credit.booked(person)
    confirm(verifier=verifier, bookings=[entry.id], at=LATER)
    return entry


def test_confirmed_hours_are_registered(officer, school, verifier) -> None:
    teacher = RoleSpellFactory(organisation=school).person
    entry = confirmed(teacher, verifier)
    (outcome,) = register(officer=officer, bookings=[entry.id], at=LATER)
    assert outcome.problem is None
    after = queries.entry(entry.id)
    assert (after.state, after.decided_by, after.counts) == (AccountKind.REGISTERED, officer, True)
    balance = queries.balance(teacher)
    assert (balance.confirmed, balance.registered) == (Hours(0), Hours(200))
    assert balance.counted == Hours(200)


def test_each_says_why_it_was_not_registered(officer, school, verifier) -> None:
    teacher = RoleSpellFactory(organisation=school).person
    pending, good = credit.booked(teacher), confirmed(teacher, verifier)
    rejected = credit.booked(teacher)
    reject(verifier=verifier, bookings=[rejected.id], because="x", at=LATER)
    elsewhere = OrganisationFactory()
    foreign = confirmed(
        RoleSpellFactory(organisation=elsewhere).person,
        DutyFactory(kind=DutyKind.VERIFIER, organisation=elsewhere).person,
    )
    own = confirmed(RoleSpellFactory(person=officer, organisation=school).person, verifier)
    wanted = [one.id for one in (pending, good, rejected, foreign, own)]
    outcomes = register(officer=officer, bookings=wanted, at=LATER)
    problems = [type(one.problem) for one in outcomes]
    assert problems == [WrongState, type(None), AlreadyDecided, UnknownBooking, OwnHours]
    (again,) = register(officer=officer, bookings=[good.id], at=LATER)
    assert isinstance(again.problem, AlreadyDecided)


def test_a_district_registers_for_its_own_schools_only(bureau, school, verifier) -> None:
    district = school.get_parent()
    here = DutyFactory(kind=DutyKind.BUREAU_ADMIN, organisation=district).person
    neighbour = OrganisationFactory(kind="district", parent=bureau)
    there = DutyFactory(kind=DutyKind.BUREAU_ADMIN, organisation=neighbour).person
    entry = confirmed(RoleSpellFactory(organisation=school).person, verifier)
    (refused,) = register(officer=there, bookings=[entry.id], at=LATER)
    (done,) = register(officer=here, bookings=[entry.id], at=LATER)
    assert (type(refused.problem), done.problem) == (UnknownBooking, None)


def test_who_may_register(officer, school, verifier) -> None:
    on = LATER.date()
    teacher = RoleSpellFactory(organisation=school).person
    root = Person.objects.create_superuser(name="root", email="root@example.org")
    RoleSpellFactory(person=officer, organisation=school)
    former = DutyFactory(
        kind=DutyKind.BUREAU_ADMIN, organisation=school.get_root(), to_on=datetime.date(2026, 5, 1)
    ).person
    entry = confirmed(teacher, verifier)
    for somebody in (root, former, verifier, teacher):
        assert not rules.may_register_person(somebody, teacher, on)
        (outcome,) = register(officer=somebody, bookings=[entry.id], at=LATER)
        assert outcome.transfer is None
    assert rules.may_register_person(officer, teacher, on)
    assert not rules.may_register_person(officer, officer, on)
    assert queries.entry(entry.id).state == AccountKind.CONFIRMED


def test_certificate_of_confirmed_hours_stays_the_same_one(officer, school, verifier) -> None:
    entry = confirmed(RoleSpellFactory(organisation=school).person, verifier)
    before = issue_certificate(entry.booking, at=LATER)
    register(officer=officer, bookings=[entry.id], at=LATER)
    assert issue_certificate(entry.booking, at=LATER) == before
    assert check(before.code).verdict == Verdict.GENUINE


def test_registering_is_told(officer, school, verifier, django_capture_on_commit_callbacks) -> None:
    told = []

    def receiver(event, **_) -> None:
        told.append((event.booking, event.state, event.by_id))

    entry = confirmed(RoleSpellFactory(organisation=school).person, verifier)
    credit_registered.connect(receiver)
    with django_capture_on_commit_callbacks(execute=True):
        register(officer=officer, bookings=[entry.id], at=LATER)
    credit_registered.disconnect(receiver)
    assert told == [(entry.id, "registered", officer.pk)]


@pytest.mark.parametrize("count", [1, 3])
def test_registering_asks_constant_queries(
    django_assert_num_queries, officer, school, verifier, count: int
) -> None:
    entries = [
        confirmed(RoleSpellFactory(organisation=school).person, verifier) for _ in range(count)
    ]
    with django_assert_num_queries(8):
        register(officer=officer, bookings=[one.id for one in entries], at=LATER)
