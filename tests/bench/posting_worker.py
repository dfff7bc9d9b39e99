"""What the measured processes have in common: orders come on standard input, figures go out on standard output."""

import json
import sys
import time
from collections.abc import Callable
from decimal import Decimal

#: What each posting is booked for, whoever books it.
AMOUNT = Decimal("0.95")
SPANS = [[0, 285_000], [300_000, 570_000]]
WATCHED = {
    "title": "进区的第一分钟",
    "words": "《进区的第一分钟》看过 9:30，共 10:00",
    "duration_ms": 600_000,
    "reports": 60,
    "flags": {},
}
DETAIL = {"devices": ["Android · 微信"], "sessions": []}


def serve(acts: dict[str, Callable[[int], float]]) -> None:
    """Answer each order `[what, number]` with a number, until the input ends."""
    for line in sys.stdin:
        what, number = json.loads(line)
        print(acts[what](number), flush=True)


def rate(act: Callable[[], object], number: int) -> float:
    """How often a second."""
    start = time.perf_counter()
    for _ in range(number):
        act()
    return number / (time.perf_counter() - start)
