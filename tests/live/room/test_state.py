"""What a page gets that has just come in."""

import json
import uuid

import pytest
from django.utils import timezone

from live.domain.room import chat, hands, prompts, questions, settings, state
from live.enums import PromptKind, RoomRole
from live.models.room import Hand, WordList
from lms.testing.factories import PersonFactory
from tests.factories.live import LessonFactory

pytestmark = pytest.mark.django_db
AT = timezone.now()


def filled(count: int):
    """A lesson in which `count` learners have each done all there is; the lesson and the last of them."""
    lesson = LessonFactory()
    for number in range(count):
        person = PersonFactory(name=f"周亦安{number}")
        who = {"lesson_id": lesson.pk, "person_id": person.pk, "at": AT}
        said = chat.say(**who, role=RoomRole.LEARNER, key=uuid.uuid4(), text="笔记跟上了")
        chat.report(lesson_id=lesson.pk, message_id=said.pk, by_id=lesson.trainer_id, at=AT)
        waiting = questions.ask(**who, role=RoomRole.LEARNER, key=uuid.uuid4(), text="还在等？")
        asked = questions.ask(**who, role=RoomRole.LEARNER, key=uuid.uuid4(), text="签字吗？")
        questions.approve(lesson_id=lesson.pk, question_id=asked.pk, by_id=lesson.trainer_id, at=AT)
        hands.raise_hand(**who)
        prompt = prompts.ask(
            lesson_id=lesson.pk,
            kind=PromptKind.SINGLE,
            title="先做什么？",
            options=("先听", "先说"),
            right=(1,),
            window_s=60,
            by_id=lesson.trainer_id,
            at=AT,
        )
        key, connection = uuid.uuid4(), uuid.uuid4()
        prompts.answer(**who, prompt_id=prompt.pk, connection=connection, key=key, choice=[1])
        chat.mute(**who, is_muted=True, by_id=lesson.trainer_id)
    settings.count_down(lesson_id=lesson.pk, seconds=300, words="中场休息", at=AT)
    settings.set_taste(person_id=person.pk, barrage=False, reactions=True)
    return lesson, person, waiting, asked, prompt


def page(taken, own, person, *, is_staff=False):
    return json.loads(state.for_page(taken, own, person_id=person.pk, is_staff=is_staff, at=AT))


@pytest.mark.parametrize("count", [1, 3])
def test_state_is_whole_in_as_many_queries(django_assert_num_queries, count: int) -> None:
    lesson, person, waiting, asked, prompt = filled(count)
    asked_by = list(Hand.objects.values_list("person", flat=True))
    with django_assert_num_queries(11):
        taken = state.snapshot(lesson.pk, AT)
    with django_assert_num_queries(1):
        owns = state.own(lesson.pk, asked_by)
    assert owns.keys() == set(asked_by)
    shape = page(taken, owns[person.pk], person)
    assert (shape["type"], len(shape["chat"])) == ("state", count)
    assert shape["countdown"]["words"] == "中场休息"
    assert [one["votes"] for one in shape["questions"]] == [1] * count
    own = shape["own"]
    assert all(
        one["hand"]["up"] and one["muted"] and len(one["answers"]) == 1 for one in owns.values()
    )
    assert own["answers"] == {str(prompt.pk): [1]}
    assert own["votes"] == sorted([waiting.pk, asked.pk])
    assert [one["id"] for one in own["private"]] == [waiting.pk]
    assert own["hand"] == {"up": True, "called": False}
    assert own["muted"]
    assert own["taste"] == {"barrage": False, "reactions": True}
    # What is right, and who asked what is not let through, is not for learners.
    assert "hosts" not in shape
    assert [one["results"] for one in shape["prompts"]] == [None] * count
    hosts = page(taken, owns[person.pk], person, is_staff=True)["hosts"]
    assert [len(hosts[one]) for one in ("private", "hands", "mutes", "reports")] == [count] * 4
    assert next(one for one in hosts["tallies"] if one["id"] == str(prompt.pk)) == {
        "type": "tally",
        "id": str(prompt.pk),
        "answered": 1,
        "counts": [0, 1],
        "right": [1],
        "wholly": 1,
    }


def test_line_that_the_filter_keeps_is_its_writers_and_the_hosts_alone() -> None:
    lesson, writer, other = LessonFactory(), PersonFactory(), PersonFactory()
    WordList.objects.create(
        provider=lesson.provider, words="代课", changed_by=lesson.trainer, changed_at=AT
    )
    who = {"lesson_id": lesson.pk, "person_id": writer.pk, "role": RoomRole.LEARNER, "at": AT}
    kept = chat.say(**who, key=uuid.uuid4(), text="有偿代课")
    taken = state.snapshot(lesson.pk, AT)
    owns = state.own(lesson.pk, [writer.pk, other.pk])
    for person, held in ((writer, [kept.pk]), (other, [])):
        shape = page(taken, owns[person.pk], person)
        assert shape["chat"] == []
        assert [one["id"] for one in shape["own"]["held"]] == held
    hosts = page(taken, owns[other.pk], other, is_staff=True)["hosts"]
    assert [one["id"] for one in hosts["filtered"]] == [kept.pk]


def test_empty_room_has_a_state() -> None:
    lesson, person = LessonFactory(), PersonFactory()
    taken = state.snapshot(lesson.pk, AT)
    shape = page(taken, state.own(lesson.pk, [person.pk])[person.pk], person, is_staff=True)
    assert shape["own"] == {
        "votes": [],
        "answers": {},
        "hand": {"up": False, "called": False},
        "muted": False,
        "muted_until": None,
        "taste": {"barrage": True, "reactions": True},
        "private": [],
        "held": [],
    }
    assert shape["settings"] == {"type": "settings", "slow_s": 0, "approve_first": True}
