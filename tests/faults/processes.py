"""Processes of the product on a test's own database: set off at once, or killed in the middle of their work."""

import contextlib
import importlib
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from lms.runtime import paths
from lms.runtime.postgres import APP, OWNER, Server
from lms.testing.plugin import run_manage


def environment(postgres: Server, database: str) -> dict[str, str]:
    """In which a process of the product works on this database."""
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "lms.settings.test",
        "DATABASE_URL": postgres.url(APP, database),
        "DATABASE_OWNER_URL": postgres.url(OWNER, database),
    }


def start(postgres: Server, database: str, function: str, **order: Any) -> "subprocess.Popen[str]":
    """A process that stands ready to call `module:function` with an order, and does so once `go` is said to it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.processes", function, json.dumps(order)],
        env=environment(postgres, database),
        cwd=paths.ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    assert process.stdout
    assert process.stderr
    assert process.stdout.readline() == "ready\n", process.stderr.read()
    return process


def go(process: "subprocess.Popen[str]") -> None:
    """Let it begin."""
    assert process.stdin
    process.stdin.write("go\n")
    process.stdin.flush()


def done(process: "subprocess.Popen[str]") -> Any:
    """What the function returned. Fails with what the process said where it ended otherwise."""
    said, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    return json.loads(said.splitlines()[-1])


def at_once(processes: "list[subprocess.Popen[str]]") -> list[Any]:
    """Set them off together, and wait for what each returns."""
    with contextlib.ExitStack() as all_of_them:
        for process in processes:
            all_of_them.enter_context(process)
            go(process)
        return [done(process) for process in processes]


def children_of(pid: int, name: str) -> list[int]:
    """Processes of that name which a process has started; what ends while one looks is not there."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            found += (task / "children").read_text().split()
    return [int(one) for one in found if _name_of(one) == name]


def _name_of(pid: str) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def seeded() -> random.Random:
    """Random moments, told so that they can be had again (FAULTS_SEED)."""
    seed = int(os.environ.get("FAULTS_SEED", time.time_ns() % 1_000_000))
    print(f"FAULTS_SEED={seed}")
    return random.Random(seed)


def ledger_check(postgres: Server, database: str) -> None:
    """`manage.py ledger_check` finds nothing wrong."""
    status, said, errors = run_manage(environment(postgres, database), "ledger_check")
    assert status == 0, errors
    assert "Everything agrees" in said


def main(function: str, order: str) -> None:
    """What the process runs."""
    import django

    django.setup()
    module, name = function.split(":")
    act = getattr(importlib.import_module(module), name)
    print("ready", flush=True)
    sys.stdin.readline()
    print(json.dumps(act(**json.loads(order))), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
