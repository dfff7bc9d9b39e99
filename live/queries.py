"""Reads of lessons."""

import datetime
import uuid

from django.db.models import QuerySet
from django.utils import timezone

from live import rules
from live.models.lesson import SUBJECT_PREFIX, Lesson
from lms.api.people import Person, providers_moderated_by, providers_taught_by


def lessons_seen_by(person: Person, on: datetime.date) -> QuerySet[Lesson]:
    """Lessons of the providers somebody works for, the newest first, with what lists show."""
    providers = {*providers_taught_by(person, on), *providers_moderated_by(person, on)}
    return (
        Lesson.objects.filter(provider__in=providers)
        .select_related("provider", "trainer")
        .prefetch_related("events")
    )


def lesson_named(public_id: uuid.UUID) -> Lesson | None:
    """A lesson with its provider, trainer and events; None where there is none."""
    found = Lesson.objects.select_related("provider", "trainer").prefetch_related("events")
    return found.filter(pk=public_id).first()


def may_use_own(person: Person, subject: str) -> bool:
    """Trainers and moderators of a provider may play its lessons, with or without a course."""
    if not subject.startswith(SUBJECT_PREFIX):
        return False
    try:
        public_id = uuid.UUID(subject.removeprefix(SUBJECT_PREFIX))
    except ValueError:
        return False
    lesson = lesson_named(public_id)
    return lesson is not None and rules.may_see_own(person, lesson, timezone.localdate())
