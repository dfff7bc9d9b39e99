"""`python -m lms.runtime demo|serve`: the whole product as one process tree. `demo` also loads demo content."""

import argparse
import hashlib
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from importlib.metadata import entry_points

from lms.runtime import paths
from lms.runtime.postgres import OWNER, PostgresError, Server
from lms.runtime.supervisor import Child, Stopping, say, stop_on_signals
from lms.runtime.web import web

START_TIMEOUT_S = 120


def main() -> int:
    """Run until told to stop; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m lms.runtime", description=__doc__)
    parser.add_argument("what", choices=["demo", "serve"])
    parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.dev")
    os.environ.setdefault("SITE_URL", f"http://localhost:{options.port}")
    os.environ["HOST"] = options.host
    stop_on_signals()
    server = None if "DATABASE_URL" in os.environ else Server()
    children: list[Child] = []
    try:
        if server:
            server.start()
        migrate(server)
        children += processes(options.host, options.port)
        for child in children:
            child.start()
        wait_for(f"http://127.0.0.1:{options.port}/healthz", children)
        say(f"\n  {os.environ['SITE_URL']}  —  Ctrl-C stops it\n")
        if options.what == "demo":
            children.append(Child("demo", ["manage.py", "demo"]))
            children[-1].start()
        watch(children, server)
    except Stopping:
        say("stopping")
    except PostgresError as problem:
        say(str(problem))
        return 1
    finally:
        for child in reversed(children):
            child.stop()
        if server:
            server.stop()
    return 0


def processes(host: str, port: int) -> list[Child]:
    """The children of a one-machine installation: web, the platform's worker and clock, each plugin's."""
    return [
        Child(
            "web",
            web(port, host=host),
            {"DATABASE_POOL_SIZE": os.environ.get("DATABASE_POOL_SIZE", "16")},
        ),
        Child("worker", ["manage.py", "db_worker", "--queue-name", "default"]),
        Child("clock", ["manage.py", "clock"]),
        # Plugins name the management commands of their own workers by entry points.
        *(Child(one.name, ["manage.py", one.name]) for one in entry_points(group="lms.workers")),
    ]


def migrate(server: Server | None) -> None:
    """Bring the database up to the code; skipped when nothing changed since the last time here."""
    stamp, digest = paths.VAR / ".migrated", hashlib.sha256()
    # Migrating also publishes the policies that come with the platform.
    for pattern in ("*/**/migrations/*.py", "lms/credit/policies/*.*"):
        for file in sorted(paths.ROOT.glob(pattern)):
            digest.update(file.read_bytes())
    digest.update((paths.ROOT / "requirements" / "base.txt").read_bytes())
    # A database made anew must be migrated whatever the stamp says.
    digest.update(born(server).encode())
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    say("Bringing the database up to date")
    env = os.environ | {"LMS_DATABASE_ROLE": "owner"}
    argv = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(argv, cwd=paths.ROOT, env=env, check=True)
    stamp.write_text(digest.hexdigest())


def born(server: Server | None) -> str:
    """What tells one database from another: its cluster's identifier, or its address."""
    if server is None:
        return os.environ["DATABASE_URL"]
    with server.connect(OWNER, "lms") as connection:
        row = connection.execute("SELECT system_identifier FROM pg_control_system()").fetchone()
    return str(row)


def wait_for(url: str, children: list[Child]) -> None:
    """Return when the site answers. Raises RuntimeError when it does not in time."""
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own address
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
        for child in children:
            child.mind()
    raise RuntimeError(f"The site did not answer within {START_TIMEOUT_S} s.")


def watch(children: list[Child], server: Server | None) -> None:
    """Keep everything alive until a signal."""
    while True:
        time.sleep(0.5)
        if server and not server.running():
            say("PostgreSQL ended; starting it again")
            server.start_again()
        for child in list(children):
            if child.name == "demo" and child.process and child.process.poll() is not None:
                children.remove(child)
                continue
            child.mind()


if __name__ == "__main__":
    sys.exit(main())
