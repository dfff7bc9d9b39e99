"""A forked process is one of the product like any other: its own settings, output and end."""

import signal
import subprocess
from pathlib import Path

import pytest

from lms.testing import forks
from lms.testing.plugin import nursery

SAY = "from django.conf import settings as s; print(s.SITE_URL, s.DATABASES['default']['NAME'])"
SHELL = ("manage.py", "shell", "-v0", "--no-imports", "-c")


@pytest.fixture
def environment() -> dict[str, str]:
    return dict(nursery().environment)


def test_fork_reads_settings_of_its_own(environment: dict[str, str]) -> None:
    for number in range(2):
        site, database = f"https://{number}.example.cn", f"postgresql:///database_{number}"
        mine = environment | {"SITE_URL": site, "DATABASE_URL": database}
        assert nursery().can(mine)
        assert nursery().run([*SHELL, SAY], mine) == (0, f"{site} database_{number}\n", "")


def test_fork_ends_as_it_says(environment: dict[str, str]) -> None:
    status, output, errors = nursery().run([*SHELL, "raise SystemExit(3)"], environment)
    assert (status, output, errors) == (3, "", "")
    status, _output, errors = nursery().run([*SHELL, "1 / 0"], environment)
    assert status == 1
    assert "ZeroDivisionError" in errors


def test_fork_can_be_killed(environment: dict[str, str], tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as log:
        argv = [*SHELL, "import signal; signal.pause()"]
        process = nursery().fork(argv, environment, output=log, errors=log)
    assert process.poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.01)
    process.kill()
    assert process.wait(10) == -signal.SIGKILL
    assert process.poll() == -signal.SIGKILL
    process.kill()


def test_what_is_read_at_import_cannot_be_forked(environment: dict[str, str]) -> None:
    assert not nursery().can(environment | {"PYTHONPATH": "/elsewhere"})
    assert nursery().can(environment | dict.fromkeys(forks.READ_ANEW, "1"))
