"""Rows by ranges of their keys, and the pieces of canonical text that they are put together from."""

import json
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections

from lms.credit.core import chain

BATCH = 20_000
"""Rows of a range at the most."""
MOMENT = 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'
"""For to_char, of a moment in UTC: what `chain.moment` writes."""


Rows = list[tuple[Any, ...]]


def batches(sql: str, table: str) -> Generator[Rows, None, None]:
    """The rows of a query for each range of a table's keys (%(above)s, %(upto)s], of BATCH rows each, in order.

    The server reads the next range while the caller works through one; what the caller asks meanwhile waits for that.
    To be closed before the transaction ends.
    """
    shared = connections[DEFAULT_DB_ALIAS]

    def read(above: int) -> tuple[int | None, Rows]:
        with shared.cursor() as cursor:
            cursor.execute(_UPTO.format(table), [above, BATCH])
            upto = cursor.fetchone()[0]
            if upto is None:
                return None, []
            cursor.execute(sql, {"above": above, "upto": upto})
            return upto, cursor.fetchall()

    shared.inc_thread_sharing()
    try:
        with ThreadPoolExecutor(1) as reader:
            upto, batch = read(0)
            while upto is not None:
                ahead = reader.submit(read, upto)
                yield batch
                upto, batch = ahead.result()
    finally:
        shared.dec_thread_sharing()


_UPTO = "SELECT max(id) FROM (SELECT id FROM {} WHERE id > %s ORDER BY id LIMIT %s) AS batch"


def rows(sql: str, *parameters: Any) -> Rows:
    """All rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def one(sql: str, *parameters: Any) -> Any:
    """The one value of a query."""
    return rows(sql, *parameters)[0][0]


def public_ids() -> dict[int, str]:
    """Everybody's public id by key."""
    return dict(rows("SELECT id, public_id::text FROM people_person"))


def quoted(text: str) -> str:
    """A text that needs no escapes as JSON; null where there is none."""
    return f'"{text}"' if text else "null"


class Canonical(dict[str, str]):
    """JSON text as PostgreSQL writes it, to canonical text. What was met is kept for a while: facts repeat."""

    MOST = 20_000

    def __missing__(self, text: str) -> str:
        if len(self) >= self.MOST:
            self.clear()
        self[text] = written = chain.canonical(json.loads(text)).decode()
        return written
