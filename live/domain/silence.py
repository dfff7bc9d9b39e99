"""Lessons that begun and that nobody sends any more: their hosts are warned, then they end by themselves."""

import datetime

from django.conf import settings
from django.db import transaction

from live.core.tape import US
from live.domain import lessons, notices, store
from live.enums import NoticeKind
from live.models.lesson import Lesson
from live.models.notice import Notice


def look(at: datetime.datetime) -> None:
    """Warn of what is about to end for want of a picture; end what was warned of long enough ago.

    `at` by the clock that pictures and takes are stamped by (`live.core.steady`).
    """
    for lesson in lessons.on_air():
        _look_at(lesson, at)


def since_of(lesson: Lesson) -> float:
    """Unix time of the last sign of life of a lesson that has begun."""
    newest_take = lesson.takes.order_by("-number").first()
    started = newest_take.started_at.timestamp() if newest_take else 0.0
    return max(store.newest_write_us(lesson.pk) / US, started)


def _look_at(lesson: Lesson, at: datetime.datetime) -> None:
    since = since_of(lesson)
    warn_s = 60 * (settings.LIVE_SILENCE_MINUTES - settings.LIVE_SILENCE_WARN_MINUTES)
    if at.timestamp() - since < warn_s:
        return
    about = datetime.datetime.fromtimestamp(since, datetime.UTC)
    with transaction.atomic():
        if notices.tell(lesson, NoticeKind.SILENT, about=about, at=at):
            return
    # By the warning and not by the silence alone: a step of a clock that nobody was left to hold ends nothing unwarned.
    warned = Notice.objects.get(lesson=lesson, kind=NoticeKind.SILENT, about=about)
    left = datetime.timedelta(minutes=settings.LIVE_SILENCE_WARN_MINUTES)
    if at - warned.at >= left:
        lessons.end_silent(lesson.pk, at)
