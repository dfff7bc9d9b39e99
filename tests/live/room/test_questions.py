"""The way of a question."""

import uuid

import pytest
from django.utils import timezone

from live.domain import store
from live.domain.errors import Refused
from live.domain.room import questions, settings
from live.enums import QuestionState, RoomRole
from lms.testing.factories import PersonFactory
from tests.factories.live import LessonFactory

pytestmark = pytest.mark.django_db
AT = timezone.now()


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def ask(lesson, person=None, text="谈话记录要不要家长签字？", *, key=None, role=RoomRole.LEARNER):
    person = person or PersonFactory()
    return questions.ask(
        lesson_id=lesson.pk,
        person_id=person.pk,
        role=role,
        key=key or uuid.uuid4(),
        text=text,
        at=AT,
    )


def done(act, lesson, question, **more):
    by = {"by_id": lesson.trainer_id, "at": AT}
    return act(lesson_id=lesson.pk, question_id=question.pk, **by, **more)


def vote(lesson, question, person):
    return questions.vote(lesson_id=lesson.pk, question_id=question.pk, person_id=person.pk, at=AT)


def code_of(act, *args, **more) -> str:
    with pytest.raises(Refused) as caught:
        act(*args, **more)
    return caught.value.code


def test_asked_waits_is_let_through_wanted_and_answered_live(monkeypatch) -> None:
    lesson, asker, key = LessonFactory(), PersonFactory(), uuid.uuid4()
    question = ask(lesson, asker, key=key)
    assert (question.state, question.voted) == (QuestionState.WAITING, 1)
    assert ask(lesson, asker, key=key).pk == question.pk
    voter = PersonFactory()
    assert code_of(vote, lesson, question, voter) == "question-over"
    done(questions.approve, lesson, question)
    assert [vote(lesson, question, one).voted for one in (voter, voter, asker)] == [2, 2, 2]
    monkeypatch.setattr(store, "recorded_s", lambda _lesson: 754.5)
    [taken] = done(questions.take_up, lesson, question)
    assert (taken.state, taken.media_s) == (QuestionState.NOW, 754.5)
    assert done(questions.finish, lesson, question).state == QuestionState.ANSWERED
    assert code_of(done, questions.take_up, lesson, question) == "question-over"
    written = done(questions.write, lesson, question, text="要，见附表。")
    assert (written.state, written.answer, written.media_s) == ("answered", "要，见附表。", 754.5)


def test_taking_up_the_next_ends_the_one_before() -> None:
    lesson = LessonFactory()
    settings.approve_first(lesson_id=lesson.pk, is_on=False)
    first, second = ask(lesson), ask(lesson)
    assert first.state == QuestionState.OPEN
    done(questions.take_up, lesson, first)
    changed = done(questions.take_up, lesson, second)
    assert [(one.pk, one.state) for one in changed] == [
        (first.pk, QuestionState.ANSWERED),
        (second.pk, QuestionState.NOW),
    ]


def test_merged_question_gives_its_votes_once_each() -> None:
    lesson, both = LessonFactory(), PersonFactory()
    settings.approve_first(lesson_id=lesson.pk, is_on=False)
    first, second = ask(lesson, both), ask(lesson)
    vote(lesson, second, both)
    vote(lesson, second, PersonFactory())
    merged, into = done(questions.merge, lesson, second, into_id=first.pk)
    assert (merged.state, merged.merged_into_id) == (QuestionState.MERGED, first.pk)
    assert into.voted == 3
    assert code_of(done, questions.merge, lesson, first, into_id=first.pk) == "same-question"
    assert code_of(done, questions.merge, lesson, first, into_id=second.pk) == "question-over"
    assert code_of(done, questions.approve, LessonFactory(), first) == "gone"


def test_declined_can_be_let_through_after_all_and_trainers_do_not_wait() -> None:
    lesson = LessonFactory()
    question = ask(lesson)
    assert done(questions.decline, lesson, question).state == QuestionState.DECLINED
    assert code_of(done, questions.take_up, lesson, question) == "question-over"
    assert done(questions.approve, lesson, question).state == QuestionState.OPEN
    assert vote(lesson, question, PersonFactory()).voted == 2
    assert ask(lesson, lesson.trainer, role=RoomRole.HOST).state == QuestionState.OPEN
