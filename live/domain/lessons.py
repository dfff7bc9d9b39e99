"""Lessons: scheduled, taken on air, ended."""

import datetime
import uuid
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from live import rules
from live.core.tape import US
from live.domain import lines, notices, store
from live.domain.errors import Refused
from live.domain.room import signins
from live.enums import Happening, LessonState, NoticeKind
from live.models.lesson import Lesson, LessonEvent, Take
from lms.api.people import Person, Provider


@transaction.atomic
def edit(
    *,
    lesson: Lesson,
    title: str,
    starts_at: datetime.datetime,
    planned_minutes: int,
    at: datetime.datetime,
) -> None:
    """Change a lesson that has not begun; those who take it hear of another time. Raises Refused."""
    locked = Lesson.objects.select_for_update().get(pk=lesson.pk)
    _check_not_begun(locked)
    has_moved = locked.starts_at != starts_at
    locked.title, locked.starts_at, locked.planned_minutes = title, starts_at, planned_minutes
    locked.save(update_fields=["title", "starts_at", "planned_minutes"])
    if has_moved:
        # About the move, not the time: who is moved back to a time they were told of before has to hear of it again.
        notices.tell(locked, NoticeKind.MOVED, about=at, at=at)


@transaction.atomic
def cancel(*, person: Person, lesson: Lesson, at: datetime.datetime) -> None:
    """Call a lesson off that has not begun; those who take it hear of it. Raises Refused."""
    locked = Lesson.objects.select_for_update().get(pk=lesson.pk)
    _check_not_begun(locked)
    LessonEvent.objects.create(lesson=locked, kind=Happening.CANCELLED, by=person, at=at)
    notices.tell(locked, NoticeKind.CANCELLED, about=locked.starts_at, at=at)


def schedule(
    *,
    trainer: Person,
    provider: Provider,
    title: str,
    starts_at: datetime.datetime,
    planned_minutes: int,
    at: datetime.datetime,
    public_id: uuid.UUID | None = None,
    **rule: Any,
) -> Lesson:
    """Plan a lesson. The caller has asked whether the trainer works for the provider.

    `rule`: `answer_at`, `join_by_s`, `grace_s` where they are not the usual ones. They stay as they are: a course that
    holds the lesson was published with them.
    """
    return Lesson.objects.create(
        public_id=public_id or uuid.uuid4(),
        title=title,
        provider=provider,
        trainer=trainer,
        starts_at=starts_at,
        planned_minutes=planned_minutes,
        created_at=at,
        **rule,
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


def on_air() -> QuerySet[Lesson]:
    """Lessons that have begun and are not over."""
    begun = Lesson.objects.filter(events__kind=Happening.STARTED)
    return begun.exclude(events__kind=Happening.ENDED)


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
    if locked.state in (LessonState.SCHEDULED, LessonState.CANCELLED):
        raise Refused("not-begun", _("This lesson has not begun."))
    _ended(locked, person, at)


@transaction.atomic
def end_silent(lesson_id: uuid.UUID, at: datetime.datetime) -> None:
    """End a lesson that nobody sends any more, in its trainer's name; unless somebody has begun to again."""
    locked = Lesson.objects.select_for_update().get(pk=lesson_id)
    if locked.state == LessonState.LIVE and store.is_silent(lesson_id, at):
        _ended(locked, locked.trainer, at)


def _ended(lesson: Lesson, by: Person, at: datetime.datetime) -> None:
    """All ends go through here, with the lesson's row locked."""
    if lesson.state == LessonState.LIVE:
        LessonEvent.objects.create(lesson=lesson, kind=Happening.ENDED, by=by, at=at)
        lines.tell(lesson.pk, {"type": "ended"}, at=at, to="hosts")
    # Marked again where a crash came between the row and the mark.
    transaction.on_commit(lambda: store.mark_ended(lesson.pk))


def _check_not_begun(lesson: Lesson) -> None:
    if lesson.state == LessonState.CANCELLED:
        raise over(lesson)
    if lesson.state != LessonState.SCHEDULED:
        raise Refused("begun", _("This lesson has begun: it can only be ended."))


def not_yours() -> Refused:
    """Says who may send."""
    words = _("Only the trainer of this lesson and its co-hosts can send.")
    return Refused("not-yours", words, close=4403)


def over(lesson: Lesson) -> Refused:
    """Says why nothing can be sent any more."""
    if lesson.state == LessonState.CANCELLED:
        return Refused("cancelled", _("This lesson is cancelled."), close=4410)
    return Refused("ended", _("This lesson has ended. Its replay is complete."), close=4410)
