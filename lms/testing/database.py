"""The test database: one real PostgreSQL a run, one migrated template, a copy for whoever needs one of their own.

Copies are made by CREATE DATABASE ... TEMPLATE (about 0.1 s). Django's flush after a transactional test would also
delete Wagtail's root page, site and locale; a copy that is dropped afterwards keeps what it should and loses the rest.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from psycopg import sql

from lms.runtime import paths
from lms.runtime.postgres import APP, OWNER, Server

SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "300",
}


def start_server() -> Server:
    """Start the run's server. Its data stays under var/ so that the next run finds the template migrated."""
    server = Server(name=os.environ.get("LMS_TEST_SERVER", "test-postgres"), settings=SETTINGS)
    server.start()
    return server


def template_name() -> str:
    """The template's name: a digest of everything that decides what `migrate` makes."""
    digest = hashlib.sha256(Path(paths.ROOT / "requirements" / "base.txt").read_bytes())
    for file in sorted(paths.ROOT.glob("*/**/migrations/*.py")):
        if not {".venv", "node_modules", "var"} & set(file.relative_to(paths.ROOT).parts):
            digest.update(file.read_bytes())
    for name in ("lms/runtime/grants.py", "lms/credit/apps.py", "lms/credit/policies/*.*"):
        for file in sorted(paths.ROOT.glob(name)):
            digest.update(file.read_bytes())
    return f"template_{digest.hexdigest()[:16]}"


def make_template(server: Server) -> str:
    """Migrate the template unless a run before did; drop templates of other code."""
    name = template_name()
    with server.connect() as connection:
        found = {
            row[0]
            for row in connection.execute("SELECT datname FROM pg_database WHERE NOT datistemplate")
        }
        stale = {one for one in found if str(one).startswith(("template_", "test_"))} - {name}
        for one in stale:
            connection.execute(
                sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(str(one)))
            )
        if name in found:
            return name
        part = f"{name}_part"
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {}").format(
                sql.Identifier(part), sql.Identifier(OWNER)
            )
        )
        env = os.environ | {
            "DJANGO_SETTINGS_MODULE": "lms.settings.test",
            "LMS_DATABASE_ROLE": "owner",
            "DATABASE_URL": server.url(APP, part),
            "DATABASE_OWNER_URL": server.url(OWNER, part),
        }
        argv = [sys.executable, str(paths.ROOT / "manage.py"), "migrate", "--verbosity", "0"]
        done = subprocess.run(
            argv, env=env, cwd=paths.ROOT, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"The test template could not be migrated:\n{done.stderr}")
        connection.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                sql.Identifier(part), sql.Identifier(name)
            )
        )
    return name


def create_copy(server: Server, template: str, name: str) -> None:
    """A database `name` that is a copy of the template."""
    with server.connect() as connection:
        connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(
                *map(sql.Identifier, (name, template, OWNER))
            )
        )


def drop_copy(server: Server, name: str) -> None:
    """Drop it, whoever is still connected."""
    with server.connect() as connection:
        connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )
