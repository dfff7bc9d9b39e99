"""Postings a second, everything included, over bare prepared INSERTs of the same rows and over django-hordak."""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from lms.runtime import paths
from lms.runtime.postgres import APP, OWNER, Server
from lms.testing import database
from tests.bench.figures import Figure

ROUNDS, EACH = 7, 200


class Worker:
    """A process of its own that does so many postings each time it is told to."""

    def __init__(self, module: str, settings: str, env: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", module],
            env=os.environ | env | {"DJANGO_SETTINGS_MODULE": settings},
            cwd=paths.ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, what: str, number: int = 0) -> float:
        """Postings a second, or whatever `what` is answered with."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps([what, number]) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError(f"{self.process.args}: no answer to {what}")
        return float(answer)

    def close(self) -> None:
        """It ends with its input."""
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(20)


def measure() -> list[Figure]:
    with _workers() as (platform, hordak):
        rounds: dict[str, list[float]] = {}
        for number in range(ROUNDS + 1):
            for name, worker, what in (
                ("posted", platform, "post"),
                ("bare", platform, "bare"),
                ("award", hordak, "post"),
                ("alone", hordak, "alone"),
                ("transfer", hordak, "transfer"),
            ):
                found = worker.ask(what, EACH)
                if number:  # the first is for warming up
                    rounds.setdefault(name, []).append(found)
        trips = int(platform.ask("trips"))
    return [
        _figure(
            "postings, over bare INSERTs", rounds["posted"], rounds["bare"], 0.4,
            "evidence, its detail, transfer, line, two postings, the standing under a policy; one process, a commit "
            f"each, fsync on; {trips} round trips a posting, BEGIN and COMMIT included. The baseline: prepared INSERTs "
            "of the rows but the standing, committed each, into copies of the tables with all indexes and checks but "
            "neither foreign keys nor triggers",
        ),
        _figure(
            "postings, over the same on django-hordak", rounds["posted"], rounds["award"], 3,
            "the same booking by an application on django-hordak through the ORM, in one transaction under hordak's "
            "own triggers: the account locked; source, rule, award's key and minutes, post and accreditation of the "
            "day and the end of the chain looked up; evidence, its detail, transaction, two legs, the award with facts "
            "and hash and a dated line created; balance and year's standing read and kept. Its policy is in the code",
        ),
        _figure(
            "postings, over an award alone on django-hordak", rounds["posted"], rounds["alone"], 0,
            "as before but for rule, post, accreditation, minutes, chain and standing; no target, for comparison",
        ),
        _figure(
            "postings, over Account.transfer_to alone", rounds["posted"], rounds["transfer"], 0,
            "hordak's part of it alone, a transaction and two legs; no target, for comparison",
        ),
    ]  # fmt: skip


def _figure(
    name: str, figures: list[float], baselines: list[float], target: float, note: str
) -> Figure:
    ratio = statistics.median(one / other for one, other in zip(figures, baselines, strict=True))
    return Figure(
        name,
        statistics.median(figures),
        "a second",
        "at least",
        target,
        baseline=statistics.median(baselines),
        note=f"medians of {ROUNDS} rounds of {EACH} in turn (median of the rounds' ratios {ratio:.2f}); {note}",
    )


@contextmanager
def _workers() -> Iterator[tuple[Worker, Worker]]:
    """The platform's and hordak's, on databases made anew; fsync and synchronous_commit are on as in production."""
    server = Server(name="bench-postgres")
    server.start()
    workers: list[Worker] = []
    try:
        database.create_copy(server, database.make_template(server), "bench")
        database.create_copy(server, "template0", "bench_hordak")
        ours = {
            "DATABASE_URL": server.url(APP, "bench"),
            "DATABASE_OWNER_URL": server.url(OWNER, "bench"),
        }
        theirs = {"DATABASE_URL": server.url(OWNER, "bench_hordak")}
        workers.append(Worker("tests.bench.posting_platform", "tests.bench.settings", ours))
        workers.append(Worker("tests.bench.posting_hordak", "tests.bench.hordak_settings", theirs))
        yield workers[0], workers[1]
    finally:
        for one in workers:
            one.close()
        server.stop()
