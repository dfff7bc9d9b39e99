"""How often an act goes to the database and back."""

import tempfile
from collections.abc import Callable

from django.db import connection


def round_trips(act: Callable[[], object]) -> int:
    """Counted on the line itself, BEGIN and COMMIT included: how often answers are asked for before some come."""
    connection.ensure_connection()
    pgconn = connection.connection.pgconn
    with tempfile.TemporaryFile() as file:
        pgconn.trace(file.fileno())
        try:
            act()
        finally:
            pgconn.untrace()
        file.seek(0)
        trips, asked = 0, False
        for line in file:
            _day, _time, side, _length, kind, *_rest = line.split()
            trips += asked and side == b"B"
            asked = kind in (b"Query", b"Sync", b"Flush") or (asked and side == b"F")
        return trips
