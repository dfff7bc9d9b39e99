"""Who may do what with live lessons."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from live.enums import RoomRole
from lms.api.permissions import (
    is_assistant,
    is_bureau,
    is_moderator,
    is_teacher,
    is_trainer,
    is_verifier,
    may_see_works_of,
    may_teach_for,
    may_use,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from live.models.lesson import Lesson
    from lms.api.people import Person, Provider

    Somebody = Person | AnonymousUser


def may_schedule_for(person: Somebody, provider: Provider, on: datetime.date) -> bool:
    """Is a trainer of the provider."""
    return may_teach_for(person, provider, on)


def may_broadcast(person: Somebody, lesson: Lesson, on: datetime.date) -> bool:
    """Is the lesson's trainer or one of its co-hosts, and a trainer of its provider that day."""
    return may_teach_for(person, lesson.provider, on) and (
        person.pk == lesson.trainer_id or lesson.co_hosts.filter(pk=person.pk).exists()
    )


def may_see_own(person: Somebody, lesson: Lesson, on: datetime.date) -> bool:
    """Sees a lesson without any course: trainers and moderators of its provider."""
    return may_see_works_of(person, lesson.provider, on)


def may_attend(person: Somebody, lesson: Lesson, on: datetime.date) -> bool:
    """Takes a course that holds the lesson, works for its provider, or was named to look after its room."""
    return (
        may_use(person, lesson.subject)
        or may_see_own(person, lesson, on)
        or lesson.assistants.filter(pk=person.pk).exists()
    )


def role_in(person: Somebody, lesson: Lesson, on: datetime.date) -> RoomRole:
    """What one is in the room of a lesson that one may attend: gives it, helps in it, or learns."""
    if may_broadcast(person, lesson, on):
        return RoomRole.HOST
    is_named = lesson.assistants.filter(pk=person.pk).exists()
    return RoomRole.ASSISTANT if is_named else RoomRole.LEARNER


def may_schedule(person: Somebody) -> bool:
    """Is a trainer of any provider today."""
    return is_trainer(person, timezone.localdate())


def goes_to_lessons(person: Somebody) -> bool:
    """Whose navigation has a place for lessons: who gives them or helps, and teachers who do not keep five others."""
    today = timezone.localdate()
    helps_or_learns = is_assistant(person, today) or is_teacher(person, today)
    return is_trainer(person, today) or (helps_or_learns and not is_verifier(person, today))


def goes_aside_to_lessons(person: Somebody) -> bool:
    """Who finds the lessons in the menu under their name: on a phone there is room for five places."""
    today = timezone.localdate()
    knows_some = (is_teacher, is_moderator, is_assistant, is_bureau)
    return not goes_to_lessons(person) and any(one(person, today) for one in knows_some)


def keeps_words(person: Somebody) -> bool:
    """Keeps a list of words from the chats: of a provider whose courses they publish, or of a bureau."""
    today = timezone.localdate()
    return is_moderator(person, today) or is_bureau(person, today)
