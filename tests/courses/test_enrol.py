"""Enrolling, leaving, and hours that follow the version one began with."""

import datetime
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from courses import access, personal_data, queries
from courses.domain.enrol import enrol, leave
from courses.errors import CannotEnrol
from courses.models import CoursePage, Enrolment
from lms.api.credit import entries_of, record_evidence
from lms.api.hooks import Offer
from lms.people.models import Person
from lms.testing.factories import PersonFactory
from tests.factories import courses as make

pytestmark = pytest.mark.django_db
AT = datetime.datetime(2026, 5, 18, 13, 6, tzinfo=datetime.UTC)


def read(person: Person, ref: str, amount: str = "1") -> None:
    """Ten minutes for each module, one after the other."""
    at = AT + datetime.timedelta(minutes=10 * (ord(ref) - ord("a") + 1))
    record_evidence(
        person=person,
        kind=make.EVIDENCE,
        subject=make.subject_of(ref),
        source_key=f"{person.pk}:{ref}:{amount}",
        amount=Decimal(amount),
        spans=[],
        wall=[(at - datetime.timedelta(minutes=10), at)],
        facts={"title": ref},
        at=at,
    )


def test_enrol_twice_is_one_enrolment(house: make.House) -> None:
    course, person = make.published(house), PersonFactory()

    first = enrol(person=person, course=course, at=AT)
    second = enrol(person=person, course=course, at=AT)

    assert first == second
    assert first.version == course.versions.get()


def test_hours_are_booked_with_the_last_module_and_the_enrolment_says_so(
    house: make.House, django_capture_on_commit_callbacks: object
) -> None:
    course, person = (
        make.published(house, modules=[make.module("a"), make.module("b")]),
        PersonFactory(),
    )
    enrol(person=person, course=course, at=AT)
    read(person, "a")
    assert list(entries_of(person)) == []

    with django_capture_on_commit_callbacks(execute=True):
        read(person, "b")

    assert [str(entry.booking.hours) for entry in entries_of(person)] == ["2"]
    assert Enrolment.objects.get().completed_at is not None


def test_enrolled_stay_on_their_version(house: make.House) -> None:
    course, person = make.published(house, modules=[make.module("a")]), PersonFactory()
    enrol(person=person, course=course, at=AT)
    course.title = "第二版"
    course.save_revision(user=house.trainer).publish(user=house.moderator)
    course = CoursePage.objects.get(pk=course.pk)

    late = enrol(person=PersonFactory(), course=course, at=AT)

    assert enrol(person=person, course=course, at=AT).version.number == 1
    assert late.version.number == 2


def test_whoever_comes_back_has_their_version(house: make.House) -> None:
    course, person = make.published(house), PersonFactory()
    before = enrol(person=person, course=course, at=AT)
    leave(person=person, course=course, at=AT)
    course.title = "第二版"
    course.save_revision(user=house.trainer).publish(user=house.moderator)

    again = enrol(person=person, course=CoursePage.objects.get(pk=course.pk), at=AT)

    assert (again.pk, again.version.number, again.left_at) == (before.pk, 1, None)


def test_course_that_is_not_offered_cannot_be_joined(house: make.House) -> None:
    waiting = make.submitted(house)
    gone = make.published(house)
    gone.unpublish(user=house.moderator)

    for course in (waiting, CoursePage.objects.get(pk=gone.pk)):
        with pytest.raises(CannotEnrol):
            enrol(person=PersonFactory(), course=course, at=AT)


def test_access_to_what_a_course_is_made_of(
    house: make.House, django_assert_num_queries: object
) -> None:
    course, person = make.published(house, modules=[make.module("a")]), PersonFactory()
    subject = make.subject_of("a")
    assert not access.may_use(person, subject)
    enrol(person=person, course=course, at=AT)

    with django_assert_num_queries(1):
        assert access.may_use(person, subject)
    assert not access.may_use(person, make.subject_of("b"))
    course.unpublish(user=house.moderator)
    assert access.may_use(person, subject)
    leave(person=person, course=course, at=AT)
    assert not access.may_use(person, subject)


def test_subjects_are_told_by_what_one_takes_and_could_take(
    house: make.House, django_assert_num_queries: object
) -> None:
    taken = make.published(house, modules=[make.module("a"), make.module("b")])
    open_one = make.published(house, title="另一门", modules=[make.module("b"), make.module("c")])
    make.submitted(house, modules=[make.module("d")])
    person = PersonFactory()
    enrol(person=person, course=taken, at=AT)
    with django_assert_num_queries(1):
        found = queries.subjects_of(person, "tests.reading:")
    assert found == {make.subject_of("a"), make.subject_of("b")}
    assert queries.subjects_of(person, "media.asset:") == set()
    with django_assert_num_queries(1):
        offers = access.offered(person, [make.subject_of(one) for one in "acd"])
    address = reverse("courses:course", args=[open_one.key])
    assert offers == {make.subject_of("c"): Offer(title="另一门", url=address)}


def test_personal_data_is_exported_and_erased(house: make.House) -> None:
    course, person = make.published(house), PersonFactory()
    enrol(person=person, course=course, at=AT)

    assert personal_data.export(person) == {
        "enrolments": [
            {
                "course": str(course.key),
                "title": course.title,
                "version": 1,
                "enrolled_at": AT.isoformat(),
                "left_at": None,
                "completed_at": None,
            }
        ]
    }
    personal_data.erase(person)
    assert not Enrolment.objects.exists()


def test_leaving_is_dated(house: make.House) -> None:
    course, person = make.published(house), PersonFactory()
    enrol(person=person, course=course, at=AT)
    now = timezone.now()

    leave(person=person, course=course, at=now)
    leave(person=person, course=course, at=now + datetime.timedelta(days=1))

    assert Enrolment.objects.get().left_at == now
