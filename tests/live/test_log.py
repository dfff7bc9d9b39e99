"""The log of a lesson's chat."""

import datetime
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from live import queries
from live.domain.room import chat, wordlists
from live.enums import RoomRole
from lms.testing.factories import PersonFactory
from tests.factories.live import LessonFactory

pytestmark = pytest.mark.django_db
AT = timezone.now()


def talked(times: int):
    """A lesson in whose chat each of these happened so often: kept back, taken off, reported and left; a mute."""
    lesson = LessonFactory()
    helper = PersonFactory(name="顾清和")
    wordlists.keep(owner=lesson.provider, words="加微信", by=helper, at=AT)
    lesson.assistants.add(helper)
    for number in range(times):
        person = PersonFactory(name=f"周亦安{number}")
        said = [
            chat.say(
                lesson_id=lesson.pk,
                person_id=person.pk,
                role=RoomRole.LEARNER,
                key=uuid.uuid4(),
                text=text,
                at=AT + datetime.timedelta(seconds=number),
            )
            for text in ("加 微 信", "散了吧", "听不清")
        ]
        by = {"lesson_id": lesson.pk, "by_id": helper.pk, "at": AT}
        for one in said[1:]:
            chat.report(**by, message_id=one.pk)
        chat.remove(**by, message_id=said[1].pk)
        chat.leave(**by, message_id=said[2].pk)
        chat.mute(**by, person_id=person.pk, is_muted=True, minutes=10)
    return lesson, helper


@pytest.mark.parametrize("times", [1, 3])
def test_log_is_read_in_as_many_queries(django_assert_num_queries, times: int) -> None:
    lesson, helper = talked(times)
    with django_assert_num_queries(2):
        found = [
            (
                one.text,
                one.reported,
                hasattr(one, "removal") and one.removal.by.name,
                one.person.name,
            )
            for one in queries.chat_log(lesson)
        ]
        assert {one.by.name for one in queries.mutes_of(lesson)} == {helper.name}
    assert found[:3] == [
        ("加 微 信", 0, False, "周亦安0"),
        ("散了吧", 1, "顾清和", "周亦安0"),
        ("听不清", 1, False, "周亦安0"),
    ]
    kinds = {"reported": 2 * times, "removed": times, "filtered": times, "": 3 * times}
    assert {one: queries.chat_log(lesson, which=one).count() for one in kinds} == kinds
    assert queries.chat_log(lesson, words="亦安0").count() == 3


def test_log_is_for_who_looks_after_the_lesson_and_says_what_was_done(client) -> None:
    lesson, helper = talked(1)
    address = reverse("live:log", args=[lesson.pk])
    client.force_login(PersonFactory())
    assert client.get(address).status_code == 403
    for person in (helper, lesson.trainer):
        client.force_login(person)
        page = client.get(address).content.decode()
        assert all(text in page for text in ("加 微 信", "散了吧", "听不清", "1 人报告"))
    assert "被屏蔽词拦下" in client.get(address, {"which": "filtered"}).content.decode()
    assert "没有这样的消息" in client.get(address, {"words": "没人说过"}).content.decode()
    assert client.get(address, {"which": "nonsense", "page": "x"}).status_code == 200
