"""Enrolling and leaving."""

import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from courses.errors import CannotEnrol
from courses.models.enrolment import Enrolment
from courses.models.pages import CoursePage
from lms.api.credit import UnknownTraining, take_part

if TYPE_CHECKING:
    from lms.api.people import Person

TRAINING = "courses.course:"


@transaction.atomic
def enrol(*, person: "Person", course: CoursePage, at: datetime.datetime) -> Enrolment:
    """Take the course, in the version that is current the first time; idempotent. Raises CannotEnrol.

    Whoever left comes back to the version they had: what it asks for was settled when they joined.
    """
    mine = Enrolment.objects.select_for_update(of=("self",)).filter(person=person, course=course)
    enrolment = mine.select_related("version").first()
    if enrolment and enrolment.left_at is None:
        return enrolment
    if not course.live:
        raise CannotEnrol(_("This course is no longer offered."))
    if enrolment:
        enrolment.left_at = None
        enrolment.save(update_fields=["left_at"])
        return enrolment
    try:
        taken = take_part(person=person, training_key=course.training_key, at=at)
    except UnknownTraining as unknown:
        raise CannotEnrol(_("This course is not open yet.")) from unknown
    # The training decides which version: a newer one may have been published a moment ago.
    version = course.versions.get(training_number=taken.version.number)
    enrolment, _created = Enrolment.objects.get_or_create(
        person=person, course=course, defaults={"version": version, "enrolled_at": at}
    )
    return enrolment


@transaction.atomic
def leave(*, person: "Person", course: CoursePage, at: datetime.datetime) -> None:
    """Leave the course; evidence and hours stay. Idempotent."""
    Enrolment.objects.filter(person=person, course=course, left_at=None).update(left_at=at)


def mark_completed(*, person_id: int, training_key: str, at: datetime.datetime) -> None:
    """Note on the enrolment that its hours were booked, or had all been counted before.

    Trainings of others are none of ours.
    """
    if training_key.startswith(TRAINING):
        key = training_key.removeprefix(TRAINING)
        mine = Enrolment.objects.filter(person=person_id, course__key=key, completed_at=None)
        mine.update(completed_at=at)
