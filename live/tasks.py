"""Background work: an id in, one call of the domain."""

import datetime
import uuid

from django.utils import timezone
from django_tasks import task

from live.domain import notices, report, settle, slides
from live.models.attendance import Settlement
from live.models.lesson import Lesson
from live.models.notice import Notice


@task()
def make_slides(deck_id: str) -> None:
    """Make a deck's pages."""
    slides.make(uuid.UUID(deck_id))


@task()
def send_notice(notice_id: int) -> None:
    """Send a notice about a lesson."""
    notices.send(Notice.objects.select_related("lesson__trainer").get(pk=notice_id))


@task()
def settle_lesson(lesson_id: str) -> None:
    """Settle a lesson that is over."""
    settle.settle(Lesson.objects.get(pk=lesson_id), clock=timezone.now)


def settle_what_is_due(at: datetime.datetime) -> None:
    """Ask for settling the lessons that are over and that nobody is settling."""
    for lesson in settle.due(at):
        Settlement.objects.update_or_create(
            lesson=lesson, defaults={"begun_at": at, "finished_at": None}
        )
        settle_lesson.enqueue(str(lesson.pk))


@task()
def send_reminders(lesson_id: str, person_ids: list[int]) -> None:
    """Remind people of a lesson's replay by e-mail."""
    report.send(Lesson.objects.select_related("trainer").get(pk=lesson_id), person_ids)
