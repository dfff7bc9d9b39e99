"""The product as `make bench` measures it: a durable PostgreSQL of its own, one web process, signed-in people."""

import asyncio
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from lms.runtime import paths
from lms.runtime.postgres import APP, OWNER, Server
from lms.runtime.web import web
from lms.testing import database
from lms.testing.plugin import free_port

SETTINGS = "tests.bench.settings"


@dataclass
class Place:
    """A running site: its port and the environment in which its management commands see the same database."""

    port: int
    env: dict[str, str]
    server: Server
    web: "subprocess.Popen[bytes] | None" = None

    @property
    def pid(self) -> int:
        """Of the web process."""
        assert self.web
        return self.web.pid

    def start(self) -> None:
        """Start the web process and wait until it answers."""
        self.web = subprocess.Popen([sys.executable, *web(self.port)], cwd=paths.ROOT, env=self.env)
        _wait(self.url)

    def stop(self) -> None:
        """End it as an operator does."""
        if self.web:
            self.web.terminate()
            self.web.wait(20)

    def restart(self) -> None:
        """Both, one after the other."""
        self.stop()
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def python(self, code: str) -> str:
        """Run code in a process of the product (Django set up) and return what it prints."""
        argv = [sys.executable, "-c", f"import django; django.setup()\n{code}"]
        done = subprocess.run(argv, cwd=paths.ROOT, env=self.env, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout


@contextmanager
def place() -> Iterator[Place]:
    """Start it, on a database that is made anew; fsync and synchronous_commit are on as in production."""
    server = Server(name="bench-postgres")
    server.start()
    found = None
    try:
        name = "bench"
        database.create_copy(server, database.make_template(server), name)
        port = free_port()
        env = os.environ | {
            "DJANGO_SETTINGS_MODULE": SETTINGS,
            "DATABASE_URL": server.url(APP, name),
            "DATABASE_OWNER_URL": server.url(OWNER, name),
            "DATABASE_POOL_SIZE": "16",
            "SITE_URL": f"http://127.0.0.1:{port}",
        }
        found = Place(port, env, server)
        found.start()
        yield found
    finally:
        if found:
            found.stop()
        server.stop()


def _wait(url: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{url}/healthz", timeout=5).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("the site did not answer")


SIGN_IN = """
import json
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from lms.people.models import Person
out = []
for n in range({count}):
    person = Person.objects.create_user(name=f"bench {{n}}", phone=f"+86139{{n:08d}}")
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    out.append((person.pk, session.session_key))
print(json.dumps(out))
"""


def sign_in(found: Place, count: int) -> list[tuple[int, str]]:
    """Make people with sessions: pairs of id and session key."""
    return [tuple(row) for row in json.loads(found.python(SIGN_IN.format(count=count)))]


class Client:
    """One keep-alive HTTP/1.1 connection with a session and CSRF cookie: as little work as possible on our side."""

    CSRF = "b" * 32

    def __init__(self, port: int, session: str) -> None:
        self._port, self._session = port, session

    async def open(self) -> None:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)

    async def close(self) -> None:
        self._writer.close()
        await self._writer.wait_closed()

    async def request(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        """Send and read one answer: status and body."""
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n"
            f"Cookie: sessionid={self._session}; csrftoken={self.CSRF}\r\nX-CSRFToken: {self.CSRF}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self._writer.write(head.encode() + body)
        lines = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines[1:] if line)
        if "content-length" in headers:
            content = await self._reader.readexactly(int(headers["content-length"]))
        else:
            content = await self._chunks()
        return int(lines[0].split()[1]), content

    async def _chunks(self) -> bytes:
        content = b""
        while size := int((await self._reader.readline()).strip() or b"0", 16):
            content += await self._reader.readexactly(size)
            await self._reader.readexactly(2)
        await self._reader.readexactly(2)
        return content
