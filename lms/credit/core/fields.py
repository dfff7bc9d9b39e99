"""Readers of JSON values: each field of a scenario checked and typed, or refused with its path.

A reader is a function that takes a JSON value and returns it checked, or raises `Malformed`;
`record`, `list_of` and the like make readers out of readers. A reader knows nothing of where its
value stands: the path is put together while the error travels up, so a good file pays nothing.
"""

import json
import re
import sys
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, TypeVar

T = TypeVar("T")
Reader = Callable[[Any], T]
"""Takes a JSON value, returns it checked, or raises `Malformed`."""

_LARGEST = int(sys.float_info.max)
_DATE = re.compile(r"(?:19|2[0-9])[0-9]{2}-[0-9]{2}-[0-9]{2}")


class Malformed(ValueError):
    """What is wrong, and where: the names and indexes from the value being read down to it.

    `template` and `params` are the problem as a sentence with %-places, for whoever has it in another language.
    """

    def __init__(self, template: str, *steps: str | int, **params: object) -> None:
        self.template, self.params = template, params
        self.problem = template % params if params else template
        super().__init__(self.problem)
        self.steps = list(steps)

    def under(self, step: str | int) -> "Malformed":
        """The same error, seen from the value that holds this one at `step`."""
        self.steps.insert(0, step)
        return self

    @property
    def path(self) -> str:
        """`$[3].trainings[0].form`; a name that could mislead stands in brackets and quotes."""
        return "$" + "".join(map(_step, self.steps))


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if step.isascii() and step.isidentifier() else f"[{shown(step)}]"


def shown(value: str) -> str:
    """A string as an error shows it: quoted, on one line, cut where it is long."""
    return json.dumps(value if len(value) <= 60 else value[:57] + "...")


def _kind(value: object) -> str:
    kinds = {
        dict: "an object",
        list: "an array",
        str: "a string",
        bool: "a truth value",
        type(None): "null",
    }
    return kinds.get(type(value), "a number")


def expected(wanted: str, value: object) -> Malformed:
    """The error for a value of the wrong kind."""
    return Malformed("%(wanted)s expected, not %(kind)s", wanted=wanted, kind=_kind(value))


# Readers of single values


def text(value: Any) -> str:
    """Any string, the empty one too."""
    if type(value) is not str:
        raise expected("a string", value)
    return value


def name(value: Any) -> str:
    """A string that is not empty."""
    if not text(value):
        raise Malformed("must not be empty")
    return value


def boolean(value: Any) -> bool:
    """`true` or `false`, nothing that merely counts as one."""
    if type(value) is not bool:
        raise expected("true or false", value)
    return value


def number(value: Any) -> Fraction:
    """A number, exactly as it is written; finite means: within what a double can hold."""
    kind = type(value)
    if kind is not int and kind is not Decimal:
        raise expected("a number", value)
    if not -_LARGEST <= value <= _LARGEST:
        raise Malformed("is not a finite number")
    return Fraction(value)


def positive(value: Any) -> Fraction:
    """A number above 0."""
    found = number(value)
    if found <= 0:
        raise Malformed("must be above 0")
    return found


def not_negative(value: Any) -> Fraction:
    """A number of at least 0."""
    found = number(value)
    if found < 0:
        raise Malformed("must not be below 0")
    return found


def counter(value: Any) -> int:
    """An integer of at least 1, written as one: 1.0 is refused."""
    if type(value) is not int:
        raise (
            Malformed("must be an integer")
            if type(value) is Decimal
            else expected("an integer", value)
        )
    if value < 1:
        raise Malformed("must be at least 1")
    return value


def day(value: Any) -> date:
    """A date as YYYY-MM-DD, years 1900 to 2999."""
    return _day(text(value))


@lru_cache(maxsize=4096)
def _day(written: str) -> date:
    if not _DATE.fullmatch(written):
        raise Malformed(
            "%(written)s is no date of the form YYYY-MM-DD, years 1900 to 2999",
            written=shown(written),
        )
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise Malformed("%(written)s is no day of the calendar", written=shown(written)) from None


def one_of(what: str, values: Mapping[str, T] | Iterable[T]) -> Reader[T]:
    """One of some words; a mapping says what each means, otherwise it means itself."""
    meanings = (
        dict(values) if isinstance(values, Mapping) else {str(value): value for value in values}
    )

    def read(value: Any) -> T:
        if type(value) is not str:
            raise expected("a string", value)
        if value not in meanings:
            raise Malformed("unknown %(what)s %(written)s", what=what, written=shown(value))
        return meanings[value]

    return read


def nullable(reader: Reader[T]) -> Reader[T | None]:
    """What the reader takes, or null."""

    def read(value: Any) -> T | None:
        return None if value is None else reader(value)

    return read


# Readers of composed values


def list_of(reader: Reader[T]) -> Reader[list[T]]:
    """An array, each element read by `reader`; may be empty."""

    def read(value: Any) -> list[T]:
        if type(value) is not list:
            raise expected("an array", value)
        found: list[T] = []
        try:
            for element in value:
                found.append(reader(element))  # noqa: PERF401 - its length is the index of what failed
        except Malformed as wrong:
            raise wrong.under(len(found)) from None
        return found

    return read


def mapping_of(reader: Reader[T]) -> Reader[dict[str, T]]:
    """An object with names of the author's choosing, each value read by `reader`."""

    def read(value: Any) -> dict[str, T]:
        if type(value) is not dict:
            raise expected("an object", value)
        found = {}
        for key, element in value.items():
            try:
                found[key] = reader(element)
            except Malformed as wrong:
                raise wrong.under(key) from None
        return found

    return read


def record(
    required: Mapping[str, Reader[Any]],
    optional: Mapping[str, tuple[Reader[Any], object]] | None = None,
    *,
    build: Callable[[dict[str, Any]], T],
) -> Reader[T]:
    """An object with these fields and no others.

    `optional` gives each field's reader and its default (shared by all, so unchangeable). `build`
    makes the result from the fields; what it finds wrong between them it raises as
    `Malformed(problem, "field")`.
    """
    optional = optional or {}
    readers = {**required, **{field: reader for field, (reader, _) in optional.items()}}
    defaults = {field: default for field, (_, default) in optional.items()}

    def read(value: Any) -> T:
        if type(value) is not dict:
            raise expected("an object", value)
        fields = defaults.copy()
        for field, element in value.items():
            reader = readers.get(field)
            if reader is None:
                raise Malformed("unknown field", field)
            try:
                fields[field] = reader(element)
            except Malformed as wrong:
                raise wrong.under(field) from None
        if len(fields) < len(readers):
            raise Malformed("missing", next(field for field in required if field not in fields))
        return build(fields)

    return read


def span_of(end: Reader[T]) -> Reader[tuple[T, T]]:
    """[from, to], both read by `end`, the second not before the first."""
    ends_of = list_of(end)

    def read(value: Any) -> tuple[T, T]:
        ends: list[Any] = ends_of(value)
        if len(ends) != 2:
            raise Malformed("must be [from, to]")
        if ends[1] < ends[0]:
            raise Malformed("must not end before it starts")
        return ends[0], ends[1]

    return read


def check_distinct(values: Iterable[Hashable], *steps: str) -> None:
    """Raise where a value repeats an earlier one; `steps` lead from a list's element to it."""
    seen = set()
    for index, value in enumerate(values):
        if value in seen:
            raise Malformed("repeats an earlier one", index, *steps)
        seen.add(value)


def check_rising(values: Sequence[Fraction], *steps: str) -> None:
    """Raise where a value is below the one before; `steps` lead from a list's element to it."""
    for index in range(1, len(values)):
        if values[index] < values[index - 1]:
            raise Malformed("must not lie before the one before", index, *steps)


def rounded(value: Fraction) -> int | float:
    """A number of a result: three decimals, whole where it is whole."""
    thousandths = round(value * 1000)
    whole, rest = divmod(thousandths, 1000)
    # Beyond 2**53 a double has no decimals to give.
    return whole if not rest or abs(whole) >= 2**53 else thousandths / 1000
