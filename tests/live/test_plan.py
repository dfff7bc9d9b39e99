"""A lesson's plan: changed, called off, given by two, reminded of, ended for want of a picture."""

import datetime
import re
import uuid
from unittest.mock import patch

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from live.core.tape import US
from live.domain import lessons, notices, silence, store
from live.enums import LessonState, NoticeKind
from live.models.lesson import Lesson
from live.models.notice import Notice
from lms.testing.factories import DutyFactory, PersonFactory
from tests.factories.live import LessonFactory

pytestmark = pytest.mark.django_db
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def begun(lesson: Lesson, at: datetime.datetime) -> None:
    lessons.begin_take(
        person=lesson.trainer, lesson_id=lesson.pk, studio=uuid.uuid4(), take_over=False, at=at
    )


def state_of(lesson: Lesson) -> LessonState:
    return Lesson.objects.get(pk=lesson.pk).state


def test_moved_lesson_is_told_once_and_kept() -> None:
    lesson = LessonFactory(starts_at=timezone.now() + datetime.timedelta(days=1))
    form = {"title": "新题目", "starts_at": "2026-12-24T19:30", "planned_minutes": 60}
    client = signed_in(lesson.trainer)
    for _ in range(2):
        answer = client.post(reverse("live:plan", args=[lesson.pk]), form)
        assert answer.status_code == 302
    lesson.refresh_from_db()
    assert (lesson.title, timezone.localtime(lesson.starts_at).hour) == ("新题目", 19)
    [notice] = Notice.objects.all()
    assert notices.send(notice) == 1
    [letter] = mail.outbox
    assert letter.to == [lesson.trainer.email]
    assert letter.subject == "《新题目》改到 2026-12-24 周四 19:30"
    assert f"/live/{lesson.pk}/" in letter.body


def test_moved_there_and_back_is_told_each_time_with_what_calendars_need(settings) -> None:
    settings.SITE_URL = "https://school.example:8443"
    day = timezone.now() + datetime.timedelta(days=1)
    lesson = LessonFactory(starts_at=day)
    for number, hours in enumerate((1, 2, 1), 1):
        moved_to = day + datetime.timedelta(hours=hours)
        kept = {"title": lesson.title, "planned_minutes": 45, "starts_at": moved_to}
        lessons.edit(lesson=lesson, at=timezone.now() + number * MINUTE, **kept)
    lessons.cancel(person=lesson.trainer, lesson=lesson, at=timezone.now())
    for notice in Notice.objects.order_by("pk"):
        notices.send(notice)
    assert [letter.subject[-3:] for letter in mail.outbox][-1] == "已取消"
    files = [letter.attachments[0] for letter in mail.outbox]
    assert [(one.filename, one.mimetype) for one in files] == [("lesson.ics", "text/calendar")] * 4
    # Sent late, each has what is true by then.
    assert all("METHOD:CANCEL\r\n" in one.content for one in files)
    assert f"UID:{lesson.pk}@school.example\r\n" in files[0].content
    assert "SEQUENCE:4\r\n" in files[-1].content


def test_what_has_begun_is_neither_moved_nor_called_off() -> None:
    lesson = LessonFactory()
    begun(lesson, timezone.now())
    client = signed_in(lesson.trainer)
    form = {"title": "x", "starts_at": "2026-12-24T19:30", "planned_minutes": 60}
    assert client.post(reverse("live:plan", args=[lesson.pk]), form).status_code == 400
    client.post(reverse("live:cancel", args=[lesson.pk]), {"sure": "on"})
    assert state_of(lesson) == LessonState.LIVE
    assert not Notice.objects.exists()


def test_cancelled_lesson_takes_nobody_on_air() -> None:
    lesson = LessonFactory()
    client, address = signed_in(lesson.trainer), reverse("live:cancel", args=[lesson.pk])
    answer = client.post(address, follow=True)
    assert "先勾选" in answer.content.decode()
    assert state_of(lesson) == LessonState.SCHEDULED
    client.post(address, {"sure": "on"})
    assert state_of(lesson) == LessonState.CANCELLED
    with pytest.raises(lessons.Refused) as refused:
        begun(lesson, timezone.now())
    assert refused.value.code == "cancelled"


def test_co_hosts_are_trainers_of_the_provider_and_nobody_else() -> None:
    lesson = LessonFactory()
    colleague = DutyFactory(provider=lesson.provider).person
    stranger = PersonFactory()
    client, address = signed_in(lesson.trainer), reverse("live:co_hosts", args=[lesson.pk])
    assert client.post(address, {"person": stranger.public_id}).status_code == 400
    assert client.post(address, {"person": colleague.public_id}).status_code == 302
    assert list(lesson.co_hosts.all()) == [colleague]
    page = client.get(reverse("live:plan", args=[lesson.pk])).content.decode()
    assert colleague.name in page
    assert re.search(r"<svg[^>]*width", page)
    client.post(address, {"remove": "nonsense"})
    client.post(address, {"remove": colleague.public_id})
    assert not lesson.co_hosts.exists()


def test_calendar_file_is_for_who_may_attend() -> None:
    lesson = LessonFactory()
    address = reverse("live:calendar", args=[lesson.pk])
    answer = signed_in(lesson.trainer).get(address)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.content.startswith(b"BEGIN:VCALENDAR\r\n")
    assert signed_in(PersonFactory()).get(address).status_code == 403


def test_reminder_goes_out_once_to_those_who_take_it() -> None:
    now = timezone.now()
    lesson = LessonFactory(starts_at=now + 20 * MINUTE)
    LessonFactory(starts_at=now + 90 * MINUTE)
    learner = PersonFactory()
    for minutes in (0, 1):
        notices.remind(now + minutes * MINUTE)
    [notice] = Notice.objects.all()
    assert (notice.lesson, notice.kind) == (lesson, NoticeKind.SOON)
    with patch.object(notices.queries, "asked_of", return_value={learner.pk: 1}):
        assert notices.send(notice) == 2
    assert {letter.to[0] for letter in mail.outbox} == {lesson.trainer.email, learner.email}


def test_silent_lesson_is_warned_of_and_then_ends_in_its_trainers_name(settings) -> None:
    at, lesson = timezone.now(), LessonFactory()
    begun(lesson, at)
    told = []
    for minutes in range(0, 40, 2):
        silence.look(at + minutes * MINUTE)
        told.append((Notice.objects.count(), str(state_of(lesson))))
    assert told[9:11] == [(0, "live"), (1, "live")]
    assert told[14:16] == [(1, "live"), (1, "ended")]
    assert lesson.events.get(kind="ended").by == lesson.trainer
    notices.send(Notice.objects.get())
    assert [letter.to for letter in mail.outbox] == [[lesson.trainer.email]]


def test_clock_set_forward_ends_nothing_unwarned_and_a_picture_takes_the_warning_back() -> None:
    at, lesson = timezone.now(), LessonFactory()
    begun(lesson, at)
    ahead = at + datetime.timedelta(hours=3)
    silence.look(ahead)
    assert state_of(lesson) == LessonState.LIVE
    sent_us = int((ahead + 5 * MINUTE).timestamp() * US)
    with patch.object(store, "newest_write_us", return_value=sent_us):
        silence.look(ahead + 11 * MINUTE)
    assert state_of(lesson) == LessonState.LIVE
    silence.look(ahead + 11 * MINUTE)
    assert state_of(lesson) == LessonState.ENDED


@pytest.mark.parametrize("count", [1, 3])
def test_home_says_what_comes_in_constant_queries(django_assert_num_queries, count: int) -> None:
    from live.home import soon

    duty = DutyFactory()
    for _ in range(count):
        LessonFactory(provider=duty.provider, trainer=duty.person, duty=None)
    with django_assert_num_queries(4):
        found = soon(duty.person)
    assert found is not None
    assert [gives for _, gives in found["lessons"]] == [True] * count
