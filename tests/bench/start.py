"""From `make demo` to the first page: a clean clone with nothing set up, and again."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from lms.runtime import paths
from lms.testing.plugin import free_port
from tests.bench.figures import Figure

TIMEOUT_S = 600


def measure() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "-q", str(paths.ROOT), str(clone)], check=True)
        try:
            first = _first_page(clone)
            again = _first_page(clone)
        finally:
            _clear(clone)
    return [
        Figure(
            "make demo, clean clone to first page", first, "s", "at most", 300,
            note="a five-minute installation; downloads included, from the packagers' caches where warm",
        ),
        Figure("make demo again, to first page", again, "s", "at most", 10),
    ]  # fmt: skip


def _first_page(clone: Path) -> float:
    port = free_port()
    env = os.environ | {"PORT": str(port)}
    for name in ("DJANGO_SETTINGS_MODULE", "LMS_VAR", "DATABASE_URL", "VIRTUAL_ENV"):
        env.pop(name, None)
    start = time.perf_counter()
    log = clone.with_suffix(".log")
    with log.open("w") as output:
        make = subprocess.Popen(
            ["make", "demo"],
            cwd=clone,
            env=env,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        while time.perf_counter() - start < TIMEOUT_S:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10):
                    return time.perf_counter() - start
            except (urllib.error.URLError, OSError):
                if make.poll() is not None:
                    break
                time.sleep(0.05)
        raise RuntimeError(f"make demo showed no page:\n{log.read_text()[-3000:]}")
    finally:
        if make.poll() is None:
            os.killpg(make.pid, signal.SIGINT)
            make.wait(60)


def _clear(clone: Path) -> None:
    """Under root the database lies outside, since a folder like this one is closed to PostgreSQL's user."""
    code = "from lms.runtime.postgres import Server; s = Server(); print(s.data.parents[1], s.socket_dir)"
    python = clone / ".venv" / "bin" / "python"
    if python.exists():
        env = {name: value for name, value in os.environ.items() if name != "LMS_VAR"}
        argv = [python, "-c", code]
        said = subprocess.run(argv, cwd=clone, env=env, capture_output=True, text=True, check=True)
        for folder in said.stdout.split():
            shutil.rmtree(folder, ignore_errors=True)
