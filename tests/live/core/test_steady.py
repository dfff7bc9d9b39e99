"""A clock that only goes on while somebody is counted, whatever the wall clock does."""

import datetime
import itertools
import subprocess
import sys
import time
from pathlib import Path

import pytest

from live.core import steady
from live.core.steady import Reference, Steady, begun, own_us
from lms.runtime import paths

NEW_TIME = datetime.datetime(2001, 1, 1, tzinfo=datetime.UTC)


@pytest.fixture
def step(monkeypatch):
    """Set the wall clock back by decades."""
    real = time.time_ns
    behind_ns = int((datetime.datetime.now(datetime.UTC) - NEW_TIME).total_seconds() * 1e9)
    return lambda: monkeypatch.setattr(time, "time_ns", lambda: real() - behind_ns)


def test_a_stepped_wall_clock_changes_nothing_for_those_who_are_there(step) -> None:
    clock = Steady()
    with clock.held():
        before = clock.now()
        step()
        with clock.held():
            assert datetime.timedelta(0) < clock.now() - before < datetime.timedelta(minutes=1)
        assert clock.now() > before


def test_the_next_to_come_are_counted_by_the_new_time(step) -> None:
    clock = Steady()
    with clock.held():
        step()
    with clock.held():
        assert datetime.timedelta(0) < clock.now() - NEW_TIME < datetime.timedelta(minutes=1)


def test_no_two_moments_are_the_same(monkeypatch) -> None:
    clock = Steady()
    standing = time.monotonic_ns()
    with clock.held():
        monkeypatch.setattr(time, "monotonic_ns", lambda: standing)
        moments = [clock.now() for _ in range(100)]
    assert all(one < two for one, two in itertools.pairwise(moments))


def another(folder: Path, act: str) -> "subprocess.Popen[str]":
    """Another process with the clock of that folder, of which `act` is run."""
    code = (
        "import sys; from pathlib import Path; from live.core.steady import Steady\n"
        f"clock = Steady(lambda: Path({str(folder)!r}))\n{act}"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=paths.ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_processes_of_a_machine_go_by_one_clock_until_the_last_has_died(tmp_path, step) -> None:
    """Who comes after a step goes on where the others are; a process that is killed gives the clock back."""
    holder = another(tmp_path, "clock.hold(); print(clock.now_us(), flush=True); sys.stdin.read()")
    with holder:
        assert holder.stdout
        theirs = int(holder.stdout.readline())
        step()
        clock = Steady(lambda: tmp_path)
        assert 0 < clock.now_us() - theirs < 60_000_000
        with clock.held():
            assert 0 < clock.now_us() - theirs < 60_000_000
            holder.kill()
            holder.wait()
            # One that starts after the first has died finds the time kept by who is left.
            said, _ = another(tmp_path, "print(clock.now_us())").communicate()
            assert 0 < int(said) - theirs < 60_000_000
    with clock.held():
        assert datetime.timedelta(0) < clock.now() - NEW_TIME < datetime.timedelta(minutes=1)


def test_kept_for_the_site_it_is_held_once(step) -> None:
    clock = Steady()
    before = clock.now()
    for _ in range(2):
        clock.keep(True)
    step()
    assert datetime.timedelta(0) < clock.now() - before < datetime.timedelta(minutes=1)
    clock.keep(False)
    assert clock.now() - NEW_TIME < datetime.timedelta(minutes=1)


def test_where_nothing_can_be_written_a_process_goes_by_itself(tmp_path) -> None:
    (tmp_path / "file").touch()
    clock = Steady(lambda: tmp_path / "file" / "folder")
    with clock.held():
        assert abs(clock.now_us() - time.time_ns() // 1000) < 60_000_000


HOUR_US = 3_600_000_000


@pytest.mark.parametrize("step_us", [-HOUR_US, HOUR_US])
def test_who_begins_again_in_a_lesson_goes_on_by_the_machine_s_own_count(step_us: int) -> None:
    """Every process fell, and the clock was set meanwhile: ours or the database's."""
    before_us = 5 * HOUR_US
    latest_us = before_us + own_us() - 10_000_000
    assert begun(before_us, Reference(before_us + step_us, latest_us)) == before_us


def test_a_machine_that_was_started_anew_goes_by_the_database_and_never_back() -> None:
    latest_us = 5 * HOUR_US + own_us()
    assert begun(None, Reference(6 * HOUR_US, latest_us)) == 6 * HOUR_US
    back_us = begun(None, Reference(4 * HOUR_US, latest_us))
    assert 5 * HOUR_US - 60_000_000 < back_us <= 5 * HOUR_US


def test_where_no_lesson_is_on_air_what_was_before_means_nothing() -> None:
    assert begun(HOUR_US, Reference(2 * HOUR_US)) == 2 * HOUR_US


def test_machines_whose_clocks_disagree_go_by_the_database(tmp_path, step) -> None:
    """Each with a folder of its own, and one of them decades behind."""
    ahead_us = time.time_ns() // 1000 - own_us()
    clocks = [
        Steady(lambda name=name: tmp_path / name, lambda: Reference(ahead_us)) for name in "ab"
    ]
    with clocks[0].held():
        step()
        with clocks[1].held():
            assert abs(clocks[1].now_us() - clocks[0].now_us()) < 60_000_000


def test_database_is_asked_once_a_minute_and_done_without(monkeypatch) -> None:
    asked: list[int] = []
    clock = Steady(ask=lambda: asked.append(1))
    for _ in range(3):
        assert abs(clock.now_us() - time.time_ns() // 1000) < 60_000_000
    assert len(asked) == 1
    later_us = own_us() + steady.ASK_AGAIN_US
    monkeypatch.setattr(steady, "own_us", lambda: later_us + 1)
    clock.now_us()
    assert len(asked) == 2


def test_all_processes_killed_and_the_clock_set_back_costs_a_lesson_nothing(tmp_path, step) -> None:
    holder = another(tmp_path, "clock.hold(); print(clock.now_us(), flush=True); sys.stdin.read()")
    with holder:
        assert holder.stdout
        theirs = int(holder.stdout.readline())
        holder.kill()
        holder.wait()
    step()
    stepped_us = time.time_ns() // 1000 - own_us()
    clock = Steady(lambda: tmp_path, lambda: Reference(stepped_us, theirs))
    with clock.held():
        assert 0 < clock.now_us() - theirs < 60_000_000
