"""`python -I limited.py PARENT MEMORY_BYTES CPU_S FILE_BYTES ALONE PROGRAM ARGUMENT...`: becomes PROGRAM, under limits.

With ALONE 1 it stays as the program's guard: the program has no network, and whatever it starts ends with it, or when
we are told to stop (SIGTERM), or with our parent.

A program of its own and not a preexec_fn, which is unsafe in a process with threads. Imports the standard library only.
"""

import ctypes
import os
import resource
import signal
import sys
from contextlib import suppress
from pathlib import Path

PR_SET_PDEATHSIG = 1  # from <sys/prctl.h>
CLONE_NEWNET, CLONE_NEWUSER = 0x4000_0000, 0x1000_0000  # from <sched.h>
NICENESS = 5


def main(arguments: list[str]) -> None:
    """Set the limits and replace this process by the program, or guard it; never returns."""
    parent, memory, cpu_s, file_bytes, is_alone = map(int, arguments[:5])
    program = arguments[5:]
    if sys.platform == "linux":
        if is_alone:
            _leave_the_network()
        _die_with(parent, signal.SIGTERM if is_alone else signal.SIGKILL)
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(NICENESS)
    if is_alone:
        _guard(program)
    os.execvp(program[0], program)  # noqa: S606 - the whole point


def _die_with(parent: int, by: int) -> None:
    """A worker that is killed must not leave a program behind that still writes."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, by)
    if os.getppid() != parent:
        sys.exit(1)


def _leave_the_network() -> None:
    """Into a network namespace with nothing in it, where the system lets us.

    Elsewhere the program's own settings alone forbid fetching.
    """
    unshare, user, group = ctypes.CDLL(None).unshare, os.getuid(), os.getgid()
    if unshare(CLONE_NEWNET) == 0 or unshare(CLONE_NEWUSER | CLONE_NEWNET):
        return
    # Not root: still the same user in there.
    with suppress(OSError):
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


def _guard(program: list[str]) -> None:
    """Run the program in a process group of its own; end as it ends, and the whole group with us."""
    ended = (signal.SIGTERM, signal.SIGINT)
    # Held back until there is a group to end.
    signal.pthread_sigmask(signal.SIG_BLOCK, ended)
    child = os.fork()
    if not child:
        os.setsid()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ended)
        os.execvp(program[0], program)  # noqa: S606 - as above

    def end(number: int, _frame: object) -> None:
        _kill_group(child)
        os._exit(128 + number)

    for number in ended:
        signal.signal(number, end)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ended)
    # Left as it is until its group is gone: nobody else can have its number meanwhile.
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    _kill_group(child)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    os._exit(code if code >= 0 else 128 - code)


def _kill_group(leader: int) -> None:
    # The leader by itself as well: it may not have come to make its group.
    for kill in (os.killpg, os.kill):
        with suppress(ProcessLookupError):
            kill(leader, signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1:])
