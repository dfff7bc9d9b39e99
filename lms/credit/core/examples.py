"""Worked examples of a policy: scenarios with the results that somebody worked out by hand, run as its tests.

A list of `{"title": ..., "scenario": {...}, "expect": {...}}`, scenarios and results as `credit_scenario` has them.
`expect` may leave out what it does not care about: what it names must be so, in lists as many items as it names.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lms.credit.core.credit_scenarios import evaluate_scenario, scenario_reader
from lms.credit.core.fields import Malformed, Reader, expected, list_of, name, record
from lms.credit.core.policy_rules import Policy
from lms.credit.core.scenarios import parsed

MOST = 100
"""Examples that one policy can have."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A place in the result where another value was expected; None: nothing stands there."""

    place: str
    wanted: str | None
    got: str | None


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of one example. `problem` says why it could not be evaluated."""

    title: str
    differences: tuple[Difference, ...] = ()
    problem: Malformed | None = None

    @property
    def passed(self) -> bool:
        """Whether the policy gives what was worked out."""
        return not self.differences and not self.problem


@dataclass(frozen=True, slots=True)
class _OneShelf:
    policy: Policy

    @property
    def ids(self) -> list[str]:
        return [self.policy.id]

    def get(self, _: str) -> Policy:
        return self.policy


def read_examples(text: str) -> list[dict[str, Any]]:
    """Examples written as JSON, checked for their shape; raises `Malformed`. A blank text has none."""
    if not text.strip():
        return []
    try:
        found = _examples(parsed(text.encode(errors="replace"), _each_once))
    except RecursionError:
        raise Malformed("nested too deeply") from None
    if len(found) > MOST:
        raise Malformed("at most %(most)s examples", most=MOST)
    return found


def try_examples(policy: Policy, examples: list[dict[str, Any]]) -> list[Tried]:
    """Run each example under the policy."""
    read = scenario_reader(_OneShelf(policy))
    return [_try(read, example) for example in examples]


def _try(read: Reader[Any], example: Mapping[str, Any]) -> Tried:
    try:
        got = evaluate_scenario(read, example["scenario"])
    except Malformed as wrong:
        return Tried(example["title"], problem=wrong)
    return Tried(example["title"], tuple(_differences("", example["expect"], got)))


def _differences(place: str, wanted: Any, got: Any) -> Iterator[Difference]:
    if isinstance(wanted, dict) and isinstance(got, Mapping):
        for key, value in wanted.items():
            yield from _differences(f"{place}.{key}" if place else key, value, got.get(key))
    elif isinstance(wanted, list) and isinstance(got, list | tuple):
        for at in range(max(len(wanted), len(got))):
            here = f"{place}[{at}]"
            if at >= len(wanted):
                yield Difference(here, None, _said(got[at]))
            elif at >= len(got):
                yield Difference(here, _said(wanted[at]), None)
            else:
                yield from _differences(here, wanted[at], got[at])
    elif type(wanted) is not type(got) or wanted != got:
        yield Difference(place, _said(wanted), _said(got))


def _said(value: Any) -> str:
    if isinstance(value, Mapping):
        return str(value.get("id") or value.get("training") or "{…}")
    if isinstance(value, list | tuple):
        return ", ".join(map(_said, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise Malformed("this key stands there twice", key)
        found[key] = value
    return found


def _object(value: Any) -> dict[str, Any]:
    if type(value) is not dict:
        raise expected("an object", value)
    _check_exact(value)
    return value


def _check_exact(value: Any, *steps: str | int) -> None:
    """Refuse numbers that are not whole: none has a meaning in a scenario, and digests know none."""
    inner = (
        value.items() if type(value) is dict else enumerate(value) if type(value) is list else ()
    )
    for step, one in inner:
        if isinstance(step, str):
            _check_text(step, *steps)
        _check_exact(one, *steps, step)
    if not isinstance(value, dict | list | str | int | None):
        raise Malformed("is no whole number; write hours in quotes", *steps)
    if isinstance(value, str):
        _check_text(value, *steps)


def _check_text(value: str, *steps: str | int) -> None:
    """Refuse what neither a page nor the database can take: half a character, and NUL."""
    try:
        value.encode()
    except UnicodeEncodeError:
        raise Malformed("is no text", *steps) from None
    if "\0" in value:
        raise Malformed("is no text", *steps)


def _title(value: Any) -> str:
    _check_text(name(value))
    return name(value)


_examples = list_of(record({"title": _title, "scenario": _object, "expect": _object}, build=dict))
