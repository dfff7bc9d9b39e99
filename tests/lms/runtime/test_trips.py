"""Statements sent together are run in order, each for itself."""

import threading

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from psycopg.pq import TransactionStatus

from lms.credit.models.evidence import PersonClock
from lms.runtime.database.trips import in_one_trip
from lms.testing import credit
from lms.testing.factories import PersonFactory

READ = "SELECT balance_us FROM credit_personclock WHERE person_id = %s"
LOCK = f"{READ} FOR UPDATE"
WRITE = "UPDATE credit_personclock SET balance_us = %s WHERE person_id = %s"


@pytest.fixture
def person():
    person = PersonFactory()
    PersonClock.objects.create(person=person, balance_us=1, last_at=credit.AT)
    return person


@pytest.mark.django_db
def test_each_answers_with_its_rows_and_sees_those_before(person, django_assert_num_queries):
    with django_assert_num_queries(1):
        answers = in_one_trip(
            (READ, [person.pk]), (WRITE, [7, person.pk]), (READ, [person.pk]), (READ, [0])
        )
    assert answers == [[(1,)], [], [(7,)], []]


@pytest.mark.django_db
def test_values_are_never_read_as_sql(person):
    odd = "'; DELETE FROM credit_personclock; -- %s ;\n"
    assert in_one_trip(("SELECT %s", [odd]), (READ, [person.pk])) == [[(odd,)], [(1,)]]


@pytest.mark.django_db
def test_a_failure_is_told_and_nothing_after_it_is_run(person):
    with pytest.raises(DataError), transaction.atomic():
        in_one_trip((WRITE, [2, person.pk]), ("SELECT 1 / %s", [0]), (WRITE, [3, person.pk]))
    assert in_one_trip((READ, [person.pk])) == [[(1,)]]


def test_the_last_of_a_transaction_commits_and_what_waits_for_that_is_run(own_database):
    person, told = PersonFactory(), []
    PersonClock.objects.create(person=person, balance_us=1, last_at=credit.AT)
    with transaction.atomic():
        transaction.on_commit(lambda: told.append(connection.in_atomic_block))
        answers = in_one_trip((READ, [person.pk]), (WRITE, [7, person.pk]), last=True)
        assert connection.connection.info.transaction_status == TransactionStatus.IDLE
        assert told == []
    assert (answers, told) == ([[(1,)], []], [False])
    with transaction.atomic():
        in_one_trip((WRITE, [8, person.pk]))
        transaction.set_rollback(True)
    assert in_one_trip((READ, [person.pk])) == [[(7,)]]


def test_the_last_of_a_block_within_another_leaves_the_commit_to_that(own_database):
    person = PersonFactory()
    PersonClock.objects.create(person=person, balance_us=1, last_at=credit.AT)
    with transaction.atomic():
        with transaction.atomic(savepoint=False):
            in_one_trip((WRITE, [7, person.pk]), last=True)
        transaction.set_rollback(True)
    assert in_one_trip((READ, [person.pk]), last=True) == [[(1,)]]


def test_what_is_refused_at_the_commit_is_raised_by_the_last_trip(own_database):
    person = PersonFactory()
    alone = "INSERT INTO credit_personclock (person_id, balance_us, last_at) VALUES (%s, 0, now())"
    with pytest.raises(IntegrityError), transaction.atomic():
        in_one_trip((alone, [person.pk]), (alone, [10**9]), last=True)
    assert connection.connection.info.transaction_status == TransactionStatus.IDLE
    assert in_one_trip((READ, [person.pk])) == [[]]


def test_what_follows_a_lock_sees_what_was_committed_during_the_wait(own_database):
    person = PersonFactory()
    PersonClock.objects.create(person=person, balance_us=0, last_at=credit.AT)
    seen = []

    def spend() -> None:
        try:
            with transaction.atomic():
                (locked,), (read,) = in_one_trip((LOCK, [person.pk]), (READ, [person.pk]))
                seen.append((locked[0], read[0]))
                in_one_trip((WRITE, [read[0] + 1, person.pk]))
        finally:
            connection.close()

    threads = [threading.Thread(target=spend) for _ in range(20)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(seen) == [(n, n) for n in range(20)]
