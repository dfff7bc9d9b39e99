"""Several statements in one round trip, for the few places where the way to the database is most of the time.

A thread that waits for the database gives the interpreter away and queues to get it back: with many requests at once
that costs more than the statements do.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection, models

Statement = tuple[str, Sequence[Any]]
"""SQL without a semicolon, and the values of its placeholders."""

Rows = list[tuple[Any, ...]]

SEPARATOR = ";\n"


def in_one_trip(*statements: Statement) -> list[Rows]:
    """Run statements in order and return the rows of each; none for what returns none. JSON comes as text.

    They are sent together, so none can be made from another's answer, but each is a statement of its own: it sees what
    others committed while the one before it waited for a lock. Raises Django's database errors; none is run after the
    one that failed.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            SEPARATOR.join(sql for sql, _values in statements),
            [value for _sql, values in statements for value in values],
        )
        answers = [_rows(cursor)]
        while cursor.nextset():
            answers.append(_rows(cursor))
        return answers


def _rows(cursor: Any) -> Rows:
    return list(cursor.fetchall()) if cursor.description else []


def inserting(row: models.Model, **expressions: str) -> Statement:
    """The statement that inserts a row and returns its key; `expressions` are SQL for columns, by their names."""
    meta = row._meta
    names, holders, values = [], [], []
    for field in meta.concrete_fields:
        if expression := expressions.get(field.column):
            holders.append(expression)
        elif field is meta.pk and row.pk is None:
            continue
        else:
            value = field.get_db_prep_save(field.pre_save(row, add=True), connection)
            holder = getattr(field, "get_placeholder", None)
            holders.append(holder(value, None, connection) if holder else "%s")
            values.append(value)
        names.append(f'"{field.column}"')
    sql = f'INSERT INTO "{meta.db_table}" ({", ".join(names)}) VALUES ({", ".join(holders)})'  # noqa: S608
    return f'{sql} RETURNING "{meta.pk.column}"', values
