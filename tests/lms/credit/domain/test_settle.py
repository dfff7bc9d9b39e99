"""Evidence becomes hours: once, in one transaction, as dated lines."""

import datetime
from decimal import Decimal

import pytest
from django.utils.translation import override

from lms.api.credit import (
    BadEvidence,
    BadTraining,
    Hours,
    Need,
    UnknownTraining,
    balance,
    entries_of,
    minima_for,
    take_part,
)
from lms.credit.core.lines import Line
from lms.credit.enums import AccountKind
from lms.credit.events import credit_booked
from lms.people.models import Person
from lms.testing import credit
from lms.testing.factories import (
    AccreditationFactory,
    OrganisationFactory,
    PersonFactory,
    RoleSpellFactory,
)

pytestmark = pytest.mark.django_db
AT = credit.AT


def test_last_evidence_books_the_hours() -> None:
    person = PersonFactory()
    version = credit.declared()
    take_part(person=person, training_key=version.training.key, at=AT)
    assert balance(person).pending == Hours(0)

    evidence = credit.evidence(person)

    (entry,) = entries_of(person)
    assert entry.state == AccountKind.PENDING
    assert entry.hours == Hours(200)
    assert entry.evidence == (evidence,)
    assert entry.lines == (Line(datetime.date(2026, 5, 18), Hours(200)),)
    assert entry.booking.version == version
    assert (balance(person).pending, balance(person).confirmed) == (Hours(200), Hours(0))


def test_evidence_before_enrolment_counts_once_enrolled() -> None:
    person = PersonFactory()
    version = credit.declared()
    credit.evidence(person)
    assert entries_of(person) == []

    take_part(person=person, training_key=version.training.key, at=AT)
    take_part(person=person, training_key=version.training.key, at=AT)

    assert [entry.hours for entry in entries_of(person)] == [Hours(200)]


def test_same_source_twice_is_one_piece_of_evidence() -> None:
    person = PersonFactory()
    first = credit.evidence(person, source_key="media:a")
    assert credit.evidence(person, source_key="media:a", amount=Decimal("0.5")) == first
    with pytest.raises(BadEvidence):
        credit.evidence(PersonFactory(), source_key="media:a")


def test_more_evidence_books_nothing_twice() -> None:
    person = PersonFactory()
    version = credit.declared()
    take_part(person=person, training_key=version.training.key, at=AT)
    credit.evidence(person)
    credit.evidence(person)
    assert balance(person).pending == Hours(200)


def test_new_version_books_nothing_twice() -> None:
    person = PersonFactory()
    version = credit.declared()
    take_part(person=person, training_key=version.training.key, at=AT)
    credit.evidence(person)
    newer = credit.declared(key=version.training.key, hours=Hours(400))
    assert (newer.number, newer.training) == (2, version.training)

    take_part(person=person, training_key=version.training.key, at=AT)
    credit.evidence(person)

    assert balance(person).pending == Hours(200)


def test_declaring_the_same_again_is_the_same_version() -> None:
    version = credit.declared()
    assert credit.declared(key=version.training.key) == version


def test_too_little_books_nothing_until_enough() -> None:
    person = PersonFactory()
    version = credit.declared()
    take_part(person=person, training_key=version.training.key, at=AT)
    credit.evidence(person, amount=Decimal("0.899999"))
    assert entries_of(person) == []
    credit.evidence(person, amount=Decimal("0.9"))
    assert balance(person).pending == Hours(200)


def test_all_needs_are_asked_and_lines_follow_their_days() -> None:
    person = PersonFactory()
    quiz = Need(
        evidence_kind="assessments.passed",
        subject="assessments.paper:1",
        minimum=Decimal("0.6"),
        title="随堂测验",
        weight_s=0,
    )
    version = credit.declared(needs=[credit.watch(), quiz])
    take_part(person=person, training_key=version.training.key, at=AT)
    # 23:50 to 00:10 in Shanghai, then 10 minutes two days later: 1:1:1 thirds of 2.00.
    midnight = datetime.datetime(2026, 5, 16, 16, 0, tzinfo=datetime.UTC)
    ten = datetime.timedelta(minutes=10)
    wall = [(midnight - ten, midnight + ten), (midnight + 12 * ten, midnight + 13 * ten)]
    wall[1] = tuple(moment + datetime.timedelta(days=1) for moment in wall[1])
    credit.evidence(person, wall=wall)
    assert entries_of(person) == []

    credit.evidence(person, kind="assessments.passed", subject="assessments.paper:1", wall=[])

    (entry,) = entries_of(person)
    assert entry.lines == (
        Line(datetime.date(2026, 5, 16), Hours(67)),
        Line(datetime.date(2026, 5, 17), Hours(67)),
        Line(datetime.date(2026, 5, 18), Hours(66)),
    )
    assert entry.booking.happened_on == datetime.date(2026, 5, 18)


def test_facts_of_the_day_are_copied() -> None:
    bureau = OrganisationFactory(kind="bureau")
    school = OrganisationFactory(parent=bureau)
    person = RoleSpellFactory(organisation=school).person
    provider = AccreditationFactory(bureau=bureau, to_on=datetime.date(2026, 5, 18)).provider
    entry = credit.booked(person, provider=provider)
    late = credit.booked(person, provider=provider, at=AT + datetime.timedelta(days=1))

    assert entry.booking.facts["school"] == {"id": str(school.public_id), "name": school.name}
    assert entry.booking.facts["bureau"] == {"id": str(bureau.public_id), "name": bureau.name}
    assert entry.booking.facts["provider"]["name"] == provider.name
    assert (entry.booking.facts["accredited"], late.booking.facts["accredited"]) == (True, False)


def test_minima_for_names_what_trainings_ask() -> None:
    person = PersonFactory()
    for minimum in ("0.9", "0.8", "0.9"):
        version = credit.declared(needs=[credit.watch(minimum=minimum)])
        take_part(person=person, training_key=version.training.key, at=AT)
    asked = minima_for(person=person, kind="media.watched", subject="media.asset:1")
    assert asked == (Decimal("0.8"), Decimal("0.9"))
    assert minima_for(person=person, kind="media.watched", subject="media.asset:2") == ()


def test_unknown_training() -> None:
    with pytest.raises(UnknownTraining) as refused, override("en"):
        take_part(person=PersonFactory(), training_key="courses.course:0", at=AT)
    assert refused.value.code == "unknown-training"


@pytest.mark.parametrize("amount", [Decimal("-0.1"), Decimal("1.000001")])
def test_amount_outside_share_is_refused(amount: Decimal) -> None:
    with pytest.raises(BadEvidence):
        credit.evidence(PersonFactory(), amount=amount)


@pytest.mark.parametrize("facts", [{"rate": 1.5}, {"device": "\ud800"}, {"device": "a\0"}])
def test_facts_without_one_spelling_are_refused(facts: dict) -> None:
    with pytest.raises(BadEvidence):
        credit.evidence(PersonFactory(), facts=facts)


@pytest.mark.parametrize(
    "change",
    [
        {"title": " "},
        {"hours": Hours(0)},
        {"hours": Hours(-100)},
        {"minutes_per_hour": 0},
        {"minutes_per_hour": 61},
        {"key": "no colon"},
        {"needs": [credit.watch(), credit.watch()]},
        {"needs": [credit.watch(minimum="0")]},
        {"needs": [credit.watch(minimum="1.01")]},
        {"needs": [credit.watch(weight_s=-1)]},
    ],
)
def test_senseless_training_is_refused(change: dict) -> None:
    with pytest.raises(BadTraining):
        credit.declared(**change)


def test_booking_is_told_after_commit(django_capture_on_commit_callbacks) -> None:
    told = []

    def receiver(event, **_) -> None:
        told.append(event)

    credit_booked.connect(receiver)
    person = PersonFactory()
    with django_capture_on_commit_callbacks(execute=True):
        entry = credit.booked(person)
    credit_booked.disconnect(receiver)
    (event,) = told
    assert (event.booking, event.person_id, event.hours) == (entry.id, person.pk, Hours(200))


@pytest.mark.parametrize("trainings", [1, 3])
def test_recording_the_last_evidence_asks_few_queries(
    django_assert_num_queries, trainings: int
) -> None:
    credit.booked(PersonFactory())  # opens the issuer's account
    person = RoleSpellFactory().person
    # Opens the person's chain, in ten minutes of its own.
    credit.evidence(person, subject="media.asset:0", wall=[(AT, AT + credit.TEN_MINUTES)])
    for _ in range(trainings - 1):
        done = credit.declared(needs=[credit.watch("media.asset:0")])
        take_part(person=person, training_key=done.training.key, at=AT)
    version = credit.declared()
    take_part(person=person, training_key=version.training.key, at=AT)
    person = Person.objects.get(pk=person.pk)
    # The head with all that settling reads; what a standing is made of; the evidence; the booking. Two round trips.
    with django_assert_num_queries(4):
        credit.evidence(person)


def test_recording_other_evidence_asks_fewer(django_assert_num_queries) -> None:
    person = PersonFactory()
    credit.evidence(person)
    with django_assert_num_queries(3):
        credit.evidence(person)
