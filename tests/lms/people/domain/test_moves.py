"""Teachers who go to another school: who may, what ends and begins, and what stays with the hours."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied

from lms.credit import queries
from lms.credit.domain.confirm import confirm
from lms.credit.domain.register import register
from lms.credit.enums import AccountKind
from lms.credit.errors import UnknownBooking
from lms.people import queries as people
from lms.people.domain.moves import decline, let_go, take, withdraw
from lms.people.enums import DutyKind, PolicyRole
from lms.people.errors import MoveRefused
from lms.people.models import Move, MoveAnswer, Organisation, Person, RoleSpell
from lms.testing.credit import AT, booked
from lms.testing.factories import DutyFactory, OrganisationFactory, RoleSpellFactory
from tests.lms.web.school import School, make_school

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 5, 20)
NOW = datetime.datetime(2026, 5, 20, 3, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)
SAID = {"at": NOW, "today": TODAY}


def officer_of(place: Organisation) -> Person:
    person: Person = DutyFactory(kind=DutyKind.BUREAU_ADMIN, organisation=place).person
    return person


@pytest.fixture
def old() -> School:
    return make_school()


@pytest.fixture
def sibling(old: School) -> Organisation:
    school: Organisation = OrganisationFactory(parent=old.school.get_parent(), name="第二幼儿园")
    return school


def posts(person: Person, on: datetime.date) -> set[tuple[str, str]]:
    return {
        (one.role, one.organisation.name) for one in RoleSpell.objects.on(on).filter(person=person)
    }


def test_within_a_bureau_it_is_done_at_once(old, sibling) -> None:
    officer = officer_of(old.school.get_root())
    RoleSpellFactory(person=old.teacher, organisation=old.school, role=PolicyRole.CLASS_TEACHER)
    RoleSpellFactory(person=old.teacher, organisation=old.school, role=PolicyRole.PRINCIPAL)
    duty = DutyFactory(person=old.teacher, kind=DutyKind.VERIFIER, organisation=old.school)

    move = let_go(
        by=officer, person=old.teacher, origin=old.school, target=sibling, on=TODAY, **SAID
    )

    assert (move.by, move.answer.by, move.answer.school) == (officer, officer, sibling)
    before, after = posts(old.teacher, TODAY - DAY), posts(old.teacher, TODAY)
    assert {place for _role, place in before} == {old.school.name}
    assert after == {("teacher", "第二幼儿园"), ("class_teacher", "第二幼儿园")}
    duty.refresh_from_db()
    assert duty.to_on == TODAY - DAY


def test_across_bureaus_one_lets_go_and_the_other_takes(old) -> None:
    new = make_school("外地幼儿园")
    ours, theirs = officer_of(old.school.get_root()), officer_of(new.school.get_root())
    move = let_go(
        by=ours, person=old.teacher, origin=old.school, target=new.school.get_root(),
        on=TODAY, because="随迁", **SAID,
    )  # fmt: skip
    assert posts(old.teacher, TODAY) == {("teacher", old.school.name)}
    assert list(people.moves_to_answer(theirs, TODAY)) == [move]
    assert not people.moves_to_answer(ours, TODAY).exists()

    take(by=theirs, move=move, school=new.school, **SAID)

    assert posts(old.teacher, TODAY) == {("teacher", "外地幼儿园")}
    assert not people.moves_to_answer(theirs, TODAY).exists()
    with pytest.raises(MoveRefused):
        withdraw(by=ours, move=move, **SAID)


def test_hours_keep_their_origin_and_the_new_offices_decide(old) -> None:
    new = make_school("外地幼儿园")
    ours, theirs = officer_of(old.school.get_root()), officer_of(new.school.get_root())
    done, waits = booked(old.teacher), booked(old.teacher)
    confirm(verifier=old.verifier, bookings=[done.id], at=AT)
    move = let_go(
        by=ours, person=old.teacher, origin=old.school, target=new.school.get_root(), on=TODAY, **SAID
    )  # fmt: skip
    take(by=theirs, move=move, school=new.school, **SAID)
    for person in (old.verifier, new.verifier, ours, theirs, old.teacher):
        person.refresh_from_db()

    (refused,) = confirm(verifier=old.verifier, bookings=[waits.id], at=NOW)
    assert isinstance(refused.problem, UnknownBooking)
    (refused,) = register(officer=ours, bookings=[done.id], at=NOW)
    assert isinstance(refused.problem, UnknownBooking)
    assert confirm(verifier=new.verifier, bookings=[waits.id], at=NOW)[0].transfer
    assert all(
        one.transfer for one in register(officer=theirs, bookings=[done.id, waits.id], at=NOW)
    )
    for one in queries.entries_of(old.teacher):
        facts = one.last.facts
        assert (facts["school"]["name"], one.state) == (old.school.name, AccountKind.REGISTERED)
        assert facts["bureau"]["id"] == str(old.school.get_root().public_id)


def test_a_day_ahead_changes_nothing_until_it_comes(old, sibling) -> None:
    officer = officer_of(old.school.get_root())
    let_go(
        by=officer, person=old.teacher, origin=old.school, target=sibling, on=TODAY + 30 * DAY, **SAID
    )  # fmt: skip
    assert posts(old.teacher, TODAY + 29 * DAY) == {("teacher", old.school.name)}
    assert posts(old.teacher, TODAY + 30 * DAY) == {("teacher", "第二幼儿园")}


def test_declined_and_withdrawn_leave_everything(old) -> None:
    new = make_school("外地幼儿园")
    ours, theirs = officer_of(old.school.get_root()), officer_of(new.school.get_root())
    target = new.school.get_root()
    for act in ("decline", "withdraw"):
        move = let_go(
            by=ours, person=old.teacher, origin=old.school, target=target, on=TODAY, **SAID
        )
        if act == "decline":
            with pytest.raises(MoveRefused):
                decline(by=theirs, move=move, because=" ", **SAID)
            decline(by=theirs, move=move, because="名额已满", **SAID)
        else:
            withdraw(by=ours, move=move, **SAID)
    assert posts(old.teacher, TODAY) == {("teacher", old.school.name)}
    assert MoveAnswer.objects.count() == 2


def test_only_the_offices_concerned_may(old, sibling) -> None:
    new = make_school("外地幼儿园")
    ours, theirs = officer_of(old.school.get_root()), officer_of(new.school.get_root())
    said = {"person": old.teacher, "origin": old.school, "target": sibling, "on": TODAY, **SAID}
    for by in (theirs, old.verifier, old.teacher):
        with pytest.raises(PermissionDenied):
            let_go(by=by, **said)
    DutyFactory(person=old.teacher, kind=DutyKind.BUREAU_ADMIN, organisation=old.school.get_root())
    old.teacher.refresh_from_db()
    with pytest.raises(PermissionDenied):
        let_go(by=old.teacher, **said)
    move = let_go(by=ours, **said | {"target": new.school.get_root()})
    with pytest.raises(PermissionDenied):
        take(by=ours, move=move, school=new.school, **SAID)
    with pytest.raises(PermissionDenied):
        withdraw(by=theirs, move=move, **SAID)


def test_nonsense_is_refused_in_words(old, sibling) -> None:
    officer = officer_of(old.school.get_root())
    elsewhere = make_school("外地幼儿园").school
    said = {"by": officer, "person": old.teacher, "origin": old.school, "on": TODAY, **SAID}
    wrong = [
        {"target": old.school},
        {"target": elsewhere},
        {"target": old.school.get_root()},
        {"target": old.school.get_parent()},
        {"target": sibling, "on": TODAY + 400 * DAY},
        {"target": sibling, "on": datetime.date(2020, 9, 1)},
    ]
    for one in wrong:
        with pytest.raises(MoveRefused):
            let_go(**said | one)
    let_go(**said | {"target": elsewhere.get_root()})
    with pytest.raises(MoveRefused):
        let_go(**said | {"target": sibling})
    assert Move.objects.count() == 1
