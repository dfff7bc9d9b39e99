"""What the measured processes have in common: orders come on standard input, figures go out on standard output."""

import json
import sys
import time
from collections.abc import Callable


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
