"""The invented city: a record that `ledger_check` finds whole, resumable, the same from the same seed."""

import datetime
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection

from lms.demo.city.life import BOOKINGS, draw
from lms.runtime import paths
from lms.runtime.postgres import APP, Server

UNTIL = datetime.date(2026, 6, 30)


def test_draw_the_same_number_draws_the_same_life() -> None:
    life = draw(1, 7, trainings=40, until=UNTIL)

    assert draw(1, 7, trainings=40, until=UNTIL) == life
    assert draw(2, 7, trainings=40, until=UNTIL) != life
    assert len(life.bookings) == BOOKINGS
    assert len({booking.training for booking in life.bookings}) == BOOKINGS


def test_draw_nothing_happens_after_the_last_day() -> None:
    lives = [draw(1, number, trainings=40, until=UNTIL) for number in range(200)]
    moments = [act.at for life in lives for one in life.bookings for act in one.acts]

    assert max(moments).date() <= UNTIL
    assert 29 < sum(life.transfers for life in lives) / len(lives) < 31


class City:
    """The command on a database, in processes of its own."""

    def __init__(self, postgres: Server, database: str, folder: Path) -> None:
        self.env = os.environ | {
            "DJANGO_SETTINGS_MODULE": "lms.settings.test",
            "DATABASE_URL": postgres.url(APP, database),
            "SIGNING_KEY_FILE": str(folder / "signing.pem"),
        }
        self.url = postgres.url("postgres", database)

    def start(self, *argv: str) -> subprocess.Popen[str]:
        command = [sys.executable, "manage.py", *argv]
        return subprocess.Popen(
            command, cwd=paths.ROOT, env=self.env, stdout=subprocess.PIPE, text=True
        )

    def run(self, *argv: str) -> str:
        running = self.start(*argv)
        said, _ = running.communicate(timeout=300)
        assert running.returncode == 0, said
        return said

    def generate(self, teachers: int, *argv: str) -> str:
        said = ("--teachers", str(teachers), "--until", UNTIL.isoformat(), *argv)
        return self.run("generate_city", *said)


@pytest.fixture
def city(own_database: str, postgres: Server, tmp_path: Path) -> City:
    return City(postgres, own_database, tmp_path)


def test_city_killed_midway_goes_on_and_is_whole(city: City) -> None:
    part = city.start(
        *("generate_city", "--teachers", "900", "--until", UNTIL.isoformat()),
        *("--url", city.url, "--processes", "1", "--part", "0"),
    )
    deadline = time.monotonic() + 120
    while not counted("people_rolespell") and time.monotonic() < deadline:
        time.sleep(0.05)
    part.kill()
    part.communicate()
    before = counted("credit_ledgerhead")

    city.generate(900, "--url", city.url)

    assert 0 < before < 900
    assert counted("credit_ledgerhead") == 900
    assert "Everything agrees" in city.run("ledger_check")


def test_city_again_makes_nothing_twice_and_another_stands_beside_it(city: City) -> None:
    city.generate(30)
    transfers = counted("credit_transfer")

    city.generate(30)
    assert counted("credit_transfer") == transfers
    city.generate(10, "--seed", "2")
    city.run("standings")

    assert counted("credit_transfer") > transfers
    assert counted("credit_standing") == 40
    assert "Everything agrees" in city.run("ledger_check")


def counted(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])
