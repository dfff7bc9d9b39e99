"""A PostgreSQL on a disk of SIZE_MB that can be filled up: `python -m tests.faults.small_disk`, orders on its input.

The disk is a tmpfs in a mount namespace of this process's own, so nothing is left behind however it ends. Root may make
one; anybody else may in a user namespace of their own. The server's socket lies outside, where all can reach it.
"""

import contextlib
import ctypes
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

from lms.runtime import paths
from lms.runtime.postgres import Server
from lms.testing import database

SIZE_MB = 256
PATIENCE_S = 60
# What autovacuum writes of itself, or makes every new session write, would meet the full disk before the test does.
SETTINGS = {"min_wal_size": "32MB", "max_wal_size": "48MB", "autovacuum": "off"}
SERVER = Server(name="small-disk", settings=SETTINGS)
PREPARED = Server(name="small-disk-prepared")
CLONE_NEWNS, CLONE_NEWUSER = 0x00020000, 0x10000000  # from <linux/sched.h>
MS_REC, MS_PRIVATE = 0x4000, 0x40000  # from <linux/mount.h>
HELP = (
    "No small disk can be made here, and so a full one cannot be tried ({problem}). A container needs CAP_SYS_ADMIN"
    " (docker run --cap-add SYS_ADMIN); a user without it, user namespaces (sysctl user.max_user_namespaces, and"
    " kernel.apparmor_restrict_unprivileged_userns=0 where AppArmor forbids them)."
)


class SmallDisk:
    """The other end: what a test tells the process to do."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def tell(self, order: str) -> None:
        """One of ORDERS; returns when it is done."""
        assert self._process.stdin
        self._process.stdin.write(f"{order}\n")
        self._process.stdin.flush()
        self.heard(order)

    def heard(self, expected: str) -> None:
        """Wait for an answer; fails with what the process said where it is another."""
        assert self._process.stdout
        answer = self._process.stdout.readline()
        if answer != f"{expected}\n":
            raise RuntimeError(self._process.communicate()[1])


@contextlib.contextmanager
def small_disk() -> Iterator[SmallDisk]:
    """SERVER running, with a migrated template."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.small_disk"],
        cwd=paths.ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        disk = SmallDisk(process)
        disk.heard("ready")
        yield disk
    finally:
        process.communicate(timeout=60)


def main() -> None:
    """Serve orders until the input ends."""
    _prepare()
    home = SERVER.data.parent
    home.mkdir(parents=True, exist_ok=True)
    try:
        mount(home)
    except OSError as problem:
        sys.exit(HELP.format(problem=problem))
    subprocess.run(["cp", "-a", PREPARED.data, SERVER.data], check=True)
    SERVER.start()
    try:
        print("ready", flush=True)
        for order in sys.stdin:
            ORDERS[order.strip()]()
            print(order, end="", flush=True)
    finally:
        SERVER.stop()


def _prepare() -> None:
    """A cluster with the template, on the ordinary disk, kept for the next run."""
    PREPARED.start()
    try:
        database.make_template(PREPARED, like=database.server_of_the_run())
    finally:
        PREPARED.stop()


def mount(folder: Path) -> None:
    """Lay a disk of SIZE_MB over a folder, seen by this process and its children only. Raises OSError."""
    uid, gid = os.getuid(), os.getgid()
    _call("unshare", CLONE_NEWNS if uid == 0 else CLONE_NEWNS | CLONE_NEWUSER)
    if uid:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
        Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")
    _call("mount", None, b"/", None, MS_REC | MS_PRIVATE, None)
    _call("mount", b"tmpfs", bytes(folder), b"tmpfs", 0, f"size={SIZE_MB}m,mode=755".encode())


def _call(name: str, *arguments: object) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*arguments):
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def _ballast() -> Path:
    return SERVER.data.parent / "ballast"


def _fill() -> None:
    """Not a byte is left. The log has just begun a segment, so that it is the tables that find no room."""
    with SERVER.connect() as superuser:
        superuser.execute("SELECT pg_logical_emit_message(false, 'fill', 'up')")
        superuser.execute("SELECT pg_switch_wal()")
        superuser.execute("CHECKPOINT")
    block = b"\0" * 4096
    with _ballast().open("ab", buffering=0) as ballast, contextlib.suppress(OSError):
        while True:
            ballast.write(block)


def _free() -> None:
    _ballast().unlink()


def _exhaust_log() -> None:
    """Write until the log needs a new segment and finds no room: then PostgreSQL gives up, and all its sessions end."""
    message = "x" * 1_000_000
    superuser = SERVER.connect()
    with contextlib.suppress(psycopg.OperationalError):
        while True:
            superuser.execute("SELECT pg_logical_emit_message(false, 'fill', %s)", [message])
    assert superuser.broken, "an error, and no more"


def _revive() -> None:
    """What the supervisor does, until the server answers: it recovers by itself, or ended and has to be started."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if not SERVER.running():
            SERVER.start_again()
        with contextlib.suppress(psycopg.OperationalError), SERVER.connect():
            return
        time.sleep(0.2)
    raise TimeoutError("PostgreSQL did not come back")


ORDERS = {"fill": _fill, "free": _free, "exhaust": _exhaust_log, "revive": _revive}

if __name__ == "__main__":
    main()
