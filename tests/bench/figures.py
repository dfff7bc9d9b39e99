"""What a measurement says, and how it is printed."""

import json
import math
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True)
class Figure:
    """One measured figure.

    `ratio` is figure over baseline (None where the target is absolute); `target` bounds the ratio, or the figure
    itself without a baseline: "at most" or "at least" as `bound` says.
    """

    name: str
    figure: float
    unit: str
    bound: Literal["at most", "at least"]
    target: float
    baseline: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        return None if self.baseline is None else self.figure / self.baseline

    @property
    def met(self) -> bool:
        value = self.figure if self.ratio is None else self.ratio
        return value <= self.target if self.bound == "at most" else value >= self.target


def best_of(times: int, act: Callable[[], object]) -> float:
    """The least wall time in seconds of several runs: what the machine's other work disturbs least."""
    return min(timed(act) for _ in range(times))


def median_of(times: int, act: Callable[[], object]) -> float:
    """The median wall time in seconds of several runs."""
    return statistics.median(timed(act) for _ in range(times))


def timed(act: Callable[[], object]) -> float:
    """Wall time of one run in seconds."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def table(figures: list[Figure]) -> str:
    """The figures as aligned text."""
    rows = [("figure", "value", "baseline", "ratio", "target", "")]
    for one in figures:
        ratio = "" if one.ratio is None else f"{one.ratio:.2f}"
        baseline = "" if one.baseline is None else f"{_short(one.baseline)} {one.unit}"
        target = f"{one.bound} {one.target:g}"
        verdict = "met" if one.met else "MISSED"
        rows.append(
            (one.name, f"{_short(one.figure)} {one.unit}", baseline, ratio, target, verdict)
        )
    widths = [max(len(row[column]) for row in rows) for column in range(6)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    ]
    notes = [f"{one.name}: {one.note}" for one in figures if one.note]
    return "\n".join([*lines, "", *notes])


def write(figures: list[Figure], path: Path) -> None:
    """The same as JSON."""
    rows = [asdict(one) | {"ratio": one.ratio, "met": one.met} for one in figures]
    path.write_text(json.dumps(rows, indent=1, ensure_ascii=False))


def _short(value: float) -> str:
    digits = (
        0 if value >= 100 else 2 - math.floor(math.log10(max(value, 0.001))) if value < 1 else 2
    )
    return f"{value:.{min(digits, 4)}f}"
