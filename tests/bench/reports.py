"""Watch reports a second over HTTP, each durable before its answer, over a bare view with one durable UPDATE."""

import asyncio
import json
import statistics
import time
from collections.abc import Callable

from tests.bench.figures import Figure
from tests.bench.place import Client, Place, place, sign_in

CONNECTIONS = 32
ROUNDS = 5
ROUND_S = 6.0
# What one report claims. A person reports about ten times a second here, and their clock pays a second a second.
STRETCH_S = 0.05

SET_UP = """
import json
from tests.bench import stock
people = {people}
stock.take(stock.fill(1)[0], people)
print(json.dumps(stock.report_paths(people)))
"""


class Learner:
    """One connection and what its player has told so far."""

    def __init__(self, client: Client, path: str) -> None:
        self.client, self.path, self.seq = client, path, 0

    async def update(self) -> None:
        status, body = await self.client.request("POST", "/bench/bare/", b"{}")
        if status != 200:
            raise RuntimeError(f"baseline: {status} {body!r}")

    async def report(self) -> None:
        """The next stretch; every one of them must be accepted whole."""
        start = self.seq * STRETCH_S
        self.seq += 1
        claim = {
            "session": "bench",
            "seq": self.seq,
            "played": [[round(start, 2), round(start + STRETCH_S, 2)]],
            "rate": 1,
            "position": round(start + STRETCH_S, 2),
        }
        status, body = await self.client.request("POST", self.path, json.dumps(claim).encode())
        if status != 200 or json.loads(body)["accepted"] != STRETCH_S:
            raise RuntimeError(f"report: {status} {body!r}")


def measure() -> list[Figure]:
    with place() as site:
        people = sign_in(site, CONNECTIONS)
        paths = json.loads(site.python(SET_UP.format(people=[pk for pk, _ in people])))
        bare, reports, sent = asyncio.run(_rounds(site, people, paths))
        with site.server.connect(database="bench") as connection:
            count = "SELECT count(*), sum(jsonb_array_length(accepted)) FROM media_watchreport"
            if connection.execute(count).fetchone() != (sent, sent):
                raise RuntimeError("not every acknowledged report is there")
        trips, statements = _queries_per_report(site, people[0], paths[0])
    ratio = statistics.median(r / b for r, b in zip(reports, bare, strict=True))
    return [
        Figure(
            f"watch reports, {CONNECTIONS} connections",
            statistics.median(reports),
            "a second",
            "at least",
            0.5,
            baseline=statistics.median(bare),
            note=f"medians of {ROUNDS} rounds in turn (median of the rounds' ratios {ratio:.2f}), one web process, "
            f"each durable before its answer; {statements} statements a report in {trips} round trips, "
            "session and person included, BEGIN and COMMIT not",
        )
    ]


async def _rounds(
    site: Place, people: list[tuple[int, str]], paths: list[str]
) -> tuple[list[float], list[float], int]:
    learners = [
        Learner(Client(site.port, session), path)
        for (_, session), path in zip(people, paths, strict=True)
    ]
    for one in learners:
        await one.client.open()
    bare, reports = [], []
    try:
        for act in (
            Learner.update,
            Learner.report,
        ):  # threads, connections and caches of the server
            await _rate(learners, act, 2)
        for _ in range(ROUNDS):
            bare.append(await _rate(learners, Learner.update, ROUND_S))
            reports.append(await _rate(learners, Learner.report, ROUND_S))
    finally:
        for one in learners:
            await one.client.close()
    return bare, reports, sum(one.seq for one in learners)


async def _rate(learners: list[Learner], act: Callable[[Learner], object], seconds: float) -> float:
    """Acts a second, over all connections, each sending as soon as it was answered."""
    start, done = time.perf_counter(), 0

    async def go(learner: Learner) -> None:
        nonlocal done
        while time.perf_counter() - start < seconds:
            await act(learner)
            done += 1

    await asyncio.gather(*(go(one) for one in learners))
    return done / (time.perf_counter() - start)


QUERIES = """
import json
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lms.api.database import SEPARATOR
client = Client()
client.cookies[settings.SESSION_COOKIE_NAME] = {session!r}
body = {{"session": "count", "played": [[100, 100.1]], "rate": 1, "position": 100}}
client.post({path!r}, body | {{"seq": 1}}, content_type="application/json")
with CaptureQueriesContext(connection) as seen:
    answer = client.post({path!r}, body | {{"seq": 2, "played": [[100.1, 100.2]]}}, content_type="application/json")
assert answer.status_code == 200 and answer.json()["accepted"] == 0.1, answer.content
sent = [one["sql"] for one in seen.captured_queries if one["sql"] not in ("BEGIN", "COMMIT")]
print(len(sent), sum(one.count(SEPARATOR) + 1 for one in sent))
"""


def _queries_per_report(site: Place, person: tuple[int, str], path: str) -> tuple[int, int]:
    """Round trips, and statements sent with them."""
    trips, statements = site.python(QUERIES.format(session=person[1], path=path)).split()
    return int(trips), int(statements)
