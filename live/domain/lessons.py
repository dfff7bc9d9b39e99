"""Lessons: scheduled, taken on air, ended."""

import datetime
import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from live import rules
from live.core.tape import US
from live.domain import store
from live.domain.errors import Refused
from live.domain.room import signins
from live.enums import Happening, LessonState
from live.models.lesson import Lesson, LessonEvent, Take
from lms.api.people import Person, Provider


def schedule(
    *,
    trainer: Person,
    provider: Provider,
    title: str,
    starts_at: datetime.datetime,
    planned_minutes: int,
    at: datetime.datetime,
    public_id: uuid.UUID | None = None,
) -> Lesson:
    """Plan a lesson. The caller has asked whether the trainer works for the provider."""
    return Lesson.objects.create(
        public_id=public_id or uuid.uuid4(),
        title=title,
        provider=provider,
        trainer=trainer,
        starts_at=starts_at,
        planned_minutes=planned_minutes,
        created_at=at,
    )


@transaction.atomic
def begin_take(
    *,
    person: Person,
    lesson_id: uuid.UUID,
    studio: uuid.UUID,
    take_over: bool,
    at: datetime.datetime,
) -> Take:
    """Go on air; the first take starts the lesson. Raises Refused.

    `studio` names the page that sends: one that lost its line goes on by itself. Somebody else who sends is only
    replaced when asked to, and notices by being no longer the newest take.
    """
    # Lock before reading: two studios ask in the same second.
    lesson = Lesson.objects.select_for_update().filter(pk=lesson_id).first()
    if lesson is None or not rules.may_broadcast(person, lesson, at.date()):
        raise not_yours()
    if lesson.state in (LessonState.ENDED, LessonState.CANCELLED):
        raise over(lesson)
    newest = lesson.takes.order_by("number").last()
    if newest is not None and newest.studio != studio and not take_over:
        heard_s = max(store.newest_write_us(lesson.pk) / US, newest.started_at.timestamp())
        if at.timestamp() - heard_s < store.SILENT_AFTER_S:
            raise Refused(
                "already-sending",
                _("%(name)s is sending now. Take over, or wait until they stop.")
                % {"name": newest.by.name},
                close=4409,
            )
    if newest is None:
        LessonEvent.objects.create(lesson=lesson, kind=Happening.STARTED, by=person, at=at)
        signins.draw(lesson, at)
    number = 1 if newest is None else newest.number + 1
    return Take.objects.create(
        lesson=lesson, number=number, by=person, studio=studio, started_at=at
    )


def check_may_rehearse(
    *,
    person: Person,
    lesson_id: uuid.UUID,
    studio: uuid.UUID,
    take_over: bool,
    at: datetime.datetime,
) -> None:
    """Raise Refused where somebody may not go on air with a lesson; asks like `begin_take` and changes nothing."""
    lesson = Lesson.objects.filter(pk=lesson_id).first()
    if lesson is None or not rules.may_broadcast(person, lesson, at.date()):
        raise not_yours()
    if lesson.state in (LessonState.ENDED, LessonState.CANCELLED):
        raise over(lesson)


def check_on_air(take: Take) -> None:
    """Raise Refused where the lesson has ended or somebody else has taken over since."""
    if LessonEvent.objects.filter(lesson=take.lesson_id, kind=Happening.ENDED).exists():
        raise Refused("ended", _("This lesson has ended. Its replay is complete."), close=4410)
    newest = Take.objects.filter(lesson=take.lesson_id).order_by("-number").first()
    if newest is not None and newest.number != take.number:
        raise Refused(
            "taken-over", _("%(name)s has taken over.") % {"name": newest.by.name}, close=4411
        )


@transaction.atomic
def end(*, person: Person, lesson: Lesson, at: datetime.datetime) -> None:
    """End a lesson; ending it again changes nothing. Raises Refused where it has not begun."""
    locked = Lesson.objects.select_for_update().get(pk=lesson.pk)
    if locked.state == LessonState.SCHEDULED:
        raise Refused("not-begun", _("This lesson has not begun."))
    if locked.state == LessonState.LIVE:
        LessonEvent.objects.create(lesson=locked, kind=Happening.ENDED, by=person, at=at)
    transaction.on_commit(lambda: store.mark_ended(lesson.pk))


def not_yours() -> Refused:
    """Says who may send."""
    words = _("Only the trainer of this lesson and its co-hosts can send.")
    return Refused("not-yours", words, close=4403)


def over(lesson: Lesson) -> Refused:
    """Says why nothing can be sent any more."""
    if lesson.state == LessonState.CANCELLED:
        return Refused("cancelled", _("This lesson is cancelled."), close=4410)
    return Refused("ended", _("This lesson has ended. Its replay is complete."), close=4410)
