"""What people hear of a lesson by e-mail: that it begins soon, moved, is cancelled, or is about to end by itself.

A notice is a row before it is sent: nobody hears a thing twice, and a worker that dies while sending costs the rest.
"""

import datetime
from collections.abc import Iterable
from importlib import import_module

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from live import queries
from live.domain import calendar
from live.enums import Happening, NoticeKind
from live.models.lesson import Lesson
from live.models.notice import Notice
from lms.api.people import Person

_AT_ONCE = 200
TO_HOSTS = frozenset({NoticeKind.SILENT})
CHANGES = frozenset({NoticeKind.MOVED, NoticeKind.CANCELLED})


def tell(
    lesson: Lesson, kind: NoticeKind, *, about: datetime.datetime, at: datetime.datetime
) -> bool:
    """Have a notice sent after this transaction; False where it was sent before."""
    notice, is_new = Notice.objects.get_or_create(
        lesson=lesson, kind=kind, about=about, defaults={"at": at}
    )
    if is_new:
        # By name: tasks call the domain, the domain must not import them.
        import_module("live.tasks").send_notice.enqueue(notice.pk)
    return is_new


def remind(at: datetime.datetime) -> None:
    """Remind of the lessons that begin soon."""
    soon = at + datetime.timedelta(minutes=settings.LIVE_REMIND_MINUTES)
    found = Lesson.objects.filter(starts_at__gt=at, starts_at__lte=soon).exclude(
        events__kind__in=(Happening.STARTED, Happening.CANCELLED)
    )
    for lesson in found:
        with transaction.atomic():
            tell(lesson, NoticeKind.SOON, about=lesson.starts_at, at=at)


def send(notice: Notice) -> int:
    """Send a notice to all whom it concerns; how many letters."""
    lesson = notice.lesson
    people = _hosts(lesson) if notice.kind in TO_HOSTS else {*_hosts(lesson), *_learners(lesson)}
    entry = calendar.file_of(lesson, notice.at)
    letters = [
        _letter(notice, person, entry) for person in people if person.email and person.is_active
    ]
    with get_connection() as connection:
        for start in range(0, len(letters), _AT_ONCE):
            connection.send_messages(letters[start : start + _AT_ONCE])
    return len(letters)


def _hosts(lesson: Lesson) -> set[Person]:
    return {lesson.trainer, *lesson.co_hosts.all()}


def _learners(lesson: Lesson) -> Iterable[Person]:
    return Person.objects.filter(pk__in=queries.asked_of(lesson))


def _letter(notice: Notice, person: Person, entry: str) -> EmailMessage:
    lesson = notice.lesson
    context = {
        "lesson": lesson,
        "person": person,
        "kind": notice.kind,
        "minutes": settings.LIVE_SILENCE_WARN_MINUTES,
        "url": settings.SITE_URL + reverse("live:watch", args=[lesson.pk]),
        "site": settings.SITE_NAME,
    }
    with translation.override(person.language or settings.LANGUAGE_CODE):
        subject, _, body = render_to_string("live/notice.txt", context).strip().partition("\n")
    letter = EmailMessage(subject, body.strip() + "\n", to=[person.email or ""])
    if notice.kind in CHANGES:
        # Opened, it moves or takes away what a calendar holds.
        letter.attach("lesson.ics", entry, "text/calendar")
    return letter
