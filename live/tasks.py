"""Background work and chores: an id or a moment in, one call of the domain."""

import datetime
import uuid

from django.utils import timezone
from django_tasks import task

from live.core import steady
from live.domain import lessons, notices, report, settle, silence, slides
from live.domain.room import due
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


def ask_due_sign_ins(_at: datetime.datetime) -> None:
    """Ask for the sign-ins that chance drew.

    By the lessons' clock, which the site's process for chores holds while one is on air, whoever else falls.
    """
    steady.keep(lessons.on_air().exists())
    due.ask_due(steady.now())


def look_for_silence(_at: datetime.datetime) -> None:
    """End lessons that nobody sends any more."""
    silence.look(steady.now())


@task()
def send_reminders(lesson_id: str, person_ids: list[int]) -> None:
    """Remind people of a lesson's replay by e-mail."""
    report.send(Lesson.objects.select_related("trainer").get(pk=lesson_id), person_ids)
