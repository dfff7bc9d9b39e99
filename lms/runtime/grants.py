"""What the application's database role may do: everything on ordinary tables, only read and add on append-only ones."""

from collections.abc import Iterable
from typing import Protocol

from psycopg import sql


class Cursor(Protocol):
    """The little of a database cursor that granting needs."""

    def execute(self, query: sql.Composed, /) -> object:
        """Run one statement."""


def grant(cursor: Cursor, *, role: str, append_only: Iterable[str]) -> None:
    """Grant `role` its rights on all tables of schema public; `append_only` names the tables it may only add to."""
    name = sql.Identifier(role)
    for statement in (
        "GRANT USAGE ON SCHEMA public TO {}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}",
    ):
        cursor.execute(sql.SQL(statement).format(name))
    for table in sorted(append_only):
        cursor.execute(
            sql.SQL("REVOKE ALL ON {} FROM {}").format(sql.Identifier(table), name)
            + sql.SQL("; GRANT SELECT, INSERT ON {} TO {}").format(sql.Identifier(table), name)
        )
