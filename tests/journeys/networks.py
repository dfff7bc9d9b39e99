"""Networks that reach this machine and not each other, for browsers of their own (`ip netns`; needs root)."""

import contextlib
import ctypes
import os
import secrets
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

_OURS = f"10.{20 + os.getpid() % 200}"
"""Two runs at once on one machine have networks of their own."""
HERE = f"{_OURS}.0.1"
"""Where the networks reach us; what lies behind it they do not."""
_CLONE_NEWNET = 0x4000_0000


def are_possible() -> bool:
    """Whether we may make some: root with the right to administer networks, and `ip`."""
    return subprocess.run(["unshare", "-n", "ip", "link"], capture_output=True).returncode == 0


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


@contextlib.contextmanager
def network(number: int, *, site_port: int, folder: Path) -> Iterator[str]:
    """A network with a way to HERE alone; the program that is Chromium in it. The site is on its loopback."""
    name = f"lms-{secrets.token_hex(3)}"
    ours, theirs = f"{name}a"[:15], f"{name}b"[:15]
    _ip("netns", "add", name)
    try:
        _ip("link", "add", ours, "type", "veth", "peer", "name", theirs, "netns", name)
        _ip("address", "add", f"{_OURS}.{number}.1/24", "dev", ours)
        _ip("address", "replace", f"{HERE}/32", "dev", "lo")
        _ip("link", "set", ours, "up")
        for line in (
            f"address add {_OURS}.{number}.2/24 dev {theirs}",
            f"link set {theirs} up",
            "link set lo up",
            f"route add default via {_OURS}.{number}.1",
        ):
            _ip("-n", name, *line.split())
        program = folder / f"chromium-{number}"
        program.write_text(f'#!/bin/sh\nexec ip netns exec {name} chromium "$@"\n')
        program.chmod(0o755)
        with _door(name, site_port):
            yield str(program)
    finally:
        _ip("netns", "delete", name)
        # The first that goes takes it along.
        subprocess.run(["ip", "address", "del", f"{HERE}/32", "dev", "lo"], capture_output=True)


@contextlib.contextmanager
def _door(name: str, port: int) -> Iterator[None]:
    """The port of this machine's loopback on the network's: a browser trusts its own machine without TLS."""
    listener: list[socket.socket] = []

    def open_there() -> None:
        # A thread of its own: a socket stays in the network that its thread was in.
        with Path("/run/netns", name).open() as place:
            if ctypes.CDLL(None, use_errno=True).setns(place.fileno(), _CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
        listener.append(socket.create_server(("127.0.0.1", port)))

    opener = threading.Thread(target=open_there)
    opener.start()
    opener.join()
    [server] = listener

    carried: list[threading.Thread] = []

    def serve() -> None:
        # Until the door is shut.
        with contextlib.suppress(OSError):
            while True:
                carried.append(threading.Thread(target=_carry, args=(server.accept()[0], port)))
                carried[-1].start()

    serving = threading.Thread(target=serve)
    serving.start()
    try:
        yield
    finally:
        server.shutdown(socket.SHUT_RDWR)
        serving.join()
        server.close()
        for one in carried:
            one.join()


def _carry(caller: socket.socket, port: int) -> None:
    """One caller's line, to its end."""
    with caller, socket.create_connection(("127.0.0.1", port)) as line:
        back = threading.Thread(target=_pass_on, args=(line, caller))
        back.start()
        _pass_on(caller, line)
        back.join()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    for one in (source, target):
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
