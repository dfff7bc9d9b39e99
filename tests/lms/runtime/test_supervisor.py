"""The supervisor with real processes: what dies comes back, and nothing outlives it."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lms.runtime import paths
from lms.runtime.supervisor import BACKOFF_S, Child

# A supervisor as lms.runtime is one, of a database and a child that does nothing but say who it is.
TREE = """
import sys, time
from lms.runtime import __main__ as runtime
from lms.runtime.postgres import Server
from lms.runtime.supervisor import Child, Stopping, stop_on_signals
stop_on_signals()
server, child = Server(), Child("child", ["-c", sys.argv[1]])
try:
    server.start()
    child.start()
    print("postgres", server.process.pid, flush=True)
    runtime.watch([child], server)
except Stopping:
    pass
finally:
    child.stop()
    server.stop()
"""
CHILD = "import os, time; print('child', os.getpid(), flush=True); time.sleep(600)"
WITHIN_S = 60


class Tree:
    """One running supervisor on an installation of its own (`LMS_VAR`), started by somebody who is careful (umask)."""

    def __init__(self, var: Path) -> None:
        self.env = os.environ | {"LMS_VAR": str(var)}
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
            self.env.pop(name, None)
        self.process = subprocess.Popen(
            [sys.executable, "-c", TREE, CHILD],
            cwd=paths.ROOT, env=self.env, stdout=subprocess.PIPE, text=True, umask=0o077,
        )  # fmt: skip
        self.pids = dict([self.read(), self.read()])

    def read(self) -> tuple[str, int]:
        """The next of its processes to say who it is; the supervisor's own lines are passed over."""
        assert self.process.stdout
        for line in self.process.stdout:
            words = line.split()
            if len(words) == 2 and words[0] in ("postgres", "child"):
                return words[0], int(words[1])
        raise AssertionError("the supervisor ended")

    def answers(self) -> bool:
        """Whether its database takes connections."""
        code = "from lms.runtime.postgres import Server; Server().connect().close()"
        argv = [sys.executable, "-c", code]
        return not subprocess.run(
            argv, cwd=paths.ROOT, env=self.env, capture_output=True
        ).returncode

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(60)
        assert self.process.stdout
        self.process.stdout.close()


@pytest.fixture(scope="module")
def var(tmp_path_factory) -> Iterator[Path]:
    """A folder for the installation; under root its database lies outside, for pytest's folders are closed."""
    folder = tmp_path_factory.mktemp("installation")
    yield folder
    code = "from lms.runtime.postgres import Server; s = Server(); print(s.data.parents[1], s.socket_dir)"
    env = os.environ | {"LMS_VAR": str(folder)}
    said = subprocess.check_output([sys.executable, "-c", code], cwd=paths.ROOT, env=env, text=True)
    for left in said.split():
        shutil.rmtree(left)


def until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WITHIN_S
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def gone(pid: int) -> bool:
    try:
        return "State:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_what_dies_comes_back_and_an_interrupt_ends_all(var: Path) -> None:
    tree = Tree(var)
    try:
        os.kill(tree.pids["child"], signal.SIGKILL)
        name, again = tree.read()
        assert (name, gone(tree.pids["child"])) == ("child", True)
        os.kill(tree.pids["postgres"], signal.SIGKILL)
        until(lambda: gone(tree.pids["postgres"]))
        until(tree.answers)
        tree.process.send_signal(signal.SIGINT)
        assert tree.process.wait(60) == 0
        assert gone(again)
        assert not tree.answers()
    finally:
        tree.end()


def test_killed_supervisor_leaves_no_child_and_the_next_takes_the_database_over(var: Path) -> None:
    tree = Tree(var)
    tree.process.kill()
    tree.process.wait()
    until(lambda: gone(tree.pids["child"]))
    left = tree.pids["postgres"]
    following = Tree(var)
    try:
        assert gone(left)
        assert following.pids["postgres"] != left
        assert following.answers()
    finally:
        tree.end()
        following.end()


def test_second_supervisor_of_an_installation_is_refused(var: Path) -> None:
    tree = Tree(var)
    try:
        code = "from lms.runtime.postgres import Server; Server().start()"
        argv = [sys.executable, "-c", code]
        done = subprocess.run(argv, cwd=paths.ROOT, env=tree.env, capture_output=True, text=True)
        assert "already running" in done.stderr
        assert tree.answers()
    finally:
        tree.end()


def test_child_that_keeps_dying_is_started_later_each_time() -> None:
    child = Child("hasty", ["-c", "raise SystemExit(3)"])
    child.start()
    waits = []
    for _ in range(3):
        assert child.process
        child.process.wait()
        before = time.monotonic()
        child.mind()
        waits.append((child.due - time.monotonic(), child.due - before))
        child.start()
    child.stop()
    for (least, most), due in zip(waits, BACKOFF_S[:3], strict=True):
        assert least <= due <= most


def test_child_that_ignores_the_request_is_ended(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr("lms.runtime.supervisor.STOP_TIMEOUT_S", 0.5)
    ready = tmp_path / "ready"
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    child = Child("deaf", ["-c", f"{deaf}; open({str(ready)!r}, 'w').close(); signal.pause()"])
    child.start()
    assert child.process
    until(ready.exists)
    child.stop()
    assert child.process.returncode == -signal.SIGKILL
