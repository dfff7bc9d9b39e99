"""A city's record: made, every standing worked out, checked and signed. SCALE=1.0: 100,000 teachers; default 0.1."""

import hashlib
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from lms.runtime import paths
from lms.runtime.postgres import APP, OWNER, Server
from lms.testing import database
from tests.bench.figures import Figure, timed
from tests.bench.posting import Worker

SCALE = float(os.environ.get("SCALE", "0.1"))
#: Teachers that generate_city writes in one transaction; a further block is begun where the last one ended.
BLOCK = 200
TEACHERS = max(1, round(100_000 * SCALE / BLOCK)) * BLOCK
#: About 30 transfers each: 30,000 of them, and 1,000.
FEW, NEW = 5 * BLOCK, 34
SETTINGS = "tests.bench.settings"


@dataclass
class City:
    """A database with teachers in it, a whole number of the generator's blocks."""

    server: Server
    name: str
    teachers: int

    @property
    def env(self) -> dict[str, str]:
        """In which processes of the product work on it."""
        return {
            "DATABASE_URL": self.server.url(APP, self.name),
            "DATABASE_OWNER_URL": self.server.url(OWNER, self.name),
            "SIGNING_KEY_FILE": str(paths.VAR / "bench-keys" / "signing.pem"),
        }

    def make(self) -> None:
        """By the shipped generator, as a superuser."""
        self._generate(self.teachers)

    def grow(self) -> None:
        """NEW more: the beginning of a further block."""
        self._generate(self.teachers + NEW)
        self.teachers += BLOCK

    def _generate(self, teachers: int) -> None:
        argv = ["manage.py", "generate_city", "--teachers", str(teachers)]
        argv += ["--url", self.server.url("postgres", self.name)]
        env = os.environ | self.env | {"DJANGO_SETTINGS_MODULE": SETTINGS}
        done = subprocess.run(
            [sys.executable, *argv], cwd=paths.ROOT, env=env, capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(done.stderr)

    def settle(self) -> None:
        """What autovacuum does by and by."""
        with self.server.connect("postgres", self.name) as superuser:
            superuser.execute("VACUUM ANALYZE")

    @contextmanager
    def worker(self) -> Iterator[Worker]:
        """A process to measure in."""
        worker = Worker("tests.bench.city_worker", SETTINGS, self.env)
        try:
            yield worker
        finally:
            worker.close()


def measure() -> list[Figure]:
    server = Server(name="bench-postgres")
    server.start()
    try:
        with (
            _city(server, "bench_city", TEACHERS) as city,
            _city(server, "bench_town", FEW) as town,
        ):
            made_s = timed(city.make)
            city.settle()
            town.make()
            town.settle()
            found = [
                _made(city, made_s),
                *_standings(city),
                _checked(city),
                _signed(city, town),
            ]  # fmt: skip
    finally:
        server.stop()
    return found


@contextmanager
def _city(server: Server, name: str, teachers: int) -> Iterator[City]:
    database.create_copy(server, database.make_template(server), name)
    try:
        yield City(server, name, teachers)
    finally:
        database.drop_copy(server, name)


def _made(city: City, seconds: float) -> Figure:
    what = f"generate_city, {TEACHERS:,} teachers, {_transfers(city):,} transfers"
    # Starting and founding a city take as long for a small one: below a tenth nothing is promised for it.
    return Figure(what, seconds, "s", "at most", max(600 * SCALE, 60))


def _standings(city: City) -> list[Figure]:
    """All of them on one core, which the process and its part of PostgreSQL share."""
    cores = os.sched_getaffinity(0)
    _pin(city.server, {min(cores)})
    try:
        with city.worker() as worker:
            seconds = worker.ask("standings")
            peak_mb, statements = worker.ask("peak_mb"), worker.ask("one_change")
    finally:
        _pin(city.server, cores)
    return [
        Figure(
            f"standings of {TEACHERS:,} teachers from scratch", seconds, "s", "at most", 60 * SCALE,
            note="one process and one core, which it shares with its connection's server process",
        ),
        Figure("the same, peak memory of the process", peak_mb, "MB", "at most", 2048),
        Figure("one teacher's standing after a transfer", statements, "queries", "at most", 10),
    ]  # fmt: skip


def _pin(server: Server, cores: set[int]) -> None:
    """Whatever is started from now on runs on these."""
    assert server.process
    os.sched_setaffinity(0, cores)
    os.sched_setaffinity(server.process.pid, cores)


def _checked(city: City) -> Figure:
    """Transfers a second, and the ratio to SHA-256 over the same rows as they come from the database."""
    count = _transfers(city)
    with city.worker() as worker:
        worker.ask("sign")
        seconds = worker.ask("check")
    bare_s = timed(lambda: _hash_rows(city))
    name = f"ledger_check of {count:,} transfers, over bare SHA-256 of the same bytes"
    return Figure(name, count / seconds, "transfers/s", "at least", 0.2, baseline=count / bare_s)


def _hash_rows(city: City) -> None:
    digest = hashlib.sha256()
    with city.server.connect("postgres", city.name) as connection:
        for table in ("transfer", "transferline", "posting", "evidence", "treeleaf", "treetile"):
            with connection.cursor().copy(f"COPY credit_{table} TO STDOUT") as rows:
                for block in rows:
                    digest.update(block)


def _signed(city: City, town: City) -> Figure:
    """A checkpoint after 1,000 new transfers: with a city's before, over with a town's."""
    before = [_transfers(one) for one in (city, town)]
    in_city, in_town = _sign_again(city), _sign_again(town)
    what = f"checkpoint after about 1,000 new transfers, {before[0]:,} before over {before[1]:,} before"
    note = "medians of five; bounded, so that it does not grow with what lies before"
    return Figure(what, in_city, "s", "at most", 1.5, baseline=in_town, note=note)


def _sign_again(city: City) -> float:
    """The median of five, each after NEW further teachers."""
    with city.worker() as worker:
        worker.ask("sign")
        found = []
        for _ in range(5):
            city.grow()
            found.append(worker.ask("sign"))
    return statistics.median(found)


def _transfers(city: City) -> int:
    with city.server.connect("postgres", city.name) as connection:
        found = connection.execute("SELECT count(*) FROM credit_transfer").fetchone()
    assert found
    return int(str(found[0]))
