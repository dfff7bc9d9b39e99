"""The test database: one real PostgreSQL a run, one migrated template, a copy for whoever needs one of their own.

Copies are made by CREATE DATABASE ... TEMPLATE (about 0.1 s). Django's flush after a transactional test would also
delete Wagtail's root page, site and locale; a copy that is dropped afterwards keeps what it should and loses the rest.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from psycopg import sql

from lms.runtime import paths
from lms.runtime.postgres import APP, OWNER, Server, program

SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "300",
}


def server_of_the_run() -> Server:
    """The run's server. Its data stays under var/ so that the next run finds the template migrated."""
    return Server(name=os.environ.get("LMS_TEST_SERVER", "test-postgres"), settings=SETTINGS)


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


def make_template(server: Server, *, like: Server | None = None) -> str:
    """Migrate the template unless a run before did; drop templates of other code.

    `like` is another server that has it: a copy from there takes a tenth of the time.
    """
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
        if like is None:
            _migrate(server, part)
        else:
            _copy(like.url("postgres", name), server.url("postgres", part))
        connection.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                sql.Identifier(part), sql.Identifier(name)
            )
        )
    return name


def _migrate(server: Server, name: str) -> None:
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "lms.settings.test",
        "LMS_DATABASE_ROLE": "owner",
        "DATABASE_URL": server.url(APP, name),
        "DATABASE_OWNER_URL": server.url(OWNER, name),
    }
    _run([sys.executable, str(paths.ROOT / "manage.py"), "migrate", "--verbosity", "0"], env)


def _copy(source: str, target: str) -> None:
    with tempfile.NamedTemporaryFile(suffix=".dump") as dump:
        out = ["--format=custom", f"--file={dump.name}", f"--dbname={source}"]
        _run([str(program("pg_dump")), *out], os.environ)
        into = ["--exit-on-error", "--single-transaction", f"--dbname={target}", dump.name]
        _run([str(program("pg_restore")), *into], os.environ)


def _run(argv: list[str], env: Mapping[str, str]) -> None:
    done = subprocess.run(
        argv, env=env, cwd=paths.ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"The test template could not be made:\n{done.stderr}")


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
