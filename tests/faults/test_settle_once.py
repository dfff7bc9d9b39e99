"""Fifty threads and four processes finish the same course at once: it is booked once and nothing is lost."""

import datetime
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from lms.credit import queries
from lms.credit.core.hours import Hours
from lms.credit.domain.evidence import take_part
from lms.credit.models.evidence import Evidence
from lms.people.models import Person
from lms.testing import credit
from lms.testing.factories import PersonFactory
from tests.faults.processes import at_once, ledger_check, start

pytestmark = pytest.mark.faults
THREADS, PROCESSES, COURSES, PIECES = 52, 4, 3, 4


def subjects(course: int) -> list[str]:
    return [f"media.asset:{course}-{piece}" for piece in range(PIECES)]


def sitting(number: int) -> list[tuple[datetime.datetime, datetime.datetime]]:
    """Ten minutes, apart from those of every other number."""
    start = credit.AT + 2 * number * credit.TEN_MINUTES
    return [(start, start + credit.TEN_MINUTES)]


def storm(*, people: list[int], keys: list[str], threads: int, salt: str) -> None:
    """Every thread enrols and brings every piece of every course, with sources that partly collide."""
    start = threading.Barrier(threads)

    def learner(number: int) -> None:
        try:
            start.wait()
            for offset in range(len(people)):
                person = people[(number + offset) % len(people)]
                finish(person, keys, f"{salt}{number % 7}", enrol_first=bool(number % 2))
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(learner, number) for number in range(threads)]:
            done.result()


def finish(pk: int, keys: list[str], source: str, *, enrol_first: bool) -> None:
    person = Person.objects.get(pk=pk)
    for course, key in enumerate(keys):
        if enrol_first:
            take_part(person=person, training_key=key, at=credit.AT)
        for piece, subject in enumerate(subjects(course)):
            wall = sitting(course * PIECES + piece)
            credit.evidence(
                person, subject=subject, source_key=f"{pk}:{subject}:{source}", wall=wall
            )
        take_part(person=person, training_key=key, at=credit.AT)


def test_same_courses_finished_everywhere_at_once_are_booked_once(own_database, postgres) -> None:
    people = [PersonFactory().pk for _ in range(2)]
    keys = [
        credit.declared(
            key=f"courses.course:{course}", needs=[credit.watch(one) for one in subjects(course)]
        ).training.key
        for course in range(COURSES)
    ]
    at_once(
        [
            start(
                postgres, own_database, "tests.faults.test_settle_once:storm",
                people=people, keys=keys, threads=THREADS // PROCESSES, salt=f"p{number % 2}:",
            )
            for number in range(PROCESSES)
        ]
    )  # fmt: skip

    for pk in people:
        person = Person.objects.get(pk=pk)
        assert queries.balance(person).pending == Hours(200 * COURSES)
        assert len(queries.entries_of(person)) == COURSES
        # Seven sources with each of two salts, for every piece: all that was acknowledged is there, once.
        assert Evidence.objects.filter(person=person).count() == 14 * COURSES * PIECES
    ledger_check(postgres, own_database)


def test_courses_that_share_everything_pay_it_once_between_them(own_database, postgres) -> None:
    """Fifty threads complete courses of the same videos in every order: one is booked, the others say why not."""
    person = PersonFactory()
    needs = [credit.watch(one) for one in subjects(0)]
    keys = [credit.declared(needs=needs).training.key for _ in range(COURSES)]
    start = threading.Barrier(THREADS)

    def learner(number: int) -> None:
        try:
            start.wait()
            for offset in range(COURSES):
                key = keys[(number + offset) % COURSES]
                if number % 2:
                    take_part(person=person, training_key=key, at=credit.AT)
                finish(person.pk, [key], str(number % 7), enrol_first=False)
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(learner, number) for number in range(THREADS)]:
            done.result()

    assert queries.balance(person).pending == Hours(200)
    assert len(queries.entries_of(person)) == 1
    assert queries.nothing_booked(person).count() == COURSES - 1
    ledger_check(postgres, own_database)
