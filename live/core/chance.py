"""Moments that chance picks for sign-ins."""

from collections.abc import Callable

CALM_S = 180
"""So long after the start nobody is asked: people are still coming in."""
APART_S = 120
"""Two sign-ins are at least so far apart, where the lesson is long enough for that."""


def moments(
    *, start_s: int, end_s: int, count: int, below: Callable[[int], int], window_s: int
) -> list[int]:
    """`count` seconds in [start_s, end_s - window_s], one in each of as many equal parts, sorted.

    `below(n)` gives a number in [0, n), as `secrets.randbelow` does. Empty where there is no room for a window.
    """
    last_s = end_s - window_s
    span_s = last_s - start_s
    if count <= 0 or span_s <= 0:
        return []
    part_s = span_s / count
    gap_s = min(APART_S, part_s / 2)
    return [
        int(start_s + index * part_s) + below(max(1, int(part_s - gap_s))) for index in range(count)
    ]
