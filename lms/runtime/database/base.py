"""Django's backend for PostgreSQL; what differs is what happens while and after the server is started again.

psycopg_pool alone would wait longer after each failed attempt, with its clients waiting for it, and where its own check
finds a dead connection it pauses before it looks at the next one. Here a client asks anew every second, which makes the
pool try anew, and a look at the socket tells a dead connection at no cost.
"""

import select
import time
from contextlib import suppress
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg_pool import PoolTimeout

#: A request waits for a connection as long as a restart of the server takes, then fails.
PATIENCE_S = 10


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection of one thread."""

    pool: Any  # psycopg_pool.ConnectionPool, or None; django-stubs do not know it

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A living one: where the pool gives a dead one, all that died with it are replaced."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                connection = super().get_new_connection(conn_params)
            except PoolTimeout:
                if time.monotonic() > deadline:
                    raise
                continue
            if not self.pool or not _is_dead(connection):
                return connection
            self.pool.putconn(connection)
            self.pool.check()


def _is_dead(connection: "psycopg.Connection[Any]") -> bool:
    """Whether the server has hung up. To a connection at rest it sends nothing of itself but its farewell."""
    socket = select.poll()
    socket.register(connection.fileno(), select.POLLIN)
    if not socket.poll(0):
        return False
    with suppress(psycopg.Error):
        connection.execute("")
    return connection.broken
