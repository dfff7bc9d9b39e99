"""Many at once, in pieces."""

import datetime

import pytest

from lms.credit import queries
from lms.credit.core.hours import Hours
from lms.credit.core.periods import Period
from lms.credit.domain import registration
from lms.credit.domain.confirm import confirm
from lms.credit.domain.dispute import dispute
from lms.credit.models.register import RegisterRun
from lms.credit.queries.register import heaps_to_register, to_register
from lms.people.enums import DutyKind
from lms.people.models import Person
from lms.testing.credit import AT, booked
from lms.testing.factories import DutyFactory, OrganisationFactory
from tests.lms.web.school import School, make_school, teacher_at

pytestmark = pytest.mark.django_db
LATER = AT + datetime.timedelta(days=3)
TODAY = LATER.date()


@pytest.fixture
def school() -> School:
    return make_school()


@pytest.fixture
def officer(school: School) -> Person:
    duty = DutyFactory(kind=DutyKind.BUREAU_ADMIN, organisation=school.school.get_root())
    person: Person = duty.person
    return person


def confirmed(school: School, *, at: datetime.datetime = AT, **facts: object) -> queries.Entry:
    entry = booked(school.teacher, at=at, **facts)
    confirm(verifier=school.verifier, bookings=[entry.id], at=at + datetime.timedelta(days=1))
    return entry


def test_all_that_waits_is_registered_piece_by_piece(school, officer, monkeypatch) -> None:
    monkeypatch.setattr(registration, "PIECE", 2)
    for _ in range(5):
        confirmed(school, hours=Hours(150))
    run = registration.begin(officer=officer, schools=[], period=None, at=LATER)
    assert (run.total, run.done, run.ended_at) == (5, 0, None)

    run = registration.take_piece(run.pk, at=LATER)
    assert (run.registered, run.ended_at) == (2, None)
    run = registration.go_on(run.pk, clock=lambda: LATER)

    assert (run.registered, run.left, run.hundredths, run.ended_at) == (5, 0, 750, LATER)
    assert queries.balance(school.teacher).registered == Hours(750)
    assert registration.take_piece(run.pk, at=LATER).registered == 5


def test_a_piece_that_fails_leaves_the_run_where_it_was(school, officer, monkeypatch) -> None:
    confirmed(school)
    run = registration.begin(officer=officer, schools=[], period=None, at=LATER)
    monkeypatch.setattr(RegisterRun, "save", _raise)
    with pytest.raises(RuntimeError):
        registration.take_piece(run.pk, at=LATER)
    monkeypatch.undo()
    assert queries.balance(school.teacher).registered == Hours(0)
    assert registration.go_on(run.pk, clock=lambda: LATER).registered == 1


def _raise(*args: object, **kwargs: object) -> None:
    raise RuntimeError


def test_only_the_schools_and_the_period_that_were_asked_for(school, officer) -> None:
    other = OrganisationFactory(parent=school.school.get_parent(), name="第二幼儿园")
    colleague = teacher_at(other, "何静怡")
    DutyFactory(person=school.verifier, kind=DutyKind.VERIFIER, organisation=other)
    elsewhere = booked(colleague)
    confirm(verifier=school.verifier, bookings=[elsewhere.id], at=LATER)
    confirmed(school)
    confirmed(school, at=AT - datetime.timedelta(days=200))

    assert {key: one.count for key, one in heaps_to_register(officer, TODAY).items()} == {
        school.school.pk: 2,
        other.pk: 1,
    }
    spring = Period(datetime.date(2026, 1, 1), datetime.date(2026, 6, 30))
    run = registration.begin(officer=officer, schools=[school.school.pk], period=spring, at=LATER)
    run = registration.go_on(run.pk, clock=lambda: LATER)
    assert (run.registered, to_register(officer, TODAY).count()) == (1, 2)


def test_nothing_of_other_bureaus_nor_ones_own(school, officer) -> None:
    foreign = make_school("外地幼儿园")
    confirmed(foreign)
    assert not to_register(officer, TODAY).exists()
    DutyFactory(person=school.teacher, kind=DutyKind.BUREAU_ADMIN, organisation=school.school.get_root())  # fmt: skip
    confirmed(school)
    assert to_register(officer, TODAY).count() == 1
    assert to_register(school.teacher, TODAY).count() == 0


def test_what_came_after_the_asking_and_what_was_questioned_stay(school, officer) -> None:
    kept = confirmed(school)
    run = registration.begin(officer=officer, schools=[], period=None, at=LATER)
    confirmed(school, at=LATER)
    dispute(by=school.verifier, bookings=[kept.id], because="再看看", at=LATER)
    run = registration.go_on(run.pk, clock=lambda: LATER + datetime.timedelta(days=2))
    assert (run.total, run.registered) == (1, 0)


def test_a_duty_that_ended_ends_the_run(school, officer) -> None:
    confirmed(school)
    run = registration.begin(officer=officer, schools=[], period=None, at=LATER)
    officer.duties.update(to_on=TODAY)
    run = registration.go_on(run.pk, clock=lambda: LATER + datetime.timedelta(days=2))
    assert (run.registered, run.ended_at is not None) == (0, True)
