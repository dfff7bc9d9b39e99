"""How long the catalogue and a course take to answer, over a bare Wagtail page of the same site and shell."""

import asyncio
import json
import statistics
import time

from tests.bench.figures import Figure
from tests.bench.place import Client, place, sign_in

COURSES = 18
ROUNDS = 60
WARM_UP = 10

SET_UP = """
import json
from django.urls import reverse
from tests.bench import stock
courses = stock.fill({courses})
stock.take(courses[0], [{person}])
paths = [stock.bare_page(), reverse("courses:catalogue"), reverse("courses:course", args=[courses[0].key])]
print(json.dumps(paths))
"""


def measure() -> list[Figure]:
    with place() as site:
        ((person, session),) = sign_in(site, 1)
        paths = json.loads(site.python(SET_UP.format(courses=COURSES, person=person)))
        bare, catalogue, course = asyncio.run(_medians(Client(site.port, session), paths))
    note = f"median of {ROUNDS} answers in turn, one at a time, signed in, {COURSES} courses of two modules"
    return [
        Figure("catalogue", catalogue, "ms", "at most", 2, baseline=bare, note=note),
        Figure("course page", course, "ms", "at most", 2, baseline=bare, note="enrolled; else as above"),
    ]  # fmt: skip


async def _medians(client: Client, paths: list[str]) -> list[float]:
    """Milliseconds to the last byte, by path; the paths take turns, so that what disturbs one disturbs all."""
    taken: dict[str, list[float]] = {path: [] for path in paths}
    await client.open()
    try:
        for number in range(WARM_UP + ROUNDS):
            for path in paths:
                start = time.perf_counter()
                status, body = await client.request("GET", path)
                if status != 200:
                    raise RuntimeError(f"{path}: {status} {body[:500]!r}")
                if number >= WARM_UP:
                    taken[path].append((time.perf_counter() - start) * 1000)
    finally:
        await client.close()
    return [statistics.median(taken[path]) for path in paths]
