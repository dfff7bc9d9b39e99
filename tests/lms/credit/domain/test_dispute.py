"""Questions about hours: who may raise one, who decides it, and what becomes of the hours."""

import datetime

import pytest

from lms.api.events import credit_disputed
from lms.credit import queries
from lms.credit.core.hours import Hours
from lms.credit.domain import audit
from lms.credit.domain.checking import Verdict, check
from lms.credit.domain.confirm import confirm, reject
from lms.credit.domain.dispute import dismiss, dispute, uphold
from lms.credit.domain.register import register
from lms.credit.domain.statements import issue_certificate
from lms.credit.enums import AccountKind
from lms.credit.errors import (
    AlreadyDecided,
    BureausDecision,
    OwnHours,
    OwnQuestion,
    ReasonMissing,
    UnknownBooking,
    WrongState,
)
from lms.people.enums import DutyKind
from lms.people.models import Person
from lms.testing import credit
from lms.testing.factories import DutyFactory, PersonFactory, RoleSpellFactory

pytestmark = pytest.mark.django_db
LATER = credit.AT + datetime.timedelta(days=2)
WHY = {"because": "签到表是本人签的", "at": LATER}


@pytest.fixture
def teacher() -> Person:
    return RoleSpellFactory().person


@pytest.fixture
def school(teacher):
    return queries.people.school_of(teacher, LATER.date())


@pytest.fixture
def verifier(school) -> Person:
    return DutyFactory(kind=DutyKind.VERIFIER, organisation=school, person__name="赵明川").person


@pytest.fixture
def colleague(school) -> Person:
    return DutyFactory(kind=DutyKind.VERIFIER, organisation=school).person


@pytest.fixture
def officer(school) -> Person:
    return DutyFactory(kind=DutyKind.BUREAU_ADMIN, organisation=school.get_root()).person


@pytest.fixture
def entry(teacher) -> queries.Entry:
    return credit.booked(teacher)


def state_of(entry: queries.Entry) -> AccountKind:
    return queries.entry(entry.id).state


def problem(outcomes) -> type | None:
    (one,) = outcomes
    assert (one.transfer is None) == (one.problem is not None)
    return type(one.problem) if one.problem else None


def test_teacher_questions_a_rejection_and_is_right(teacher, verifier, colleague, entry) -> None:
    reject(verifier=verifier, bookings=[entry.id], because="没有签到", at=LATER)
    (outcome,) = dispute(by=teacher, bookings=[entry.id], **WHY)
    assert outcome.transfer.because == "签到表是本人签的"
    assert queries.balance(teacher).disputed == Hours(200)

    uphold(by=colleague, bookings=[entry.id], because="已核对签到表", at=LATER)

    assert state_of(entry) == AccountKind.CONFIRMED
    acts = [one.act for one in queries.entry(entry.id).history]
    assert acts == ["book", "reject", "dispute", "confirm"]
    assert audit.first_fault() is None


def test_a_question_is_dismissed_and_may_be_raised_again(teacher, verifier, entry) -> None:
    reject(verifier=verifier, bookings=[entry.id], because="没有签到", at=LATER)
    dispute(by=teacher, bookings=[entry.id], **WHY)
    (back,) = dismiss(by=verifier, bookings=[entry.id], because="签名不符", at=LATER)
    assert back.transfer.reverses.act == "dispute"
    assert state_of(entry) == AccountKind.REJECTED
    assert problem(dispute(by=teacher, bookings=[entry.id], **WHY)) is None


def test_a_teacher_takes_the_question_back_but_does_not_decide_it(teacher, verifier, entry) -> None:
    reject(verifier=verifier, bookings=[entry.id], because="没有签到", at=LATER)
    dispute(by=teacher, bookings=[entry.id], **WHY)
    assert problem(uphold(by=teacher, bookings=[entry.id], **WHY)) is OwnHours
    assert problem(dismiss(by=teacher, bookings=[entry.id], **WHY)) is None
    assert state_of(entry) == AccountKind.REJECTED


def test_a_teacher_questions_rejections_only(teacher, verifier, entry) -> None:
    assert problem(dispute(by=teacher, bookings=[entry.id], **WHY)) is WrongState
    confirm(verifier=verifier, bookings=[entry.id], at=LATER)
    assert problem(dispute(by=teacher, bookings=[entry.id], **WHY)) is AlreadyDecided


@pytest.mark.parametrize("state", ["pending", "confirmed", "registered"])
def test_an_office_questions_what_waits_or_counts(
    teacher, verifier, officer, entry, state: str
) -> None:
    if state != "pending":
        confirm(verifier=verifier, bookings=[entry.id], at=LATER)
    if state == "registered":
        register(officer=officer, bookings=[entry.id], at=LATER)
    dispute(by=verifier, bookings=[entry.id], **WHY)
    assert state_of(entry) == AccountKind.DISPUTED
    assert queries.balance(teacher).counted == Hours(0)
    assert problem(dismiss(by=teacher, bookings=[entry.id], **WHY)) is OwnHours
    uphold(by=officer, bookings=[entry.id], **WHY)
    assert state_of(entry) == AccountKind.REJECTED


def test_who_raised_a_question_does_not_decide_it(verifier, colleague, entry) -> None:
    confirm(verifier=verifier, bookings=[entry.id], at=LATER)
    dispute(by=verifier, bookings=[entry.id], **WHY)
    assert problem(uphold(by=verifier, bookings=[entry.id], **WHY)) is OwnQuestion
    assert problem(dismiss(by=colleague, bookings=[entry.id], **WHY)) is None
    assert state_of(entry) == AccountKind.CONFIRMED


def test_a_school_does_not_decide_about_registered_hours(
    verifier, colleague, officer, entry
) -> None:
    confirm(verifier=verifier, bookings=[entry.id], at=LATER)
    register(officer=officer, bookings=[entry.id], at=LATER)
    dispute(by=verifier, bookings=[entry.id], **WHY)
    for act in (uphold, dismiss):
        assert problem(act(by=colleague, bookings=[entry.id], **WHY)) is BureausDecision
    dismiss(by=officer, bookings=[entry.id], **WHY)
    assert state_of(entry) == AccountKind.REGISTERED


def test_the_second_to_decide_learns_who_was_first(
    teacher, verifier, colleague, officer, entry
) -> None:
    reject(verifier=verifier, bookings=[entry.id], because="没有签到", at=LATER)
    dispute(by=teacher, bookings=[entry.id], **WHY)
    uphold(by=colleague, bookings=[entry.id], **WHY)
    for act in (uphold, dismiss):
        assert problem(act(by=officer, bookings=[entry.id], **WHY)) is AlreadyDecided


def test_strangers_do_nothing(entry) -> None:
    stranger = DutyFactory(kind=DutyKind.VERIFIER).person
    for act in (dispute, uphold, dismiss):
        for somebody in (stranger, PersonFactory()):
            assert problem(act(by=somebody, bookings=[entry.id], **WHY)) is UnknownBooking
    assert state_of(entry) == AccountKind.PENDING


def test_every_step_says_why(verifier, entry) -> None:
    for act in (dispute, uphold, dismiss):
        with pytest.raises(ReasonMissing):
            act(by=verifier, bookings=[entry.id], because="  ", at=LATER)


def test_certificate_of_questioned_hours_is_revoked_until_the_question_is_dismissed(
    verifier, colleague, officer, entry
) -> None:
    confirm(verifier=verifier, bookings=[entry.id], at=LATER)
    code = issue_certificate(entry.booking, at=LATER).code
    dispute(by=officer, bookings=[entry.id], **WHY)
    found = check(code)
    assert found.verdict == Verdict.REVOKED
    assert [one.because for one in found.revocations] == [WHY["because"]]
    dismiss(by=verifier, bookings=[entry.id], **WHY)
    assert check(code).verdict == Verdict.GENUINE
    dispute(by=officer, bookings=[entry.id], **WHY)
    uphold(by=colleague, bookings=[entry.id], **WHY)
    assert check(code).verdict == Verdict.REVOKED


def test_questions_are_told(verifier, entry, django_capture_on_commit_callbacks) -> None:
    told = []

    def receiver(event, **_) -> None:
        told.append((event.booking, event.state, event.because))

    credit_disputed.connect(receiver)
    with django_capture_on_commit_callbacks(execute=True):
        dispute(by=verifier, bookings=[entry.id], **WHY)
    credit_disputed.disconnect(receiver)
    assert told == [(entry.id, "disputed", WHY["because"])]
