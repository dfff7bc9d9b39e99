"""Scenario files: read them, evaluate them, say in one line what is wrong.

The three scenario commands share these file shapes, errors and exit statuses; what one scenario
looks like, each of them puts together from the readers of `fields`.
"""

import json
import math
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from pathlib import Path
from typing import Any

from lms.credit.core.fields import Malformed, expected

EVALUATED, MALFORMED = 0, 2
"""Exit statuses of a scenario command."""

# Digits beyond the 400th are rounded off and what lies under 1e-400 is 0: no number can be made
# to take for ever.
_DIGITS = Context(prec=400, Emin=-400, Emax=999, traps=[])
_LONGEST_INTEGER = 4300
_INFINITE = Decimal("Infinity")


@dataclass(frozen=True, slots=True)
class Ran:
    """What a scenario command has to say: one of the two texts is empty."""

    status: int
    out: str
    error: str


def run(files: Sequence[str], evaluate: Callable[[Any], Mapping[str, Any]]) -> Ran:
    """Evaluate all scenarios of all files, in order; nothing is said of any where one is malformed.

    `evaluate` takes a scenario as JSON gave it (integers are int, all other numbers Decimal) and
    returns its result, or raises `Malformed`. A file name `-` reads standard input. Where an object
    repeats a name, the last value holds, as JSON readers commonly have it.
    """
    results: list[str] = []
    for file in files:
        try:
            results.extend(
                json.dumps(result, allow_nan=False) for result in _evaluated(file, evaluate)
            )
        except Malformed as wrong:
            line = f"{file}: {wrong.path}: {wrong.problem}"
            return Ran(MALFORMED, "", " ".join(line.splitlines()) + "\n")
    return Ran(EVALUATED, "[" + ",\n ".join(results) + "]\n", "")


def _evaluated(
    file: str, evaluate: Callable[[Any], Mapping[str, Any]]
) -> Iterable[Mapping[str, Any]]:
    content = parsed(_content(file))
    if type(content) is dict:
        yield evaluate(content)
        return
    if type(content) is not list:
        raise expected("a scenario or an array of scenarios", content)
    for index, scenario in enumerate(content):
        try:
            yield evaluate(scenario)
        except Malformed as wrong:
            raise wrong.under(index) from None


def _content(file: str) -> bytes:
    try:
        if file != "-":
            return Path(file).read_bytes()
        if sys.stdin is None:
            raise Malformed("cannot be read: standard input is closed")
        return sys.stdin.buffer.read()
    except OSError as error:
        raise Malformed("cannot be read: %(error)s", error=error.strerror or error) from None


def parsed(content: bytes, pairs: Callable[[list[tuple[str, Any]]], Any] | None = None) -> Any:
    """JSON as scenario files have it: integers are int, all other numbers Decimal; raises `Malformed`.

    `pairs` makes each object of its keys and values; without it the last of equal keys holds.
    """
    try:
        return json.loads(
            content.decode(),
            parse_int=_integer,
            parse_float=_decimal,
            parse_constant=_constant,
            object_pairs_hook=pairs,
        )
    except UnicodeDecodeError as error:
        raise Malformed("no JSON: not UTF-8 at byte %(at)s", at=error.start) from None
    except json.JSONDecodeError as error:
        raise Malformed(
            "no JSON: %(reason)s (line %(line)s, column %(column)s)",
            reason=error.msg,
            line=error.lineno,
            column=error.colno,
        ) from None
    except RecursionError:
        raise Malformed("nested too deeply") from None


def _integer(written: str) -> int | Decimal:
    return int(written) if len(written) <= _LONGEST_INTEGER else _INFINITE


def _constant(_: str) -> Decimal:
    # NaN and Infinity are no JSON, but are better refused where they stand.
    return _INFINITE


def _decimal(written: str) -> Decimal:
    # Python's own float decides what is too large: it knows the limit to the last digit.
    return _INFINITE if math.isinf(float(written)) else _DIGITS.create_decimal(written)
