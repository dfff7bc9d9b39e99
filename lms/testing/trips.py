"""How often an act goes to the database and back."""

import tempfile
from collections.abc import Callable

from django.db import connection


def round_trips(act: Callable[[], object]) -> int:
    """Counted on the line itself, BEGIN and COMMIT included: how often the server says that it is ready again."""
    connection.ensure_connection()
    pgconn = connection.connection.pgconn
    with tempfile.TemporaryFile() as file:
        pgconn.trace(file.fileno())
        try:
            act()
        finally:
            pgconn.untrace()
        file.seek(0)
        return sum(b"ReadyForQuery" in line for line in file)
