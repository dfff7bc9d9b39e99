"""Detail and people are forgotten by rule; the record still verifies, here and offline."""

import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from lms.credit import queries
from lms.credit.core import sealed
from lms.credit.core.retention import Rule
from lms.credit.domain import audit, claims, flags, retention
from lms.credit.domain.checkpoints import make_checkpoint
from lms.credit.domain.confirm import confirm, reject
from lms.credit.domain.register import register
from lms.credit.domain.statements import file_of, issue_certificate
from lms.credit.enums import CheckpointKind
from lms.credit.errors import StillHere
from lms.credit.models.claim import ProofFile
from lms.credit.models.erasure import Erasure
from lms.credit.models.evidence import EvidenceDetail
from lms.people.enums import DutyKind
from lms.people.models import Person
from lms.testing.claims import claimed
from lms.testing.credit import AT, booked
from lms.testing.factories import DutyFactory, PersonFactory
from tests.lms.web.school import School, make_school

pytestmark = pytest.mark.django_db
MONTH = datetime.timedelta(days=31)


@pytest.fixture
def school() -> School:
    return make_school()


@pytest.fixture
def officer(school: School) -> Person:
    bureau = school.school.get_root()
    return DutyFactory(
        person=PersonFactory(), kind=DutyKind.BUREAU_ADMIN, organisation=bureau
    ).person


def test_devices_go_a_year_after_registration_and_not_before(school: School, officer) -> None:
    one, two = booked(school.teacher), booked(school.teacher)
    confirm(verifier=school.verifier, bookings=[one.id, two.id], at=AT)
    register(officer=officer, bookings=[one.id], at=AT)

    assert sum(retention.run(at=AT + 11 * MONTH).values()) == 0
    assert retention.run(at=AT + 13 * MONTH) == {
        "devices-registered": 1,
        "devices-old": 0,
        "proofs": 0,
    }
    assert EvidenceDetail.objects.count() == 1
    assert Erasure.objects.get().rule == "devices-registered: 12 months after registered"
    assert retention.run(at=AT + 40 * MONTH)["devices-old"] == 1
    assert audit.first_fault() is None


def test_many_go_batch_by_batch(school: School) -> None:
    for _ in range(3):
        booked(school.teacher)
    rule = Rule("a", "devices", "recorded", 1, "b")
    assert retention.run(at=AT + 3 * MONTH, rules=(rule,), batch=2) == {"a": 3}


def test_files_go_with_their_rows(
    school: School, private_files, django_capture_on_commit_callbacks
) -> None:
    there = set(private_files.rglob("*.jpg"))
    claim, waiting = claimed(school.teacher), claimed(school.teacher, title="还在等")
    claims.accept(by=school.verifier, parts=claim.parts.all(), at=AT)
    assert len(set(private_files.rglob("*.jpg")) - there) == 2
    with django_capture_on_commit_callbacks(execute=True):
        done = retention.run(at=AT + 40 * MONTH)
    assert done["proofs"] == 1
    assert len(set(private_files.rglob("*.jpg")) - there) == 1
    assert ProofFile.objects.get().proof.claim == waiting
    assert audit.first_fault() is None


def test_a_person_who_left_is_forgotten_and_the_record_verifies(school: School, officer) -> None:
    teacher = school.teacher
    kept, refused = (
        booked(teacher, flags={"media.two-devices": {"turns": 4}}),
        booked(teacher),
    )
    flags.answer(person=teacher, flag=kept.flags[0], text="我的平板", at=AT)
    confirm(verifier=school.verifier, bookings=[kept.id], at=AT, in_order="问过本人")
    reject(verifier=school.verifier, bookings=[refused.id], because="林老师没看完", at=AT)
    claimed(teacher)
    make_checkpoint(kind=CheckpointKind.DEMAND, at=AT)
    entry = queries.entry(kept.id)
    assert entry is not None
    paper = file_of(issue_certificate(entry.booking, at=AT))

    before = (sealed.check(paper).verdict, sealed.check(paper).fault)

    with pytest.raises(StillHere):
        retention.erase_person(person=teacher, by=officer, at=AT)
    teacher.role_spells.update(to_on=AT.date())
    teacher.refresh_from_db()
    later = AT + MONTH
    assert retention.erase_person(person=teacher, by=officer, at=later) >= 5

    teacher.refresh_from_db()
    assert (teacher.name, teacher.phone, teacher.is_active) == ("（已注销）", None, False)
    assert audit.first_fault() is None
    assert queries.balance(teacher).confirmed == entry.hours
    assert {one.by for one in Erasure.objects.all()} == {officer}
    found = queries.entry(refused.id)
    assert found is not None
    assert (found.last.because, bool(found.last.because_digest)) == ("", True)
    out = StringIO()
    call_command("ledger_check", stdout=out)
    assert out.getvalue().startswith("Everything agrees")
    assert (sealed.check(paper).verdict, sealed.check(paper).fault) == before
    assert before == (sealed.Verdict.GENUINE, "")


def test_command_says_what_went(school: School, officer) -> None:
    out = StringIO()
    call_command("retention", stdout=out)
    assert "proofs: 0 erased." in out.getvalue()
    for options in (
        {"person": str(school.teacher.public_id)},
        {"person": "x", "by": "x"},
        {"person": str(school.teacher.public_id), "by": str(officer.public_id)},
    ):
        with pytest.raises(CommandError):
            call_command("retention", stdout=out, **options)
