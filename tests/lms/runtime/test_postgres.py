"""The embedded server, where it meets what another installation left."""

import shutil

import pytest

from lms.runtime import paths
from lms.runtime.postgres import PostgresError, Server


def test_data_of_an_installation_that_was_here_before_are_said_to_be_its_own(monkeypatch) -> None:
    server = Server(name="before-postgres")
    home = server.data.parent
    try:
        server.start()
        server.stop()
        monkeypatch.setattr(paths, "secret", lambda _name: "another")
        with pytest.raises(PostgresError, match="belongs to an installation that was here before"):
            server.start()
        assert not server.running()
        assert (server.data / "PG_VERSION").exists()
    finally:
        server.stop()
        shutil.rmtree(home)
        shutil.rmtree(server.socket_dir, ignore_errors=True)
