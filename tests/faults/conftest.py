"""A database server that a test may kill."""

import uuid
from collections.abc import Iterator

import pytest
from django.db import connection

from lms.runtime.postgres import Server
from lms.testing import database
from lms.testing.plugin import point_django_at


@pytest.fixture
def server(request, django_db_setup, django_db_blocker, postgres: Server) -> Iterator[Server]:
    """A server of this test's own, as durable as in production; Django is pointed at a database of it."""
    before = dict(connection.settings_dict)
    own = Server(name=f"fault-{request.module.__name__.rpartition('.')[2]}")
    own.start()
    try:
        name = f"test_{uuid.uuid4().hex[:12]}"
        database.create_copy(own, database.make_template(own, like=postgres), name)
        with django_db_blocker.unblock():
            point_django_at(own, name)
            yield own
            connection.close()
            connection.settings_dict |= before
        database.drop_copy(own, name)
    finally:
        own.stop()
