"""pytest plugin: the database and the real server processes that tests run against.

Fixtures: `db` (pytest-django's, each test rolled back, on the run's copy), `own_database` (a copy of its own for tests
that commit, use several connections or processes) and `site` (the real uvicorn on a copy of its own).
"""

import asyncio
import inspect
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Coroutine, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from lms.runtime import paths
from lms.runtime.postgres import APP, OWNER, Server
from lms.runtime.web import web
from lms.testing import database
from lms.testing.forks import Forked, Nursery

#: Where many tests run beside each other on few cores, and one of them encodes.
START_WITHIN_S = 180

_server: Server | None = None
_nursery: Nursery | None = None


def pytest_configure(config: pytest.Config) -> None:
    """In the controlling process: start the server and migrate the template; workers only read their names."""
    global _server  # noqa: PLW0603 - one server a run, stopped in pytest_unconfigure
    if (
        hasattr(config, "workerinput")
        or config.option.collectonly
        or "LMS_TEST_TEMPLATE" in os.environ
    ):
        return
    _server = database.server_of_the_run()
    _server.start()
    os.environ["LMS_TEST_TEMPLATE"] = database.make_template(_server)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server and the nursery that this process started."""
    global _nursery  # noqa: PLW0603 - one a process, like the server
    if _nursery is not None:
        _nursery.close()
        _nursery = None
    if _server is not None:
        _server.stop()
        os.environ.pop("LMS_TEST_TEMPLATE", None)


def nursery() -> Nursery:
    """This process's nursery, started with the first process that is asked for."""
    global _nursery  # noqa: PLW0603 - as above
    if _nursery is None:
        _nursery = Nursery()
    return _nursery


def run_apart(act: Coroutine[Any, Any, Any]) -> Any:
    """A coroutine's result, from a thread and loop of its own: Playwright keeps one running in the main thread."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, act).result()


def run_beside(act: Callable[..., Any], *args: Any) -> Any:
    """What a function returns that runs a loop by itself, from a thread with connections of its own."""
    from django.db import connections  # noqa: PLC0415 - the plugin loads before Django is set up

    def run() -> Any:
        try:
            return act(*args)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(run).result()


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run tests that are coroutines."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = pyfuncitem._fixtureinfo.argnames
    run_apart(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names}))
    return True


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes are numbered, not spelt out: an archive has the time in it, and all workers must collect one list."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture(scope="session")
def postgres() -> Server:
    """The run's server, for its URLs and superuser connections."""
    return database.server_of_the_run()


@pytest.fixture(scope="session")
def template_database() -> str:
    """The name of the migrated template."""
    return os.environ["LMS_TEST_TEMPLATE"]


@pytest.fixture(scope="session")
def django_db_setup(
    postgres: Server, template_database: str, django_db_blocker: Any
) -> Iterator[None]:
    """Replaces pytest-django's: this worker's copy, used as the application's role like in production."""
    name = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    database.create_copy(postgres, template_database, name)
    with django_db_blocker.unblock():
        point_django_at(postgres, name)
        yield
        _close_connections()
    database.drop_copy(postgres, name)


@pytest.fixture
def own_database(
    django_db_setup: None, postgres: Server, template_database: str, django_db_blocker: Any
) -> Iterator[str]:
    """A database of this test's own, with Django pointed at it; what the test commits is dropped with it."""
    from django.db import connection  # noqa: PLC0415 - the plugin loads before Django is set up

    before = connection.settings_dict["NAME"]
    name = f"test_{uuid.uuid4().hex[:12]}"
    database.create_copy(postgres, template_database, name)
    with django_db_blocker.unblock():
        point_django_at(postgres, name)
        yield name
        point_django_at(postgres, before)
    database.drop_copy(postgres, name)


def point_django_at(server: Server, name: str) -> None:
    """Connect this process's Django to another database; open connections are closed."""
    from django.db import connection  # noqa: PLC0415 - as above

    _close_connections()
    connection.settings_dict |= {
        "NAME": name,
        "USER": APP,
        "HOST": str(server.socket_dir),
        "PORT": "",
    }
    connection.settings_dict["PASSWORD"] = paths.secret(f"postgres:{APP}")


def _close_connections() -> None:
    from django.db import connections  # noqa: PLC0415 - as above

    connections.close_all()


def free_port() -> int:
    """A port of the loopback interface that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


Process = subprocess.Popen[bytes] | Forked


def run_manage(environment: Mapping[str, str], *argv: str) -> tuple[int, str, str]:
    """Run a management command: its exit status, what it printed, and its errors."""
    if nursery().can(environment):
        return nursery().run(["manage.py", *argv], environment)
    done = subprocess.run(
        [sys.executable, "manage.py", *argv],
        env=environment,
        cwd=paths.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@dataclass
class Site:
    """The product's real processes on one database: `web` (uvicorn) always, workers when started."""

    url: str
    env: dict[str, str]
    log_dir: Path
    processes: dict[str, Process] = field(default_factory=dict)

    def spawn(self, name: str, *argv: str) -> Process:
        """Start a process of the project under `name`; its output goes to <log_dir>/<name>.log."""
        with (self.log_dir / f"{name}.log").open("ab") as log:
            self.processes[name] = (
                nursery().fork(argv, self.env, output=log, errors=log)
                if nursery().can(self.env)
                else subprocess.Popen(
                    [sys.executable, *argv],
                    env=self.env,
                    cwd=paths.ROOT,
                    stdout=log,
                    stderr=log,
                    stdin=subprocess.DEVNULL,
                )
            )
        return self.processes[name]

    def start_web(self) -> None:
        """Start uvicorn and wait until /healthz answers."""
        port = int(self.url.rsplit(":", 1)[1])
        process = self.spawn("web", *web(port))
        deadline = time.monotonic() + START_WITHIN_S
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=5):
                    return
            except (urllib.error.URLError, OSError):
                if process.poll() is not None:
                    break
                time.sleep(0.1)
        raise RuntimeError(f"web did not start:\n{(self.log_dir / 'web.log').read_text()[-3000:]}")

    def start_worker(self, queue: str = "media") -> None:
        """Start a background worker for one queue."""
        self.spawn(
            f"worker-{queue}", "manage.py", "db_worker", "--queue-name", queue, "--interval", "0.2"
        )

    def manage(self, *argv: str) -> str:
        """Run a management command on this site's database; its output. Raises when it fails."""
        status, output, errors = run_manage(self.env, *argv)
        if status:
            raise RuntimeError(f"manage.py {' '.join(argv)} failed:\n{output}\n{errors}")
        return output

    def stop(self) -> None:
        """End every process that was started, by its own id."""
        for process in self.processes.values():
            if process.poll() is None:
                process.terminate()
        for process in self.processes.values():
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@pytest.fixture
def site(own_database: str, postgres: Server, tmp_path: Path) -> Iterator[Site]:
    """The product running for real on `own_database`; uploads and secrets under the test's own var/."""
    with site_on(postgres, own_database, tmp_path) as running:
        yield running


@contextmanager
def site_on(postgres: Server, own_database: str, tmp_path: Path, **more: str) -> Iterator[Site]:
    """The same on any server and database; `more` for its processes' environment."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "lms.settings.test",
        "DATABASE_POOL_SIZE": "16",
        "DATABASE_URL": postgres.url(APP, own_database),
        "DATABASE_OWNER_URL": postgres.url(OWNER, own_database),
        "SITE_URL": url,
        **more,
    }
    running = Site(url=url, env=env, log_dir=tmp_path)
    try:
        running.start_web()
        yield running
    finally:
        running.stop()
