"""What becomes of a line of chat."""

import datetime
import uuid

import pytest
from django.utils import timezone

from live.domain.errors import Refused
from live.domain.room import chat, settings, shapes, state
from live.enums import MessageFate, RoomRole
from live.models.room import Message, WordList
from lms.testing.factories import AccreditationFactory, PersonFactory
from tests.factories.live import LessonFactory

pytestmark = pytest.mark.django_db
AT = timezone.now()
S = datetime.timedelta(seconds=1)


def say(lesson, person, text="笔记跟上了", *, at=AT, key=None, role=RoomRole.LEARNER) -> Message:
    return chat.say(
        lesson_id=lesson.pk,
        person_id=person.pk,
        role=role,
        key=key or uuid.uuid4(),
        text=text,
        at=at,
    )


def refused(act, *args, **kwargs) -> str:
    with pytest.raises(Refused) as caught:
        act(*args, **kwargs)
    return caught.value.code


def test_retry_writes_once_and_text_is_one_line() -> None:
    lesson, person, key = LessonFactory(), PersonFactory(), uuid.uuid4()
    first = say(lesson, person, "  第一行\n\u200b第二行 ", key=key)
    assert say(lesson, person, "别的", key=key).pk == first.pk
    assert [one.text for one in Message.objects.all()] == ["第一行 第二行"]
    assert refused(say, lesson, person, " \n\t") == "empty"
    assert refused(say, lesson, person, "长" * 301) == "too-long"


def test_muted_learner_says_nothing_until_unmuted() -> None:
    lesson, person = LessonFactory(), PersonFactory()
    line = say(lesson, person)
    assert chat.author_of(lesson.pk, line.pk) == person.pk
    said = {"lesson_id": lesson.pk, "person_id": person.pk, "by_id": lesson.trainer_id, "at": AT}
    chat.mute(**said, is_muted=True)
    assert refused(say, lesson, person) == "muted"
    say(LessonFactory(), person)
    chat.mute(**said, is_muted=False)
    say(lesson, person)


def test_mute_for_minutes_ends_by_itself_and_desk_and_page_know_when() -> None:
    lesson, person = LessonFactory(), PersonFactory()
    said = {"lesson_id": lesson.pk, "person_id": person.pk, "by_id": lesson.trainer_id, "at": AT}
    chat.mute(**said, is_muted=True, minutes=10)
    ends = AT + 600 * S
    assert refused(say, lesson, person, at=ends - S) == "muted"
    [kept] = state.looked_after(lesson.pk, ends - S)["mutes"]
    assert (kept["person"], kept["until"]) == (person.pk, shapes.ms(ends))
    assert state.own(lesson.pk, [person.pk])[person.pk]["muted_until"] == shapes.ms(ends)
    say(lesson, person, at=ends)
    assert state.looked_after(lesson.pk, ends)["mutes"] == []
    assert refused(chat.mute, **said, is_muted=True, minutes=601) == "too-long"


def test_reported_line_that_is_left_as_it_is_comes_up_no_more() -> None:
    lesson, person = LessonFactory(), PersonFactory()
    line = say(lesson, person)
    about = {"lesson_id": lesson.pk, "message_id": line.pk, "at": AT}
    chat.report(**about, by_id=person.pk)
    assert [one["id"] for one in state.looked_after(lesson.pk, AT)["reports"]] == [line.pk]
    for _ in range(2):
        chat.leave(**about, by_id=lesson.trainer_id)
    chat.report(**about, by_id=lesson.trainer_id)
    assert state.looked_after(lesson.pk, AT)["reports"] == []


def test_slow_mode_keeps_learners_apart_and_not_the_trainer() -> None:
    lesson, person = LessonFactory(), PersonFactory()
    settings.slow(lesson_id=lesson.pk, seconds=30)
    say(lesson, person)
    assert refused(say, lesson, person, at=AT + 29 * S) == "slow"
    say(lesson, person, at=AT + 30 * S)
    say(lesson, PersonFactory(), at=AT + 30 * S)
    for _ in range(2):
        say(lesson, lesson.trainer, role=RoomRole.HOST)
    assert refused(settings.slow, lesson_id=lesson.pk, seconds=-1) == "bad-seconds"


def test_word_of_provider_or_its_bureau_keeps_a_line_back_and_in_the_log() -> None:
    accredited = AccreditationFactory()
    lesson = LessonFactory(duty__provider=accredited.provider)
    by = {"changed_by": lesson.trainer, "changed_at": AT}
    WordList.objects.create(provider=lesson.provider, words="加微信", **by)
    WordList.objects.create(bureau=accredited.bureau, words="代考", **by)
    person = PersonFactory()
    fates = [say(lesson, person, text).fate for text in ("加 微信", "代考吗", "好的")]
    assert fates == [MessageFate.FILTERED, MessageFate.FILTERED, MessageFate.SHOWN]
    assert say(LessonFactory(), person, "加微信").fate == MessageFate.SHOWN
    assert say(lesson, lesson.trainer, "别加微信", role=RoomRole.HOST).fate == MessageFate.SHOWN


def test_reported_once_per_person_and_removed_once() -> None:
    lesson, other = LessonFactory(), LessonFactory()
    line = say(lesson, PersonFactory())
    reporter = PersonFactory()
    for _ in range(2):
        chat.report(lesson_id=lesson.pk, message_id=line.pk, by_id=reporter.pk, at=AT)
        chat.remove(lesson_id=lesson.pk, message_id=line.pk, by_id=lesson.trainer_id, at=AT)
    assert line.reports.count() == 1
    assert line.removal.by == lesson.trainer
    gone = {"lesson_id": other.pk, "message_id": line.pk, "by_id": reporter.pk, "at": AT}
    assert refused(chat.report, **gone) == refused(chat.remove, **gone) == "gone"
    own = say(lesson, lesson.trainer, role=RoomRole.HOST)
    assert refused(chat.author_of, lesson.pk, own.pk) == "not-a-learner"
