"""Processes of the product without the second or two that each takes to import it.

A nursery is a process that has imported the product, touched no database and started no thread, and forks whenever a
process is asked for. What it forks is a process like any other: with settings read anew from the environment that it
was given, with its own connections, and open to be killed.
"""

import contextlib
import gc
import importlib
import json
import os
import runpy
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from types import FrameType
from typing import IO, NoReturn

from lms.runtime import paths

SETTINGS = "lms.settings.test"
#: What a nursery reads anew for each process. Where anything else differs, the process is started the usual way.
READ_ANEW = frozenset(
    {
        "DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_POOL_SIZE", "LMS_DATABASE_ROLE", "SITE_URL", "SIGNING_KEY_FILE",
        # Of no concern to the product.
        "DJANGO_ALLOW_ASYNC_UNSAFE", "PYTEST_CURRENT_TEST",
    }
)  # fmt: skip
UVICORNS_CHOICES = ("loops", "protocols.http", "protocols.websockets")
_ORDER_BYTES = 1 << 17
_FDS = 4  # its input, output, errors, and where its number and end are told


class Forked:
    """A forked process; what `subprocess.Popen` offers of it."""

    def __init__(self, told: socket.socket) -> None:
        self._told = told
        self.returncode: int | None = None
        pid = told.recv(32)
        if not pid:
            told.close()
            raise RuntimeError("The process that forks the others has died; what it said is above.")
        self.pid = int(pid)

    def wait(self, timeout: float | None = None) -> int:
        """Its exit status, as of a Popen; raises subprocess.TimeoutExpired."""
        if self.returncode is None:
            self._told.settimeout(timeout)
            try:
                status = self._told.recv(32)
            except (TimeoutError, BlockingIOError):
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0) from None
            # A nursery that died took the status with it, and its processes.
            self.returncode = int(status) if status else -signal.SIGKILL
            self._told.close()
        return self.returncode

    def poll(self) -> int | None:
        """Its exit status if it has ended."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)


class Nursery:
    """The process that forks, from outside."""

    def __init__(self) -> None:
        self._orders, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.environment = os.environ | {"DJANGO_SETTINGS_MODULE": SETTINGS}
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "lms.testing.forks", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env=self.environment,
                cwd=paths.ROOT,
                stdin=subprocess.DEVNULL,
            )

    def can(self, environment: Mapping[str, str]) -> bool:
        """Whether a process with this environment may be forked."""
        ours, theirs = set(self.environment.items()), set(environment.items())
        return {name for name, _value in ours ^ theirs} <= READ_ANEW

    def fork(
        self,
        argv: Sequence[str],
        environment: Mapping[str, str],
        *,
        output: IO[bytes],
        errors: IO[bytes],
    ) -> Forked:
        """A process that runs a script, or a module (`-m`, its name), in the project's folder."""
        told, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        order = json.dumps([list(argv), dict(environment)]).encode()
        with theirs, open(os.devnull, "rb") as nothing:  # noqa: PTH123 - no path, a device
            fds = [nothing.fileno(), output.fileno(), errors.fileno(), theirs.fileno()]
            socket.send_fds(self._orders, [order], fds)
        return Forked(told)

    def run(self, argv: Sequence[str], environment: Mapping[str, str]) -> tuple[int, str, str]:
        """Fork a process and wait for its end: its exit status, what it printed, and its errors."""
        with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
            status = self.fork(argv, environment, output=output, errors=errors).wait()
            said = []
            for file in (output, errors):
                file.seek(0)
                said.append(file.read().decode())
            return status, said[0], said[1]

    def close(self) -> None:
        """End the nursery and whatever it forked that still runs."""
        self._orders.close()
        self._process.wait(30)


def main(orders: socket.socket) -> None:
    """Import the product, then fork until nobody can ask for anything any more."""
    # Whoever is interrupted at the terminal ends this one by closing the line.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _import_the_product()
    gc.freeze()
    children: dict[int, socket.socket] = {}
    ended, wake = socket.socketpair()
    for end in (ended, wake):
        end.setblocking(False)
    signal.signal(signal.SIGCHLD, _notice)
    signal.set_wakeup_fd(wake.fileno())
    with selectors.DefaultSelector() as waiting:
        waiting.register(orders, selectors.EVENT_READ)
        waiting.register(ended, selectors.EVENT_READ)
        while True:
            for key, _events in waiting.select():
                if key.fileobj is ended:
                    ended.recv(4096)
                    _tell_ends(children)
                    continue
                order, fds, _flags, _address = socket.recv_fds(orders, _ORDER_BYTES, _FDS)
                if not order:
                    for pid in children:
                        os.kill(pid, signal.SIGKILL)
                    return
                pid = os.fork()
                if not pid:
                    signal.set_wakeup_fd(-1)
                    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                    signal.signal(signal.SIGINT, signal.default_int_handler)
                    for one in (orders, ended, wake, *children.values()):
                        one.close()
                    argv, environment = json.loads(order)
                    _become(argv, environment, fds)
                for fd in fds[:-1]:
                    os.close(fd)
                children[pid] = socket.socket(fileno=fds[-1])
                children[pid].send(str(pid).encode())


def _notice(_number: int, _frame: FrameType | None) -> None:
    """The wakeup file descriptor says it; the signal must only not be ignored."""


def _tell_ends(children: dict[int, socket.socket]) -> None:
    for pid, told in list(children.items()):
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            with told, contextlib.suppress(BrokenPipeError):
                told.send(str(os.waitstatus_to_exitcode(status)).encode())
            del children[pid]


def _import_the_product() -> None:
    import django  # noqa: PLC0415 - a test process that forks nothing needs none of this

    django.setup()
    from django.urls import reverse  # noqa: PLC0415 - as above
    from django.utils import translation  # noqa: PLC0415 - as above

    for name in ("lms.asgi", "uvicorn", *(f"uvicorn.{one}.auto" for one in UVICORNS_CHOICES)):
        importlib.import_module(name)
    # Made with these settings; whoever serves makes one with their own.
    del sys.modules["lms.asgi"]
    with translation.override("zh-hans"):
        reverse("account_login")


def _become(argv: list[str], environment: dict[str, str], fds: list[int]) -> NoReturn:
    """Be the process that was asked for, to its end."""
    for target, fd in enumerate(fds[:-1]):
        os.dup2(fd, target)
    for fd in fds:
        os.close(fd)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    _read_settings_anew()
    if argv[0] == "-m":
        sys.argv = argv[1:]
        runpy.run_module(argv[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = argv
        runpy.run_path(argv[0], run_name="__main__")
    sys.exit()


def _read_settings_anew() -> None:
    from django.conf import settings  # noqa: PLC0415 - Django is set up by now
    from django.db import connections  # noqa: PLC0415 - as above
    from django.utils.functional import empty  # noqa: PLC0415 - as above

    for name in ("lms.settings.base", SETTINGS):
        importlib.reload(sys.modules[name])
    settings._wrapped = empty
    for alias in connections:
        with contextlib.suppress(AttributeError):
            del connections[alias]
    # What was worked out of the old settings; it is worked out again when it is asked for.
    vars(connections).pop("settings", None)
    vars(connections)["_settings"] = None


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
