"""Several statements in one round trip, for the few places where the way to the database is most of the time.

A thread that waits for the database gives the interpreter away and queues to get it back: with many requests at once
that costs more than the statements do. For the same reason they are sent and read by libpq's own calls, beneath the
cursors of psycopg and Django, which take three times as long for it (decision 024).
"""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from django.db import connection
from psycopg import generators
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus, TransactionStatus

if TYPE_CHECKING:
    import psycopg
    from psycopg import abc
    from psycopg.pq.abc import PGresult

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
    connection.validate_thread_sharing()
    connection.ensure_connection()
    line = _Line(connection.connection)
    begins = _begins(line.raw)
    ends = ["COMMIT"] if last and _is_outermost() else []
    sql = SEPARATOR.join([*begins, *(sql for sql, _values in statements), *ends])
    # Django's wrapper counts and logs for those who ask, and makes its own errors of psycopg's.
    wrap: Any = connection.make_cursor
    if connection.queries_logged:
        wrap = connection.make_debug_cursor
    wrap(line).execute(sql, [value for _sql, values in statements for value in values])
    return line.answers[len(begins) : len(begins) + len(statements)]


class _Line:
    """What Django takes for a cursor: sends statements as one query and keeps the rows of each."""

    def __init__(self, raw: "psycopg.Connection[Any]") -> None:
        self.raw = raw
        self.answers: list[Rows] = []

    def execute(self, sql: str, values: Sequence[Any]) -> None:
        """Raises psycopg's errors."""
        raw, adapted = self.raw, Transformer.from_context(self.raw)
        literals = [b"NULL" if one is None else adapted.as_literal(one) for one in values]
        query = sql.encode() % tuple(literals)
        self._query = SimpleNamespace(query=query)  # where Django looks for what was sent
        with raw.lock:
            raw.pgconn.send_query(query)
            results = raw.wait(generators.execute(raw.pgconn))
        self.answers = [_rows(adapted, one) for one in results]


def _begins(raw: "psycopg.Connection[Any]") -> list[str]:
    """BEGIN, where Django has opened a transaction and psycopg would send that first, in a round trip of its own.

    The end of the transaction, by Django, is the same for both.
    """
    if raw.autocommit or raw.info.transaction_status != TransactionStatus.IDLE:
        return []
    if raw.isolation_level is not None:
        raw.execute("")  # psycopg knows how such a transaction begins
        return []
    return ["BEGIN"]


def _is_outermost() -> bool:
    """Whether the block of `atomic` that we are in is the one whose end commits.

    Django, coming to that end, finds nothing left to commit and goes on as after its own.
    """
    nested = bool(connection.savepoint_ids)
    return connection.in_atomic_block and not nested and connection.commit_on_exit


def _rows(adapted: "abc.Transformer", result: "PGresult") -> Rows:
    if result.status == ExecStatus.TUPLES_OK:
        adapted.set_pgresult(result)
        return adapted.load_rows(0, result.ntuples, tuple)
    if result.status != ExecStatus.COMMAND_OK:
        raise error_from_result(result)
    return []
