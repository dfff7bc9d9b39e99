"""Odd things about evidence: raised beside it, answered, decided; hours stay as they are."""

import datetime

import pytest

from lms.credit.core.lines import HERE
from lms.credit.domain import audit, flags
from lms.credit.domain.confirm import confirm
from lms.credit.enums import AccountKind, FlagAct, FlagState
from lms.credit.errors import (
    FlagStands,
    NotToDecide,
    OpenFlags,
    OwnHours,
    ReasonMissing,
    UnknownFlag,
)
from lms.credit.events import credit_flagged
from lms.credit.models.flag import Flag
from lms.credit.queries import flags as flag_reads
from lms.people.enums import DutyKind
from lms.people.models import Person
from lms.testing.credit import AT, booked, evidence
from lms.testing.factories import DutyFactory, PersonFactory
from tests.lms.web.school import School, make_school

pytestmark = pytest.mark.django_db
TWO = {"media.two-devices": {"turns": 4}}


@pytest.fixture
def school() -> School:
    return make_school()


@pytest.fixture
def officer(school: School) -> Person:
    bureau = school.school.get_root()
    return DutyFactory(
        person=PersonFactory(), kind=DutyKind.BUREAU_ADMIN, organisation=bureau
    ).person


def raised(school: School) -> Flag:
    (flag,) = booked(school.teacher, flags=TWO).flags
    return flag


def state_of(flag: Flag) -> FlagState:
    found = flag_reads.flag_by_id(flag.public_id)
    assert found is not None
    return found.state


def decide(by: Person, flag: Flag, act: FlagAct = FlagAct.STANDS) -> None:
    flags.decide(by=by, flag=flag, act=act, because="问过本人", at=AT)


def test_flag_stands_beside_its_evidence_and_takes_nothing(school: School) -> None:
    entry = booked(school.teacher, flags=TWO)
    assert [(one.kind, one.facts, one.state) for one in entry.flags] == [
        ("media.two-devices", {"turns": 4}, FlagState.OPEN)
    ]
    assert entry.state == AccountKind.PENDING
    assert audit.first_fault() is None


def test_night_and_long_sittings_are_asked_about_by_rule(school: School, settings) -> None:
    start = datetime.datetime(2026, 5, 18, 0, 30, tzinfo=HERE)
    wall = [(start, start + datetime.timedelta(hours=4, minutes=30))]
    one = evidence(school.teacher, wall=wall)
    found = {flag.kind: flag.facts for flag in one.flags.all()}
    assert found["credit.odd-hours"] == {"seconds": 4 * 3600, "from": "01:00", "to": "05:00"}
    assert found["credit.long-sitting"]["seconds"] == 4 * 3600 + 1800

    settings.FLAG_ODD_HOURS, settings.FLAG_LONG_MINUTES = "", 0
    assert evidence(school.teacher, wall=wall).flags.count() == 0


def test_what_is_reckoned_anew_is_asked_about_once(school: School) -> None:
    first = evidence(school.teacher, flags=TWO)
    (flag,) = first.flags.all()
    more = {"media.two-devices": {"turns": 5}}
    # Still open: one question, whatever it comes to now.
    assert evidence(school.teacher, flags=more, is_anew=True).flags.count() == 0
    decide(school.verifier, flag, FlagAct.FINE)
    assert evidence(school.teacher, flags=TWO, is_anew=True).flags.count() == 0
    # What was not known when it was decided is asked; so is what another piece is about.
    assert evidence(school.teacher, flags=more, is_anew=True).flags.count() == 1
    assert evidence(school.teacher, flags=TWO).flags.count() == 1


def test_teacher_is_told_at_once(school: School, django_capture_on_commit_callbacks) -> None:
    heard = []

    def hear(event, **_) -> None:
        heard.append((event.person_id, event.kinds))

    credit_flagged.connect(hear)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            evidence(school.teacher, flags=TWO)
    finally:
        credit_flagged.disconnect(hear)
    assert heard == [(school.teacher.pk, ("media.two-devices",))]
    assert [one.kind for one in flag_reads.flags_to_answer(school.teacher)] == ["media.two-devices"]


def test_confirming_decides_what_is_undecided_or_does_not_confirm(school: School) -> None:
    flagged, plain = booked(school.teacher, flags=TWO), booked(school.teacher)
    both = [flagged.id, plain.id]

    one, two = confirm(verifier=school.verifier, bookings=both, at=AT)
    assert isinstance(one.problem, OpenFlags)
    assert (one.transfer, two.problem) == (None, None)

    (again,) = confirm(verifier=school.verifier, bookings=[flagged.id], at=AT, in_order="值夜班")
    assert again.problem is None
    (flag,) = flag_reads.flags_of([flagged.id])[flagged.id]
    assert flag.state == FlagState.FINE
    assert [(step.by, step.text) for step in flag.steps.all()] == [(school.verifier, "值夜班")]


def test_flag_that_stands_is_not_confirmed(school: School) -> None:
    entry = booked(school.teacher, flags=TWO)
    decide(school.verifier, entry.flags[0])
    (outcome,) = confirm(verifier=school.verifier, bookings=[entry.id], at=AT, in_order="好")
    assert isinstance(outcome.problem, FlagStands)


def test_teacher_answers_school_decides_bureau_has_the_last_word(school: School, officer) -> None:
    flag = raised(school)
    flags.answer(person=school.teacher, flag=flag, text="手机没电换了平板", at=AT)
    assert state_of(flag) == FlagState.OPEN
    decide(school.verifier, flag)
    assert state_of(flag) == FlagState.STANDS
    flags.answer(person=school.teacher, flag=flag, text="有充电记录", at=AT)
    assert state_of(flag) == FlagState.APPEALED
    assert flag_reads.appeals_of(Person.objects.all()) == [flag]
    with pytest.raises(NotToDecide):
        decide(school.verifier, flag)
    decide(officer, flag, FlagAct.FINE)
    assert state_of(flag) == FlagState.FINE
    with pytest.raises(NotToDecide):
        flags.answer(person=school.teacher, flag=flag, text="谢谢", at=AT)


def test_bureaus_word_is_final(school: School, officer) -> None:
    flag = raised(school)
    decide(officer, flag)
    with pytest.raises(NotToDecide):
        flags.answer(person=school.teacher, flag=flag, text="不同意", at=AT)
    assert state_of(flag) == FlagState.STANDS


def test_who_may_not(school: School) -> None:
    flag, stranger = raised(school), make_school("邻区幼儿园")
    for by, error in (
        (school.teacher, OwnHours),
        (stranger.verifier, UnknownFlag),
        (stranger.teacher, UnknownFlag),
    ):
        with pytest.raises(error):
            decide(by, flag)
    with pytest.raises(UnknownFlag):
        flags.answer(person=stranger.teacher, flag=flag, text="我", at=AT)
    with pytest.raises(ReasonMissing):
        flags.answer(person=school.teacher, flag=flag, text="  ", at=AT)
    assert state_of(flag) == FlagState.OPEN
