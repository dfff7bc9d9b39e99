"""Hours claimed with proof: who may bring and check, what is booked, what is found beside it."""

import datetime
import io

import pytest
from PIL import Image

from lms.credit import queries
from lms.credit.core.explained import explained
from lms.credit.core.hours import Hours
from lms.credit.core.lines import HERE
from lms.credit.domain import audit, claims
from lms.credit.domain.claims import Session
from lms.credit.domain.proofs import read_proof
from lms.credit.domain.record import records_of
from lms.credit.enums import AccountKind, Form, ProofKind
from lms.credit.errors import BadClaim, BadProof, ReasonMissing, UnknownBooking
from lms.credit.models.evidence import Evidence
from lms.credit.queries.claims import busy_days, likenesses
from lms.people.enums import DutyKind
from lms.people.models import Person
from lms.testing.claims import DAY, claimed, photo, upload
from lms.testing.credit import AT, booked
from lms.testing.factories import AccreditationFactory, DutyFactory, PersonFactory, ProviderFactory
from tests.lms.web.school import School, make_school, teacher_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def school() -> School:
    return make_school()


def accepted(by: Person, claim) -> queries.Entry:
    (outcome,) = claims.accept(by=by, parts=claim.parts.all(), at=AT)
    assert outcome.problem is None
    assert outcome.decision is not None
    entry = queries.entry(outcome.decision.booking.public_id)
    assert entry is not None
    return entry


def test_accepted_by_the_verifier_is_booked_as_said_and_confirmed(school: School) -> None:
    entry = accepted(school.verifier, claimed(school.teacher))

    assert entry.state == AccountKind.CONFIRMED
    assert [(line.on, line.hours) for line in entry.lines] == [
        (DAY, Hours(400)),
        (DAY + datetime.timedelta(days=1), Hours(200)),
    ]
    assert entry.booking.facts["accredited"] is False
    one, _other = entry.evidence
    assert (one.facts["brought_by"], one.facts["checked_by"]) == (
        str(school.teacher.public_id),
        str(school.verifier.public_id),
    )
    assert audit.first_fault() is None


def test_accepted_by_the_bureau_waits_for_the_school(school: School) -> None:
    bureau = school.school.get_root()
    officer = DutyFactory(person=PersonFactory(), kind=DutyKind.BUREAU_ADMIN, organisation=bureau)
    entry = accepted(officer.person, claimed(school.teacher))
    assert entry.state == AccountKind.PENDING


@pytest.mark.parametrize(("until", "accredited"), [(DAY, False), (None, True)])
def test_provider_is_accredited_on_each_day_or_not_at_all(
    school: School, until, accredited
) -> None:
    provider = ProviderFactory()
    AccreditationFactory(provider=provider, bureau=school.school.get_root(), to_on=until)
    entry = accepted(school.verifier, claimed(school.teacher, provider=provider, held_by=""))
    assert entry.booking.facts["accredited"] is accredited


def test_a_policy_reads_diploma_and_assessments(school: School) -> None:
    diploma = datetime.date(2026, 5, 10)
    accepted(
        school.verifier,
        claimed(
            school.teacher, form=Form.DEGREE, diploma_on=diploma, assessments={"after": "pass"}
        ),
    )
    (record,) = records_of([school.teacher.pk], DAY + datetime.timedelta(days=30))
    (training,) = record.trainings
    assert training.diploma_on == diploma
    assert training.facts.passed == frozenset({"after"})


def test_roster_is_for_many_and_checked_by_somebody_else(school: School) -> None:
    mates = [teacher_at(school.school, f"同事{number}") for number in range(3)]
    claim = claimed(school.verifier, people=mates, held_by="", form=Form.SCHOOL, title="园本教研")
    (own, *_rest) = claims.accept(by=school.verifier, parts=claim.parts.all(), at=AT)
    assert isinstance(own.problem, BadClaim)

    other = teacher_at(school.school, "何静怡")
    DutyFactory(person=other, kind=DutyKind.VERIFIER, organisation=school.school)
    outcomes = claims.accept(by=other, parts=claim.parts.all(), at=AT)
    assert [one.problem for one in outcomes] == [None, None, None]
    assert [queries.balance(one).confirmed for one in mates] == [Hours(600)] * 3
    again = claims.accept(by=other, parts=claim.parts.all(), at=AT)
    assert all(isinstance(one.problem, BadClaim) for one in again)


def test_who_may_not(school: School) -> None:
    stranger = make_school("邻区幼儿园")
    claim = claimed(school.teacher)
    for by, error in ((school.teacher, UnknownBooking), (stranger.verifier, UnknownBooking)):
        (outcome,) = claims.accept(by=by, parts=claim.parts.all(), at=AT)
        assert isinstance(outcome.problem, error)
    with pytest.raises(BadClaim):
        claimed(school.verifier, people=[stranger.teacher])
    with pytest.raises(BadClaim):
        claimed(school.verifier, people=[])
    with pytest.raises(BadClaim):
        claimed(PersonFactory())


def test_refused_with_a_reason_books_nothing(school: School) -> None:
    claim = claimed(school.teacher)
    with pytest.raises(ReasonMissing):
        claims.refuse(by=school.verifier, parts=claim.parts.all(), because=" ", at=AT)
    (outcome,) = claims.refuse(
        by=school.verifier, parts=claim.parts.all(), because="照片看不清", at=AT
    )
    assert outcome.decision is not None
    assert (outcome.decision.accepted, outcome.decision.because) == (False, "照片看不清")
    assert queries.entries_of(school.teacher) == []


TOMORROW = AT.date() + datetime.timedelta(days=1)


@pytest.mark.parametrize(
    "changes",
    [
        {"title": " "},
        {"sessions": ()},
        {"sessions": (Session(DAY, Hours(0)),)},
        {"sessions": (Session(DAY, Hours(2500)),)},
        {"sessions": (Session(TOMORROW, Hours(100)),)},
        {"sessions": (Session(DAY, Hours(100), datetime.time(12), datetime.time(9)),)},
        {"sessions": (Session(DAY, Hours(401), datetime.time(9), datetime.time(12)),)},
        {"sessions": (Session(AT.date(), Hours(100), datetime.time(20), datetime.time(22)),)},
        {"diploma_on": DAY},
        {"form": Form.DEGREE, "diploma_on": TOMORROW},
        {"assessments": {"ever": "pass"}},
    ],
)
def test_nonsense_is_refused_with_a_sentence(school: School, changes) -> None:
    with pytest.raises(BadClaim):
        claimed(school.teacher, **changes)


def test_picture_is_drawn_anew_without_what_the_camera_wrote() -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x0132] = "SecretCamera", "2026:05:16 09:00:00"
    proof = read_proof(upload(photo(exif=exif, size=(4000, 1000))))
    assert b"SecretCamera" not in proof.content
    drawn = Image.open(io.BytesIO(proof.content))
    assert (drawn.format, dict(drawn.getexif()), drawn.size) == ("JPEG", {}, (2400, 600))


def test_pdf_is_kept_as_it_is() -> None:
    proof = read_proof(upload(b"%PDF-1.7 ...", "proof.jpg"))
    assert (proof.kind, proof.content) == (ProofKind.PDF, b"%PDF-1.7 ...")


@pytest.mark.parametrize(
    "content",
    [b"", b"<svg onload=alert(1)>", b"<html>", b"GIF89a....", photo()[:200], b"\x89PNG\r\n\x1a\n"],
)
def test_what_is_no_picture_is_refused_whatever_its_name(content: bytes) -> None:
    with pytest.raises(BadProof):
        read_proof(upload(content, "photo.jpg"))


def test_too_large_is_refused(settings) -> None:
    settings.CLAIM_MAX_FILE_BYTES = 100
    with pytest.raises(BadProof):
        read_proof(upload(photo()))


def found(claim) -> list[tuple[str, Person]]:
    return [(one.kind, one.part.person) for one in likenesses(claim)]


def test_same_file_and_pictures_alike_are_found_across_teachers(school: School) -> None:
    mate = teacher_at(school.school, "何静怡")
    first = claimed(school.teacher, content=photo(7))
    assert found(first) == []
    assert found(claimed(mate, content=photo(7), title="别的")) == [("file", school.teacher)]
    smaller = claimed(mate, content=photo(7, size=(200, 150), quality=60), title="又一个")
    assert ("picture", school.teacher) in found(smaller)
    assert found(claimed(mate, content=photo(8), title="不相干")) == []


def test_same_training_on_the_same_day_is_found(school: School) -> None:
    mate = teacher_at(school.school, "何静怡")
    claimed(mate)
    assert found(claimed(school.teacher)) == [("training", mate)]


def at_hour(hour: int, minute: int = 0) -> datetime.datetime:
    return datetime.datetime(DAY.year, DAY.month, DAY.day, hour, minute, tzinfo=HERE)


def test_what_is_booked_on_those_days_is_found_and_what_clashes(school: School) -> None:
    booked(school.teacher, title="同时的课", wall=[(at_hour(10), at_hour(11))])
    late = datetime.timedelta(days=1, hours=10)
    booked(school.teacher, title="次日的课", wall=[(at_hour(10) + late, at_hour(11) + late)])
    claim = claimed(school.teacher)
    (part,) = claim.parts.all()
    assert [(one.title, one.clash, one.undated) for one in busy_days(part)] == [
        ("同时的课", True, False),
        ("次日的课", False, True),
    ]
    accepted(school.verifier, claim)
    assert [one.title for one in busy_days(part)] == ["同时的课", "次日的课"]


def test_stated_time_that_is_counted_already_is_not_counted_again(school: School) -> None:
    first = booked(school.teacher, title="同时的课", wall=[(at_hour(10), at_hour(11))])
    claim = claimed(school.teacher)
    (part,) = claim.parts.all()
    before = claims.worth_now(part)
    assert before is not None
    assert (before.worth, before.exact_hours) == (Hours(600), "4.6667")

    entry = accepted(school.verifier, claim)

    # Of three hours by the clock, worth 4, one was counted: 4 x 2/3. The other day states no time.
    assert [line.hours for line in entry.lines] == [Hours(267 - 1), Hours(200)]
    told = explained(entry.booking.facts)
    assert told is not None
    (left,) = told.left_out
    assert (left.training, left.seconds, left.need) == ("同时的课", 3600, "2026-05-16 09:00—12:00")
    assert audit.first_fault() is None
    # And the other way round: what is watched in the claimed time afterwards.
    later = booked(school.teacher, title="后来的课", wall=[(at_hour(11), at_hour(12, 30))])
    assert later.hours == Hours(66)
    assert first.hours == Hours(200)


def test_time_that_is_all_counted_is_refused_with_the_numbers(school: School) -> None:
    booked(school.teacher, title="同时的课", wall=[(at_hour(8), at_hour(13))])
    sessions = (Session(DAY, Hours(400), datetime.time(9), datetime.time(12)),)
    claim = claimed(school.teacher, sessions=sessions)
    (outcome,) = claims.accept(by=school.verifier, parts=claim.parts.all(), at=AT)
    assert "180 分钟已计入《同时的课》" in str(outcome.problem)
    assert len(queries.entries_of(school.teacher)) == 1
    assert not Evidence.objects.filter(kind="credit.claimed").exists()


def test_sessions_of_a_claim_that_overlap_count_once(school: School) -> None:
    nine_to_twelve = Session(DAY, Hours(400), datetime.time(9), datetime.time(12))
    claim = claimed(school.teacher, sessions=(nine_to_twelve, nine_to_twelve))
    assert accepted(school.verifier, claim).hours == Hours(400)
