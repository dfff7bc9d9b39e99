"""`manage.py generate_city`: five years of an invented city's teachers, straight into the tables."""

import datetime
import subprocess
import sys
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from psycopg.conninfo import make_conninfo

from lms.demo.city.ground import found
from lms.demo.city.life import YEARS
from lms.demo.city.load import blocks, load


class Command(BaseCommand):
    """To measure with, never beside real teachers."""

    help = (
        "Invent a city: teachers with five years of evidence and transfers, loaded by COPY. Stopped midway, the same"
        " command goes on. Then run `manage.py standings` and `manage.py checkpoint`."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """How many, who loads, and where."""
        parser.add_argument("--teachers", type=int, default=10_000, help="about 30 transfers each")
        parser.add_argument("--seed", type=int, default=1, help="another number, another city")
        parser.add_argument("--processes", type=int, default=2)
        parser.add_argument("--until", type=datetime.date.fromisoformat, default=None)
        parser.add_argument(
            "--url", help="a superuser's database address, ten times as fast; default: DATABASE_URL"
        )
        parser.add_argument("--part", type=int, default=None, help="for the processes themselves")

    def handle(self, **said: Any) -> None:
        """Found the city, then share its blocks among processes."""
        until = said["until"] or timezone.localdate()
        since = until - datetime.timedelta(days=366 * YEARS)
        began = time.monotonic()
        city = found(said["seed"], said["teachers"], since)
        if said["part"] is not None:
            load(
                said["url"] or _url(), city, seed=said["seed"], teachers=said["teachers"], until=until,
                which=blocks(said["teachers"])[said["part"] :: said["processes"]], say=self.stdout.write,
            )  # fmt: skip
            return
        argv = [sys.executable, *sys.argv[:2], "--teachers", str(said["teachers"])]
        argv += ["--seed", str(said["seed"]), "--processes", str(said["processes"])]
        argv += ["--until", until.isoformat(), *(["--url", said["url"]] if said["url"] else [])]
        running = [
            subprocess.Popen([*argv, "--part", str(part)]) for part in range(said["processes"])
        ]
        failed = [one.wait() for one in running]
        if any(failed):
            sys.exit("A part stopped; the same command goes on from there.")
        self.stdout.write(f"The city stands after {time.monotonic() - began:.0f} s.")


def _url() -> str:
    """The address of the database that settings name."""
    here = settings.DATABASES["default"]
    return make_conninfo(
        host=here["HOST"], port=here["PORT"] or None, user=here["USER"],
        password=here["PASSWORD"] or None, dbname=here["NAME"],
    )  # fmt: skip
