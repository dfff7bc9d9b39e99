"""Several statements in one round trip, for the few places where the way to the database is most of the time.

A thread that waits for the database gives the interpreter away and queues to get it back: with many requests at once
that costs more than the statements do.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from psycopg.pq import TransactionStatus

Statement = tuple[str, Sequence[Any]]
"""SQL without a semicolon, and the values of its placeholders."""

Rows = list[tuple[Any, ...]]

SEPARATOR = ";\n"


def in_one_trip(*statements: Statement, last: bool = False) -> list[Rows]:
    """Run statements in order and return the rows of each; none for what returns none. JSON comes as text.

    They are sent together, so none can be made from another's answer, but each is a statement of its own: it sees what
    others committed while the one before it waited for a lock. Raises Django's database errors; none is run after the
    one that failed. Where they are the first of a transaction, its BEGIN goes with them.

    `last`: the caller's `atomic` block ends with them and does nothing more that could fail. Where no other block is
    around it, the COMMIT goes with them too, and what a deferred trigger refuses is raised here.
    """
    with connection.cursor() as cursor:
        begins = _begins()
        ends = ["COMMIT"] if last and _is_outermost() else []
        sql = SEPARATOR.join([*begins, *(sql for sql, _values in statements), *ends])
        cursor.execute(sql, [value for _sql, values in statements for value in values])
        if begins:
            cursor.nextset()
        answers = [_rows(cursor)]
        while cursor.nextset():
            answers.append(_rows(cursor))
        return answers[: len(statements)]


def _begins() -> list[str]:
    """BEGIN, where Django has opened a transaction and psycopg would send that first, in a round trip of its own.

    It sends none to a connection that commits by itself; the end of the transaction, by Django, is the same for both.
    """
    raw = connection.connection
    waits = not raw.autocommit and raw.info.transaction_status == TransactionStatus.IDLE
    if not waits or raw.isolation_level is not None:
        return []
    raw.autocommit = True
    return ["BEGIN"]


def _is_outermost() -> bool:
    """Whether the block of `atomic` that we are in is the one whose end commits.

    Django, coming to that end, finds nothing left to commit and goes on as after its own.
    """
    nested = bool(connection.savepoint_ids)
    return connection.in_atomic_block and not nested and connection.commit_on_exit


def _rows(cursor: Any) -> Rows:
    return list(cursor.fetchall()) if cursor.pgresult.nfields else []
