"""A lesson's settlement is killed again and again: everybody is settled, and nobody twice."""

import datetime
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.utils import timezone

from live import tasks
from live.domain import presence, settle
from live.domain.presence import BEAT, JOIN, Row
from live.enums import Happening
from live.models.attendance import Attendance, Settlement
from live.models.lesson import Lesson, LessonEvent
from lms.api.credit import take_part
from lms.credit.models.evidence import Evidence
from lms.credit.models.ledger import Transfer
from lms.people.models import Person
from lms.testing import credit
from lms.testing.factories import PersonFactory
from lms.testing.plugin import Site
from tests.factories.live import LessonFactory, attended
from tests.faults.processes import at_once, go, ledger_check, seeded, start

pytestmark = pytest.mark.faults
PEOPLE, KILLS = 60, 3
START = datetime.datetime(2026, 11, 20, 6, 0, tzinfo=datetime.UTC)


def settled(*, lesson: str) -> int:
    """What the worker does; how many there are then."""
    settle.settle(Lesson.objects.get(pk=lesson), clock=timezone.now)
    return Attendance.objects.count()


def given() -> Lesson:
    """A lesson of ten minutes that everybody attended."""
    lesson = LessonFactory(starts_at=START, planned_minutes=10)
    for kind, minutes in ((Happening.STARTED, 0), (Happening.ENDED, 10)):
        at = START + datetime.timedelta(minutes=minutes)
        LessonEvent.objects.create(lesson=lesson, kind=kind, by=lesson.trainer, at=at)
    key = credit.declared(needs=[attended(lesson)]).training.key
    rows = []
    for person in PersonFactory.create_batch(PEOPLE):
        take_part(person=person, training_key=key, at=START)
        rows += [
            Row(
                lesson.pk,
                person.pk,
                uuid.UUID(int=1),
                BEAT if second else JOIN,
                START + datetime.timedelta(seconds=second),
            )
            for second in range(0, 600, 15)
        ]
    presence.write(rows)
    return lesson


def test_killed_at_random_it_settles_everybody_once(own_database, postgres) -> None:
    lesson, chance = given(), seeded()
    order = {"function": "tests.faults.test_settle_lesson:settled", "lesson": str(lesson.pk)}
    for _ in range(KILLS):
        process = start(postgres, own_database, **order)
        with held_back():
            go(process)
            enough = Attendance.objects.count() + chance.randrange(PEOPLE // (KILLS + 1))
            while Attendance.objects.count() < enough:
                assert process.poll() is None
            process.kill()
            process.communicate()
        assert Settlement.objects.filter(finished_at__isnull=False).count() == 0

    # And two at once: one settles, the other sees that somebody is at it.
    assert max(at_once([start(postgres, own_database, **order) for _ in range(2)])) == PEOPLE
    everybody_is_settled_once(postgres, own_database)


def test_worker_killed_in_the_middle_leaves_a_settlement_that_goes_on(site: Site, postgres) -> None:
    """A worker that is killed leaves its task running for ever; the clock asks for another once the lease is over."""
    given()
    at = timezone.now()
    for number in range(KILLS):
        tasks.settle_what_is_due(at + number * 2 * settle.LEASE)
        before = Attendance.objects.count()
        with held_back():
            site.start_worker("default")
            worker = site.processes["worker-default"]
            while Attendance.objects.count() < before + 1:
                assert worker.poll() is None
            worker.kill()
            worker.wait()
        assert Settlement.objects.filter(finished_at__isnull=False).count() == 0
    tasks.settle_what_is_due(at + KILLS * 2 * settle.LEASE)
    site.start_worker("default")
    deadline = time.monotonic() + 60
    while not Settlement.objects.filter(finished_at__isnull=False).exists():
        assert time.monotonic() < deadline
        time.sleep(0.1)
    everybody_is_settled_once(postgres, connection.settings_dict["NAME"])


@contextmanager
def held_back() -> Iterator[None]:
    """Nobody gets to the end of it, however late we are with our kill: the last one's row is ours."""
    with transaction.atomic():
        Person.objects.select_for_update().latest("pk")
        yield


def everybody_is_settled_once(postgres, database: str) -> None:
    assert Settlement.objects.get().finished_at is not None
    assert Evidence.objects.count() == PEOPLE
    assert Transfer.objects.count() == PEOPLE
    assert {one.pending.hundredths for one in map(credit.queries.balance, Person.objects.filter(
        pk__in=Attendance.objects.values("person")
    ))} == {200}  # fmt: skip
    ledger_check(postgres, database)
