"""Factories of the live plugin's models."""

import datetime

import factory
from django.utils import timezone

from live.models.lesson import Lesson
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
