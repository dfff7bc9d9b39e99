"""Presence in the database: written in batches, judged as the contract judges."""

import datetime
import itertools
import random
import uuid
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from live.core.presence import Event, EventKind, Rule, settle
from live.core.presence import Lesson as Span
from live.domain import presence
from live.domain.presence import BEAT, JOIN, LEAVE, Row
from live.enums import Happening, PromptKind
from live.models.lesson import LessonEvent
from live.models.presence import Presence
from live.models.room import Prompt, PromptAnswer
from lms.testing.factories import PersonFactory
from tests.factories.live import LessonFactory

pytestmark = pytest.mark.django_db

START = datetime.datetime(2026, 11, 20, 6, 0, tzinfo=datetime.UTC)
PHONE, LAPTOP = uuid.UUID(int=1), uuid.UUID(int=2)


def after(seconds: float) -> datetime.datetime:
    return START + datetime.timedelta(seconds=seconds)


@pytest.fixture
def lesson():
    one = LessonFactory(starts_at=START, planned_minutes=10)
    LessonEvent.objects.create(lesson=one, kind=Happening.STARTED, by=one.trainer, at=START)
    return one


def rows(lesson, person, *events, connection=PHONE) -> list[Row]:
    return [Row(lesson.pk, person.pk, connection, kind, after(at)) for at, kind in events]


def beats(first: int, last: int) -> list[tuple[int, str]]:
    return [(at, BEAT) for at in range(first, last, 15)]


def attended(lesson, person, at=600) -> int:
    return presence.standing(lesson, person, after(at)).attended_s


def test_two_devices_count_once(lesson) -> None:
    person = PersonFactory()
    phone = rows(lesson, person, (0, JOIN), *beats(15, 120), (120, LEAVE))
    laptop = rows(lesson, person, (60, JOIN), *beats(75, 240), (240, LEAVE), connection=LAPTOP)
    presence.write(phone + laptop)
    assert attended(lesson, person) == 240


def test_a_batch_of_many_is_one_statement(lesson) -> None:
    people = PersonFactory.create_batch(3)
    batch = [row for one in people for row in rows(lesson, one, (0, JOIN), (15, BEAT))]
    with CaptureQueriesContext(
        connection,
    ) as asked:
        presence.write(batch)
    assert (len(asked), Presence.objects.count()) == (1, 3)
    presence.write([])


def test_batches_in_any_order_and_twice_come_to_the_same(lesson) -> None:
    person, other = PersonFactory.create_batch(2)
    history = [(0, JOIN), *beats(15, 100), (100, LEAVE), (130, JOIN), *beats(145, 300)]
    presence.write(rows(lesson, person, *history))
    mixed = rows(lesson, other, *history)
    batches = [mixed[at : at + 4] for at in range(0, len(mixed), 4)]
    random.Random(4).shuffle(batches)
    for batch in [*batches, *batches]:
        presence.write(batch)
    assert attended(lesson, other) == attended(lesson, person) == 100 + 210


def test_rows_give_the_verdict_of_the_events(lesson) -> None:
    """The same through PostgreSQL as through memory (tests/live/core/test_traces.py has the many cases)."""
    person = PersonFactory()
    chance = random.Random(20261122)
    moments = sorted(chance.sample(range(1, 600_000), 50))
    history = [
        (at / 1000, chance.choice([JOIN, BEAT, BEAT, BEAT, LEAVE]), chance.choice([PHONE, LAPTOP]))
        for at in moments
    ]
    presence.write([Row(lesson.pk, person.pk, one, kind, after(at)) for at, kind, one in history])
    events = [
        Event(Fraction(at).limit_denominator(1000), str(one), EventKind(kind))
        for at, kind, one in history
    ]
    rule = Rule(Fraction(45), Fraction("0.8"), Fraction("0.5"), Fraction(600))
    told = settle(lesson=Span(Fraction(0), Fraction(600)), rule=rule, prompts=[], events=events)
    held = presence.held(lesson, after(600))
    assert held is not None
    kept = presence.traces_of(lesson)[person.pk]
    assert held.judge(Decimal("0.8"), kept, []).verdict == told


def test_standing_tells_what_is_still_needed(lesson) -> None:
    person = PersonFactory()
    ask = itertools.count(1)
    for at in (100, 200):
        prompt = Prompt.objects.create(
            lesson=lesson, kind=PromptKind.SIGN_IN, asked_at=after(at), window_s=60
        )
        PromptAnswer.objects.create(
            prompt=prompt,
            person=person,
            key=uuid.UUID(int=next(ask)),
            connection=PHONE,
            # The second comes from a connection that has left.
            at=after(at + 5) if at == 100 else after(260),
        )
    presence.write(rows(lesson, person, (0, JOIN), *beats(15, 250), (250, LEAVE)))
    found = presence.standing(lesson, person, after(300))
    assert found.as_message() == {
        "attended_s": 250,
        "needed_s": 480,
        "asked": 2,
        "answered": 1,
        "answers_needed": 1,
        "answers_needed_next": 2,
        "over": False,
        "late": False,
        "enough": False,
        "line": {
            "began_ms": int(after(0).timestamp() * 1000),
            "now_s": 300,
            "length_s": 600,
            "here": ((0, 250),),
            "pins": ((100, 160, True), (200, 260, False)),
        },
    }


def test_nobody_stands_anywhere_before_the_lesson() -> None:
    found = presence.standing(LessonFactory(planned_minutes=10), PersonFactory(), after(0))
    assert (found.attended_s, found.needed_s, found.is_enough) == (0, 480, False)


def test_standings_of_many_ask_as_much_as_of_one(lesson, django_assert_num_queries) -> None:
    people = PersonFactory.create_batch(3)
    presence.write([row for one in people for row in rows(lesson, one, (0, JOIN), (15, BEAT))])
    for some in (people[:1], people):
        with django_assert_num_queries(6):
            presence.standings(lesson, [one.pk for one in some], after(60))
