"""Thousands who ask a room for the same are answered by a few looks."""

import asyncio
import uuid

import pytest

from live.acts import ACTS, EVERYBODY, Answer, Caller, Reading
from live.acts import rooms as _rooms  # noqa: F401 - enters its acts
from live.consumers.database import Crew
from live.consumers.together import MOST_AT_ONCE, Together
from live.core import steady
from live.enums import Happening, PromptKind, RoomRole
from live.frames import panels as frames
from live.models.lesson import LessonEvent
from live.models.room import Prompt
from lms.testing.factories import PersonFactory
from tests.factories.live import LessonFactory


def caller(number: int, lesson_id: uuid.UUID) -> Caller:
    return Caller(lesson_id, number, f"老师{number}", RoomRole.LEARNER, uuid.UUID(int=number))


class Looks:
    """A reading that notes how often it looked."""

    def __init__(self) -> None:
        self.sizes: list[int] = []
        self.reading = Reading(self.run, roles=EVERYBODY, per_minute=1)

    def run(self, callers, at):
        self.sizes.append(len(callers))
        assert len({one.lesson_id for one in callers}) == 1
        return [Answer(to_self=[{"type": "mine", "of": one.person_id}]) for one in callers]


async def at_once(look):
    return look()


async def test_a_crowd_is_answered_by_few_looks_each_with_their_own() -> None:
    looks, together, lesson_id = Looks(), Together(at_once), uuid.uuid4()
    crowd = [caller(number, lesson_id) for number in range(3000)]
    answers = await asyncio.gather(*(together.answer(looks.reading, one) for one in crowd))
    assert [one.to_self[0]["of"] for one in answers] == list(range(3000))
    assert len(looks.sizes) == 3000 / MOST_AT_ONCE
    # Another room has looks of its own.
    other = caller(1, uuid.uuid4())
    both = await asyncio.gather(
        together.answer(looks.reading, crowd[0]), together.answer(looks.reading, other)
    )
    assert looks.sizes[-2:] == [1, 1]
    assert both[0] == answers[0]


async def test_what_fails_is_told_to_each_and_the_next_look_is_a_new_one() -> None:
    async def busy(_look):
        raise Crew.Busy

    looks, together = Looks(), Together(busy)
    for _ in range(2):
        crowd = [together.answer(looks.reading, caller(one, uuid.UUID(int=7))) for one in range(3)]
        found = await asyncio.gather(*crowd, return_exceptions=True)
        assert [type(one) for one in found] == [Crew.Busy] * 3


async def test_who_still_waits_when_the_server_stops_is_let_go() -> None:
    looks, together, lesson_id = Looks(), Together(at_once), uuid.uuid4()
    crowd = [
        asyncio.create_task(together.answer(looks.reading, caller(one, lesson_id)))
        for one in range(3)
    ]
    # They ask, and the look that gathers them begins.
    for _ in range(2):
        await asyncio.sleep(0)
    for task in asyncio.all_tasks() - {*crowd, asyncio.current_task()}:
        task.cancel()
    found = await asyncio.wait_for(asyncio.gather(*crowd, return_exceptions=True), 5)
    assert [type(one) for one in found] == [asyncio.CancelledError] * 3


async def test_a_crew_takes_only_so_many() -> None:
    crew = Crew(1, most_waiting=1, name="test")
    first = asyncio.create_task(crew.do(lambda: 1))
    await asyncio.sleep(0)
    with pytest.raises(Crew.Busy):
        await crew.do(lambda: 2)
    assert await first == 1
    assert await crew.do(lambda: 3) == 3


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("frame", "queries"), [(frames.State, 13), (frames.Mine, 7)])
def test_a_look_takes_as_many_queries_for_many(
    django_assert_num_queries, count: int, frame, queries: int
) -> None:
    lesson = LessonFactory()
    at = steady.now()
    LessonEvent.objects.create(lesson=lesson, kind=Happening.STARTED, by=lesson.trainer, at=at)
    Prompt.objects.create(lesson=lesson, kind=PromptKind.SIGN_IN, asked_at=at, window_s=60)
    crowd = [caller(one.pk, lesson.pk) for one in PersonFactory.create_batch(count)]
    with django_assert_num_queries(queries):
        answers = ACTS[frame].run(crowd, steady.now())
    assert len(answers) == count
