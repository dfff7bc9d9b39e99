"""The scenario commands from outside: real processes for what matters, in this process for thousands of cases."""

import copy
import json
import math
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from lms.api import scenarios
from lms.runtime import paths

Path_ = tuple[str | int, ...]
EXAMPLES = Path(__file__).parent / "examples"


def examples(name: str) -> list[dict[str, Any]]:
    return json.loads((EXAMPLES / f"{name}.json").read_text())


def command(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """Run `manage.py` where no database server can be reached, nor started."""
    unreachable = {
        "DATABASE_URL": "postgres://nobody@127.0.0.1:9/none",
        "DJANGO_SETTINGS_MODULE": "lms.settings.dev",
        "SECRET_KEY": "only for this run",
        "LANG": "C",
    }
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=paths.ROOT,
        env={"PATH": os.environ["PATH"], **unreachable},
        input=given,
        capture_output=True,
        text=True,
    )


def agrees(expected: object, found: object) -> bool:
    """Numbers within 0.002, all else the same."""
    if isinstance(expected, dict) and isinstance(found, dict):
        return expected.keys() == found.keys() and all(
            agrees(expected[key], found[key]) for key in expected
        )
    if isinstance(expected, list) and isinstance(found, list):
        return len(expected) == len(found) and all(map(agrees, expected, found))
    if isinstance(expected, bool) or not isinstance(expected, int | float):
        return type(expected) is type(found) and expected == found
    return not isinstance(found, bool) and abs(expected - found) <= 0.002


def evaluated(tmp_path: Path, content: object, evaluate: Callable[[Any], Any]) -> Any:
    """The results of scenarios, or the one line that says what is wrong with them, without the file's name."""
    file = tmp_path / "scenario.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    ran = scenarios.run([str(file)], evaluate)
    if ran.status == 0:
        assert ran.error == ""
        return json.loads(ran.out)
    assert (ran.status, ran.out) == (2, "")
    assert ran.error.count("\n") == 1
    return ran.error.removeprefix(f"{file}: ").rstrip("\n")


def changed(scenario: Any, path: Path_, value: object) -> Any:
    """A copy of the scenario with another value at the path."""
    altered = copy.deepcopy(scenario)
    inner = altered
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return altered


def written(path: Path_) -> str:
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)


def nodes(value: Any, path: Path_ = ()) -> Iterator[tuple[Path_, Any]]:
    """Every value inside a scenario with its path."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for step, element in inner:
        yield (*path, step), element
        if isinstance(element, dict | list):
            yield from nodes(element, (*path, step))


def misshapen(scenario: Any) -> Iterator[tuple[str, Any]]:
    """Every way to give a value the wrong type, leave a field out or add one, with the path that is to blame."""
    samples = (None, True, 1, "x", [], {})
    for path, value in nodes(scenario):
        number = isinstance(value, int | float)
        for sample in samples:
            if type(sample) is not type(value) and not (
                number and sample == 1 and sample is not True
            ):
                yield written(path), changed(scenario, path, sample)
        if isinstance(value, dict):
            yield written((*path, "extra")), changed(scenario, (*path, "extra"), 1)
        if isinstance(path[-1], str):
            without = copy.deepcopy(scenario)
            inner = without
            for step in path[:-1]:
                inner = inner[step]
            del inner[path[-1]]
            yield written(path), without
    yield "$.extra", {**scenario, "extra": 1}


STRAY = [None, True, False, 0, -1, 1, 2, 1.0, 0.5, 1.5, -0.0, 1e-9, 1e308, math.inf, -math.inf, math.nan, 10**400,
         "", "a", "v1", "p1", "join", "answer", [], {}, [1, 2], [2, 1], [[0, 1]], {"a": 1}, 100, 1000.5]  # fmt: skip
STRAY_NAMES = ["x", "prompt", "at", "id", "v1"]


def disturbed(scenario: Any, seed: int) -> Any:
    """A copy with up to three values replaced, left out, added or repeated: malformed mostly, not always."""
    chance = random.Random(seed)
    altered = copy.deepcopy(scenario)
    for path, _ in chance.sample(list(nodes(altered)), chance.choice([1, 1, 1, 2, 3])):
        inner, step = altered, path[-1]
        try:
            for outer in path[:-1]:
                inner = inner[outer]
            match chance.choice(["replace", "replace", "replace", "drop", "add"]):
                case "replace":
                    inner[step] = chance.choice(STRAY)
                case "drop":
                    del inner[step]
                case "add" if isinstance(inner, dict):
                    inner[chance.choice(STRAY_NAMES)] = chance.choice(STRAY)
                case "add":
                    inner.insert(
                        chance.randrange(len(inner) + 1), copy.deepcopy(chance.choice(inner))
                    )
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took the place away
    return altered


def has(value: object, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> bool:
    """Whether this is an object of these fields, as a plain reading has it."""
    return isinstance(value, dict) and set(required) <= set(value) <= {*required, *optional}


def is_number(value: object) -> bool:
    """Whether this is a finite number, as a plain reading in floats has it."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(float(value))
    except OverflowError:
        return False
