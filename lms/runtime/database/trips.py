"""Several statements in one round trip, for the few places where the way to the database is most of the time.

A thread that waits for the database gives the interpreter away and queues to get it back: with many requests at once
that costs more than the statements do. They go by libpq's own pipeline, beneath the cursors of psycopg and Django, so
that the server may run some of them while the caller works out the others (decision 024).
"""

import select
from collections import deque
from collections.abc import Callable, Sequence
from types import SimpleNamespace, TracebackType
from typing import TYPE_CHECKING, Any, Self

from django.db import DEFAULT_DB_ALIAS, connections
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus, TransactionStatus

if TYPE_CHECKING:
    import psycopg
    from django.db.backends.base.base import BaseDatabaseWrapper
    from psycopg.pq.abc import PGresult

Statement = tuple[str, Sequence[Any]]
"""SQL without a semicolon, and the values of its placeholders, each read as the type that its place asks for."""

Rows = list[tuple[Any, ...]]

SEPARATOR = ";\n"


def in_one_trip(*statements: Statement, last: bool = False) -> list[Rows]:
    """Run statements in order and return the rows of each; none for what returns none. JSON comes as text.

    They are sent together, so none can be made from another's answer, but each is a statement of its own: it sees what
    others committed while the one before it waited for a lock. Raises Django's database errors; none is run after the
    one that failed. Where they are the first of a transaction, its BEGIN goes with them. `last`: as of `Trip`.
    """
    with Trip(last=last) as trip:
        answers = trip.add(*statements)
    return [one.rows for one in answers]


class Answer:
    """What a statement is answered with; there once its trip has ended, waited for where it is asked before."""

    def __init__(self, trip: "Trip") -> None:
        self.trip = trip
        self.comes = False  # whether the server has been told to send it
        self.given: Rows | None = None

    @property
    def rows(self) -> Rows:
        """As of `in_one_trip`. Raises Django's database errors, of this statement or of one before it."""
        while self.given is None:
            self.trip.wait()
        return self.given


class Trip:
    """Statements that leave as they are sent: the server runs them while the caller goes on, and it may ask for more.

    From the first of them to the end of the block nothing else can be asked of the database. The end waits for what is
    not answered yet, and raises what failed. All else as of `in_one_trip`.

    `last`: the caller's `atomic` block ends with them and does nothing more that could fail. Where no other block is
    around it, the COMMIT goes with them too, and what a deferred trigger refuses is raised here.
    """

    def __init__(self, *, last: bool = False) -> None:
        self.last = last
        # Looked up once: to find a thread's own takes as long as to send.
        self._db = connections[DEFAULT_DB_ALIAS]
        self._line: _Line | None = None
        self._awaited: deque[Answer] = deque()

    def __enter__(self) -> Self:
        return self

    def send(self, *statements: Statement, soon: bool = False) -> list[Answer]:
        """One answer a statement. `soon`: it is sent when it is there, since it is asked for before the trip's end."""
        answers = self.add(*statements)
        if soon:
            self._ask()
        if self._line:
            self._line.let_go()
        return answers

    def add(self, *statements: Statement) -> list[Answer]:
        """As `send`, but they leave with what is sent next or with the end: for who has nothing to do meanwhile."""
        line = self._line or self._begin()
        # Django's wrapper counts and logs for those who ask, and makes its own errors of psycopg's.
        wrap: Any = self._db.make_cursor
        if self._db.queries_logged:
            wrap = self._db.make_debug_cursor
        wrap(line).execute(SEPARATOR.join(sql for sql, _values in statements), statements)
        return [self._await() for _statement in statements]

    def check(self) -> None:
        """Have the server check now, while the caller goes on, what it would check at the COMMIT that goes with this.

        What is written after it is checked at once.
        """
        if self.last and _is_outermost(self._db):
            self.send(("SET CONSTRAINTS ALL IMMEDIATE", ()))

    def wait(self) -> None:
        """For the next answer. Raises Django's database errors."""
        if self._line is None:
            raise LookupError("the trip ended without this answer")
        if not self._awaited[0].comes:
            self._ask()
        with self._db.wrap_database_errors:
            self._awaited.popleft().given = self._line.rows(self._line.result())

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        line, self._line = self._line, None
        if line is None:
            return
        self._db.execute_wrappers.remove(self._only)
        if error and not isinstance(error, Exception):
            line.hang_up()  # nobody waits any longer
            return
        if not error and self.last and _is_outermost(self._db):
            line.send("COMMIT")
            self._await()
        with self._db.wrap_database_errors:
            results = line.end()
            if not error:
                for one, result in zip(self._awaited, results, strict=True):
                    one.given = line.rows(result)

    def _begin(self) -> "_Line":
        self._db.validate_thread_sharing()
        self._db.ensure_connection()
        begins = _begins(self._db.connection)
        self._line = _Line(self._db.connection)
        self._db.execute_wrappers.append(self._only)
        if begins:
            self._line.send("BEGIN")
            self._await()
        return self._line

    def _only(
        self,
        execute: Callable[..., Any],
        sql: Any,
        params: Any,
        many: bool,
        context: dict[str, Any],
    ) -> Any:
        """Where Django sends: what is none of ours would wait for ever for an answer of its own."""
        if context["cursor"].cursor is not self._line:
            raise RuntimeError("nothing else can be asked of the database within a trip")
        return execute(sql, params, many, context)

    def _ask(self) -> None:
        if self._line:
            self._line.ask()
        for one in self._awaited:
            one.comes = True

    def _await(self) -> Answer:
        self._awaited.append(Answer(self))
        return self._awaited[-1]


class _Line:
    """A connection in libpq's pipeline mode; what Django takes for a cursor."""

    def __init__(self, raw: "psycopg.Connection[Any]") -> None:
        self._raw, self._pgconn = raw, raw.pgconn
        self._adapted = Transformer.from_context(raw)
        self._query = SimpleNamespace(query=b"")  # where Django looks for what was sent
        self._pgconn.enter_pipeline_mode()

    def execute(self, sql: str, statements: Sequence[Statement]) -> None:
        """`sql`: all of the statements, for who logs."""
        self._query.query = sql.encode()
        for one, values in statements:
            self.send(one, values)

    def send(self, sql: str, values: Sequence[Any] = ()) -> None:
        """Raises psycopg's error where a value cannot be sent."""
        params = None
        if values:
            params = self._adapted.dump_sequence(values, [PyFormat.TEXT] * len(values))
            sql %= _PLACES[: len(values)]
        # Of no type, so that the server takes each for what its place asks for, as with literals.
        self._pgconn.send_query_params(sql.encode(), params)

    def ask(self) -> None:
        """The server does not hold back its answers to what was sent so far."""
        self._pgconn.send_flush_request()

    def let_go(self) -> None:
        """What was sent leaves now."""
        self._pgconn.flush()

    def result(self) -> "PGresult":
        """The next statement's. Raises psycopg's error where the server is gone."""
        try:
            while True:
                self._wait()
                if (one := self._pgconn.get_result()) is not None:  # None: between two statements
                    return one
        except BaseException:
            self.hang_up()
            raise

    def rows(self, result: "PGresult") -> Rows:
        """Raises psycopg's error where the statement failed."""
        if result.status == ExecStatus.TUPLES_OK:
            self._adapted.set_pgresult(result)
            return self._adapted.load_rows(0, result.ntuples, tuple)
        if result.status != ExecStatus.COMMAND_OK:
            raise error_from_result(result)
        return []

    def end(self) -> "list[PGresult]":
        """What nobody waited for yet. Raises psycopg's error where the server is gone."""
        found = []
        self._pgconn.pipeline_sync()
        while (one := self.result()).status != ExecStatus.PIPELINE_SYNC:
            found.append(one)
        self._pgconn.exit_pipeline_mode()
        return found

    def hang_up(self) -> None:
        """In the middle: what still comes on this line belongs to nobody."""
        self._raw.close()

    def _wait(self) -> None:
        """Until a result is there, as long as it takes."""
        unsent = self._pgconn.flush()
        while unsent or self._pgconn.is_busy():
            ready = select.poll()
            ready.register(self._pgconn.socket, select.POLLIN | (select.POLLOUT if unsent else 0))
            ready.poll()
            self._pgconn.consume_input()
            unsent = unsent and self._pgconn.flush()


_PLACES = tuple(f"${number}" for number in range(1, 100))


def _begins(raw: "psycopg.Connection[Any]") -> bool:
    """Whether Django has opened a transaction, for which psycopg would send BEGIN in a round trip of its own.

    The end of the transaction, by Django, is the same for both.
    """
    if raw.autocommit or raw.info.transaction_status != TransactionStatus.IDLE:
        return False
    if raw.isolation_level is not None:
        raw.execute("")  # psycopg knows how such a transaction begins
        return False
    return True


def _is_outermost(db: "BaseDatabaseWrapper") -> bool:
    """Whether the block of `atomic` that we are in is the one whose end commits.

    Django, coming to that end, finds nothing left to commit and goes on as after its own.
    """
    return db.in_atomic_block and not db.savepoint_ids and db.commit_on_exit
