"""How many were there over a lesson: a curve of about a hundred points, and the most there ever were at once."""

from collections.abc import Iterable, Sequence

from live.core.timeline import Stretch, united

STEPS_S = (15, 30, 60, 120, 300, 600)
"""A page beats every 15 s: what is finer than that nobody knows."""
_US = 1_000_000


def step_s(length_us: int, most: int = 120) -> int:
    """Seconds between two points of a lesson's curve, so that there are at most so many of them."""
    return next((step for step in STEPS_S if length_us <= most * step * _US), STEPS_S[-1])


def crowd(spans: Iterable[Iterable[Sequence[int]]], length_us: int, step_s: int) -> list[int]:
    """How many were there at 0, one step, two steps, ... of a lesson, before its end.

    `spans`: for each person [from, to] in microseconds after its start; who goes at a point is not there any more.
    """
    step_us = step_s * _US
    steps = max(1, -(-length_us // step_us))
    change = [0] * (steps + 1)
    for start, end in _stretches(spans):
        # From the first point within it to the first after it.
        change[min(steps, -(-start // step_us))] += 1
        change[min(steps, -(-end // step_us))] -= 1
    return _sums(change[:steps])


def most_at_once(spans: Iterable[Iterable[Sequence[int]]]) -> int:
    """The most that were there at any moment, between the points too."""
    moments = [one for start, end in _stretches(spans) for one in ((start, 1), (end, -1))]
    # At one moment those who go come first: they were not there together.
    return max(_sums(change for _at, change in sorted(moments)), default=0)


def _stretches(spans: Iterable[Iterable[Sequence[int]]]) -> Iterable[Stretch]:
    for person in spans:
        yield from united((one[0], one[1]) for one in person)


def _sums(changes: Iterable[int]) -> list[int]:
    there, found = 0, []
    for change in changes:
        there += change
        found.append(there)
    return found
