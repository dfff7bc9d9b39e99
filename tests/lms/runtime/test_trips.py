"""Statements sent together are run in order, each for itself."""

import threading
import time

import pytest
from django.db import DataError, IntegrityError, OperationalError, connection, transaction
from psycopg.pq import TransactionStatus

from lms.credit.models.evidence import PersonClock
from lms.runtime.database.trips import Trip, in_one_trip
from lms.testing import credit
from lms.testing.factories import PersonFactory

READ = "SELECT balance_us FROM credit_personclock WHERE person_id = %s"
LOCK = f"{READ} FOR UPDATE"
ALONE = "INSERT INTO credit_personclock (person_id, balance_us, last_at) VALUES (%s, 0, now())"
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
    with pytest.raises(IntegrityError), transaction.atomic():
        in_one_trip((ALONE, [person.pk]), (ALONE, [10**9]), last=True)
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


@pytest.mark.django_db
def test_an_answer_may_be_waited_for_on_the_way(person, django_assert_num_queries):
    with django_assert_num_queries(3), Trip() as trip:
        (first,) = trip.send((READ, [person.pk]), soon=True)
        trip.send((WRITE, [first.rows[0][0] + 1, person.pk]))
        (second,) = trip.send((READ, [person.pk]))
        assert second.rows == [(2,)]
    assert (first.rows, second.rows) == ([(1,)], [(2,)])


@pytest.mark.django_db
def test_what_failed_is_raised_where_it_is_waited_for(person):
    def go() -> None:
        with transaction.atomic(), Trip() as trip:
            (answer,) = trip.send(("SELECT 1 / %s", [0]))
            trip.send((WRITE, [2, person.pk]))
            assert answer.rows is None, "not reached"

    with pytest.raises(DataError):
        go()
    assert in_one_trip((READ, [person.pk])) == [[(1,)]]


@pytest.mark.django_db
def test_or_at_the_end_and_nothing_after_it_is_run(person):
    late = []

    def go() -> None:
        with transaction.atomic(), Trip() as trip:
            trip.send((WRITE, [2, person.pk]), ("SELECT 1 / %s", [0]))
            late.extend(trip.send((WRITE, [3, person.pk])))

    with pytest.raises(DataError):
        go()
    with pytest.raises(LookupError):
        assert late[0].rows
    assert in_one_trip((READ, [person.pk])) == [[(1,)]]


@pytest.mark.django_db
def test_an_exception_on_the_way_takes_back_what_was_sent(person):
    def go() -> None:
        with transaction.atomic(), Trip(last=True) as trip:
            trip.send((WRITE, [2, person.pk]), ("SELECT 1 / %s", [0]))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        go()
    assert in_one_trip((READ, [person.pk])) == [[(1,)]]


@pytest.mark.django_db
def test_nothing_else_is_asked_of_the_database_on_the_way(person):
    def go() -> None:
        with transaction.atomic(), Trip() as trip:
            trip.send((WRITE, [2, person.pk]))
            PersonClock.objects.count()

    with pytest.raises(RuntimeError, match="within a trip"):
        go()
    assert PersonClock.objects.count() == 1
    assert in_one_trip((READ, [person.pk])) == [[(1,)]]


def test_who_is_stopped_does_not_wait_for_the_server(own_database):
    def go() -> None:
        with transaction.atomic(), Trip() as trip:
            trip.send(("SELECT pg_sleep(%s)", [60]))
            raise KeyboardInterrupt

    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        go()
    assert time.monotonic() - started < 30
    assert in_one_trip(("SELECT 1", [])) == [[(1,)]]


@pytest.mark.parametrize("last", [False, True])
def test_a_line_that_breaks_is_an_error_and_the_next_trip_has_another(own_database, last):
    def go() -> None:
        with transaction.atomic(), Trip(last=last) as trip:
            trip.send(("SELECT pg_terminate_backend(pg_backend_pid())", []))
            trip.send(("SELECT pg_sleep(%s)", [60]))

    with pytest.raises(OperationalError):
        go()
    assert in_one_trip(("SELECT 1", [])) == [[(1,)]]


@pytest.mark.django_db
def test_much_in_both_directions_does_not_get_stuck():
    much = "夏" * 2_000_000
    with Trip() as trip:
        answers = [one for _ in range(8) for one in trip.send(("SELECT %s", [much]), soon=True)]
    assert all(one.rows == [(much,)] for one in answers)


def test_the_last_trip_may_have_checked_early_what_its_commit_checks(own_database):
    def go() -> None:
        with transaction.atomic(), Trip(last=True) as trip:
            (kept,) = trip.send((ALONE, [10**9]))
            trip.check()
            (after,) = trip.send(("SELECT 1", []))
            assert kept.rows == []
            assert after.rows is None, "not reached"

    with pytest.raises(IntegrityError):
        go()
    assert in_one_trip(("SELECT count(*) FROM credit_personclock", [])) == [[(0,)]]


def test_within_another_block_the_check_waits_for_its_end(own_database):
    seen = []

    def go() -> None:
        with transaction.atomic():
            with transaction.atomic(savepoint=False), Trip(last=True) as trip:
                trip.send((ALONE, [10**9]))
                trip.check()
            seen.extend(in_one_trip((READ, [10**9])))

    with pytest.raises(IntegrityError):
        go()
    assert seen == [[(0,)]]
