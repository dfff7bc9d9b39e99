"""Rows by ranges of their keys, and the pieces of canonical text that they are put together from."""

import json
from collections.abc import Iterator
from typing import Any

from django.db import connection

from lms.credit.core import chain

BATCH = 20_000
"""Rows of a range at the most."""
MOMENT = 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'
"""For to_char, of a moment in UTC: what `chain.moment` writes."""


def ranges(table: str) -> Iterator[tuple[int, int]]:
    """Ranges (above, up to) of a table's keys that hold BATCH rows each, in order."""
    above = 0
    while True:
        upto = one(
            f"SELECT max(id) FROM (SELECT id FROM {table} WHERE id > %s ORDER BY id LIMIT %s) AS batch",  # noqa: S608 - our own tables
            above,
            BATCH,
        )
        if upto is None:
            return
        yield above, upto
        above = upto


def rows(sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
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
