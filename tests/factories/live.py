"""Factories of the live plugin's models."""

import datetime
from decimal import Decimal

import factory
from django.utils import timezone

from live.models.lesson import Lesson
from lms.api.credit import Need
from lms.testing.factories import DutyFactory


class LessonFactory(factory.django.DjangoModelFactory):
    """A lesson that begins now; its trainer has the duty at its provider."""

    class Meta:
        model = Lesson

    class Params:
        duty = factory.SubFactory(DutyFactory)

    title = "新入园家长，第一次怎么谈"
    provider = factory.SelfAttribute("duty.provider")
    trainer = factory.SelfAttribute("duty.person")
    starts_at = factory.LazyFunction(lambda: timezone.now() - datetime.timedelta(minutes=1))
    planned_minutes = 45
    created_at = factory.LazyFunction(timezone.now)


def attended(lesson: Lesson, minimum: str = "0.8") -> Need:
    """What a course asks for that holds the lesson: this share of it, there or in the replay."""
    return Need(
        evidence_kind="live.attended",
        united_with=("live.replayed",),
        subject=lesson.subject,
        minimum=Decimal(minimum),
        title=lesson.title,
        weight_s=lesson.planned_minutes * 60,
    )
