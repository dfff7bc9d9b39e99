"""`python -I limited.py PARENT MEMORY_BYTES CPU_S FILE_BYTES PROGRAM ARGUMENT...`: becomes PROGRAM, under limits.

A program of its own and not a preexec_fn, which is unsafe in a process with threads. Imports the standard library only.
"""

import ctypes
import os
import resource
import signal
import sys

PR_SET_PDEATHSIG = 1  # from <sys/prctl.h>
NICENESS = 5


def main(arguments: list[str]) -> None:
    """Set the limits and replace this process by the program; never returns."""
    parent, memory, cpu_s, file_bytes = map(int, arguments[:4])
    program = arguments[4:]
    if sys.platform == "linux":
        # A worker that is killed must not leave an encoder behind that still writes.
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            sys.exit(1)
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(NICENESS)
    os.execvp(program[0], program)  # noqa: S606 - the whole point


if __name__ == "__main__":
    main(sys.argv[1:])
