"""A lesson as an entry of a calendar: for who asks for it, and with the letters that say it has changed."""

import datetime
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from live.core import ics
from live.enums import LessonState
from live.models.lesson import Lesson


def file_of(lesson: Lesson, at: datetime.datetime) -> str:
    """The iCalendar file as of `at`. One query for how often people were told of changes."""
    url = settings.SITE_URL + reverse("live:watch", args=[lesson.pk])
    entry = ics.Entry(
        # By the site's one address, whatever name somebody reaches it by: calendars know the entry by it.
        uid=f"{lesson.pk}@{urlsplit(settings.SITE_URL).hostname}",
        title=lesson.title,
        words=f"{lesson.trainer.name} · {lesson.provider.name}\n{url}",
        url=url,
        organiser=settings.SITE_NAME,
        address=parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        starts_at=lesson.starts_at,
        minutes=lesson.planned_minutes,
        # Later moves count higher, whichever of them a calendar saw.
        sequence=lesson.notices.count(),
        is_cancelled=lesson.state == LessonState.CANCELLED,
        remind_minutes=settings.LIVE_REMIND_MINUTES,
    )
    return ics.calendar(entry, product=settings.SITE_NAME, at=at)
