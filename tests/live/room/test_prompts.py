"""Polls and sign-ins: who answered, in time, once."""

import datetime
import uuid

import pytest
from django.utils import timezone

from live.domain import lessons, presence
from live.domain.errors import Refused
from live.domain.presence import JOIN, LEAVE, Row
from live.domain.room import due, prompts, rollcall, signins
from live.enums import PromptKind
from live.models.line import RoomLine
from live.models.room import PlannedSignIn, Prompt, PromptAnswer
from lms.testing.factories import PersonFactory
from tests.factories.live import LessonFactory

pytestmark = pytest.mark.django_db
AT = timezone.now()
S = datetime.timedelta(seconds=1)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def poll(lesson, kind=PromptKind.SINGLE, options=("先听", "先说"), right=(0,), **more) -> Prompt:
    said = {"title": "家长来了先做什么？", "window_s": 60, "by_id": lesson.trainer_id, "at": AT}
    return prompts.ask(
        lesson_id=lesson.pk, kind=kind, options=options, right=right, **(said | more)
    )


def answer(prompt, person=None, choice=(), *, at=AT, key=None, connection=None) -> PromptAnswer:
    return prompts.answer(
        lesson_id=prompt.lesson_id,
        prompt_id=prompt.pk,
        person_id=(person or PersonFactory()).pk,
        connection=connection or uuid.uuid4(),
        key=key or uuid.uuid4(),
        choice=choice,
        at=at,
    )


def code_of(act, *args, **more) -> str:
    with pytest.raises(Refused) as caught:
        act(*args, **more)
    return caught.value.code


def sign_in(lesson, at=AT, **more) -> Prompt:
    said = {"window_s": 60, "by_id": lesson.trainer_id, "at": at}
    return signins.ask_now(lesson_id=lesson.pk, **(said | more))


def test_poll_is_answered_once_and_counted() -> None:
    prompt, person = (
        poll(LessonFactory(), PromptKind.MULTIPLE, ("甲", "乙", "丙"), (0, 2)),
        PersonFactory(),
    )
    answer(prompt, person, [2, 0, 2])
    assert answer(prompt, person, [1]).choice == [0, 2]
    answer(prompt, choice=[1])
    assert code_of(answer, prompt, choice=[]) == code_of(answer, prompt, choice=[3]) == "bad-choice"
    tally = prompts.tallies([prompt])[prompt.pk]
    assert tally == prompts.Tally(answered=2, counts=[1, 1, 1], right=1)
    prompts.show(lesson_id=prompt.lesson_id, prompt_id=prompt.pk, at=AT + S)
    assert code_of(answer, prompt, choice=[0], at=AT + 2 * S) == "too-late"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"options": ("一个",)}, "bad-options"),
        ({"options": ("一样", "一样 ")}, "bad-options"),
        ({"options": tuple("一二三四五六七八九")}, "bad-options"),
        ({"right": (2,)}, "bad-right"),
        ({"right": (0, 1)}, "bad-right"),
        ({"window_s": 5}, "bad-window"),
        ({"title": " "}, "empty"),
    ],
)
def test_poll_that_makes_no_sense_is_refused(changed: dict[str, object], code: str) -> None:
    assert code_of(poll, LessonFactory(), **changed) == code


def test_poll_asked_twice_by_a_bad_line_is_asked_once() -> None:
    lesson, key = LessonFactory(), uuid.uuid4()
    assert poll(lesson, public_id=key).pk == poll(lesson, public_id=key).pk
    assert code_of(poll, LessonFactory(), public_id=key) == "gone"


def test_sign_in_takes_answers_to_the_last_second_of_its_window() -> None:
    lesson, person, key = LessonFactory(), PersonFactory(), uuid.uuid4()
    prompt = sign_in(lesson)
    first = answer(prompt, person, at=AT + 60 * S, key=key)
    assert answer(prompt, person, at=AT + 90 * S, key=key).pk == first.pk
    answer(prompt, person, at=AT + 60 * S)
    assert code_of(answer, prompt, at=AT + 61 * S) == "too-late"
    assert prompts.tallies([prompt])[prompt.pk].answered == 1
    assert code_of(prompts.close, lesson_id=lesson.pk, prompt_id=prompt.pk, at=AT) == "sign-in-runs"
    assert code_of(answer, Prompt(pk=prompt.pk, lesson=LessonFactory())) == "gone"


def test_one_sign_in_at_a_time() -> None:
    lesson, key = LessonFactory(), uuid.uuid4()
    first = sign_in(lesson, public_id=key)
    assert sign_in(lesson, public_id=key).pk == first.pk
    assert code_of(sign_in, lesson, at=AT + 30 * S) == "sign-in-runs"
    sign_in(lesson, at=AT + 61 * S)


def begin(lesson) -> None:
    lessons.begin_take(
        person=lesson.trainer, lesson_id=lesson.pk, studio=uuid.uuid4(), take_over=True, at=AT
    )


def test_chance_draws_at_the_start_and_asks_each_moment_once() -> None:
    lesson = LessonFactory()
    assert signins.set_random(lesson_id=lesson.pk, count=3, at=AT) == []
    assert signins.ask_due(AT + 3600 * S) == []
    begin(lesson)
    moments = [one.ask_at for one in PlannedSignIn.objects.filter(lesson=lesson)]
    assert len(moments) == 3
    assert AT + 180 * S <= moments[0] < moments[2] <= AT + (45 * 60 - 60) * S
    assert signins.ask_due(moments[0] - S) == []
    [asked] = signins.ask_due(moments[0])
    assert (asked.kind, asked.by, asked.asked_at) == (PromptKind.SIGN_IN, None, moments[0])
    assert signins.ask_due(moments[0] + S) == []
    # The trainer asks just then: chance waits until that is over.
    sign_in(lesson, at=moments[1] - S)
    assert signins.ask_due(moments[1]) == []
    assert len(signins.ask_due(moments[1] + 62 * S)) == 1
    begin(lesson)
    assert PlannedSignIn.objects.filter(lesson=lesson).count() == 3


def test_number_changed_in_the_lesson_draws_the_rest_anew_and_the_end_asks_no_more() -> None:
    lesson = LessonFactory()
    begin(lesson)
    drawn = signins.set_random(lesson_id=lesson.pk, count=2, at=AT + 600 * S)
    assert [one.ask_at >= AT + 600 * S for one in drawn] == [True, True]
    assert len(signins.set_random(lesson_id=lesson.pk, count=1, at=AT + 600 * S)) == 1
    assert code_of(signins.set_random, lesson_id=lesson.pk, count=7, at=AT) == "bad-count"
    [planned] = PlannedSignIn.objects.filter(lesson=lesson)
    due.ask_due(planned.ask_at)
    [line] = RoomLine.objects.filter(lesson=lesson)
    assert (line.to, line.message["kind"], line.message["number"]) == ("room", "sign-in", 1)
    signins.set_random(lesson_id=lesson.pk, count=3, at=AT + 600 * S)
    lessons.end(person=lesson.trainer, lesson=lesson, at=AT + 600 * S)
    assert signins.ask_due(AT + 3600 * S) == []


@pytest.mark.parametrize("count", [1, 3])
def test_roll_call_names_who_answered_and_who_was_there_and_did_not(
    django_assert_num_queries, count: int
) -> None:
    lesson = LessonFactory()
    lesson.assistants.add(helper := PersonFactory())
    prompt = sign_in(lesson)
    answers = [PersonFactory(name=f"答{number}") for number in range(count)]
    idles = [PersonFactory(name=f"没{number}") for number in range(count)]
    comes, gone, later = (PersonFactory(name=name) for name in ("晚来", "早走", "散后"))
    there = [(one, -20) for one in (*answers, *idles, helper, lesson.trainer, gone)]
    rows = [
        Row(lesson.pk, person.pk, uuid.uuid4(), JOIN, AT + second * S)
        for person, second in (*there, (comes, 30), (later, 61))
    ]
    left = Row(lesson.pk, gone.pk, rows[len(there) - 1].connection, LEAVE, AT - S)
    presence.write([*rows, left])
    for person in answers:
        for _tries in range(2):
            answer(prompt, person, at=AT + 5 * S)
    asked = {"lesson_id": lesson.pk, "prompt_id": prompt.pk, "name": "", "at": AT + 70 * S}

    with django_assert_num_queries(4):
        missing = rollcall.roll_call(**asked, is_missing=True)
    with django_assert_num_queries(4):
        answered = rollcall.roll_call(**asked, is_missing=False)
    with django_assert_num_queries(5):
        found = rollcall.roll_call(**asked | {"name": "晚"}, is_missing=True)

    assert (missing.answered, missing.missing, missing.found) == (count, count + 1, count + 1)
    assert {name for name, _at in missing.named} == {*(one.name for one in idles), "晚来"}
    assert answered.named == tuple((one.name, AT + 5 * S) for one in answers)
    assert (found.missing, found.found, found.named) == (count + 1, 1, (("晚来", None),))
    early = rollcall.roll_call(**asked | {"at": AT + S}, is_missing=True)
    assert "晚来" not in {name for name, _at in early.named}
