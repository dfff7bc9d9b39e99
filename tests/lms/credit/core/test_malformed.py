"""Scenarios with one thing changed: refused exactly where a second, plain reading of the contract refuses."""

import copy
import datetime
import re
from random import Random

import pytest

from lms.credit.core.credit_scenarios import evaluate_scenario, scenario_reader
from lms.credit.core.fields import Malformed
from lms.credit.core.policy import PolicyShelf
from tests.lms.credit.core import generate

CASES = 3000
ASSESSED = ("pass", "fail", "missing")
JUNK = [
    None, True, False, 0, 1, 24, 7.5, -1, [], {}, "", " ", "0", "8", "08", "24.5", "25", "8.", "8.125", "pass", "fail",
    "missing", "teacher", "school", "city", "ethics", "in_service", "t0", "t1", "hunan-county", "2012-02-29",
    "2013-02-29", "1899-12-31", "2999-12-31", "3000-01-01", "1900-01-01", "2012-1-1", "20120101", ["ethics"],
    ["ethics", "ethics"], [None], [{}], {"after": "pass"}, {"after": None}, {"later": "pass"},
]  # fmt: skip
NAMES = [
    "to",
    "from",
    "on",
    "id",
    "title",
    "themes",
    "diploma_on",
    "assessments",
    "registered",
    "x",
    "",
]


def is_day(value):
    if not isinstance(value, str) or not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return False
    year, month, day = map(int, value.split("-"))
    try:
        datetime.date(year, month, day)
    except ValueError:
        return False
    return 1900 <= year <= 2999


def is_hours(value):
    pattern = r"(0|[1-9][0-9]?)(\.[0-9]{1,2})?"
    return isinstance(value, str) and bool(re.fullmatch(pattern, value)) and float(value) <= 24


def has(value, required, optional=()):
    return isinstance(value, dict) and set(required) <= set(value) <= set(required) | set(optional)


def is_word(value, known):
    return isinstance(value, str) and value in known


def is_spell(value):
    if not has(value, ["role", "from"], ["to"]) or not is_word(value["role"], generate.ROLES):
        return False
    to = value.get("to")
    return is_day(value["from"]) and (to is None or (is_day(to) and value["from"] <= to))


def is_training(value):
    optional = [
        "title",
        "themes",
        "purpose",
        "accredited",
        "registered",
        "assessments",
        "diploma_on",
    ]
    if not has(value, ["id", "form", "level", "sessions"], optional):
        return False
    themes, marks = value.get("themes", []), value.get("assessments", {})
    return (
        isinstance(value["id"], str)
        and value["id"] != ""
        and is_word(value["form"], generate.FORMS)
        and is_word(value["level"], generate.LEVELS)
        and isinstance(value.get("title", ""), str | None)
        and isinstance(themes, list)
        and all(is_word(theme, generate.THEMES) for theme in themes)
        and len(themes) == len(set(themes))
        and is_word(value.get("purpose", "in_service"), generate.PURPOSES)
        and isinstance(value.get("accredited", True), bool)
        and isinstance(value.get("registered", True), bool)
        and has(marks, [], ["before", "during", "after"])
        and all(is_word(mark, ASSESSED) for mark in marks.values())
        and (value.get("diploma_on") is None or is_day(value["diploma_on"]))
        and isinstance(value["sessions"], list)
        and all(
            has(each, ["on", "hours"]) and is_day(each["on"]) and is_hours(each["hours"])
            for each in value["sessions"]
        )
    )


def is_sound(value):
    if not has(value, ["policy", "as_of", "person", "trainings"]):
        return False
    person, trainings = value["person"], value["trainings"]
    return (
        is_word(value["policy"], generate.POLICIES)
        and is_day(value["as_of"])
        and has(person, ["joined_on", "roles"])
        and is_day(person["joined_on"])
        and person["joined_on"] <= value["as_of"]
        and isinstance(person["roles"], list)
        and all(map(is_spell, person["roles"]))
        and isinstance(trainings, list)
        and all(map(is_training, trainings))
        and len({training["id"] for training in trainings}) == len(trainings)
    )


def containers(value):
    """Every object and array in a scenario, itself included."""
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    found = [value] if isinstance(value, dict | list) else []
    return found + [deeper for each in inside for deeper in containers(each)]


def changed(random, scenario):
    """One value replaced, added or taken away, anywhere."""
    scenario = copy.deepcopy(scenario)
    place = random.choice([each for each in containers(scenario) if each])
    keys = list(place) if isinstance(place, dict) else range(len(place))
    act = random.randrange(4)
    if act == 0:
        del place[random.choice(keys)]
    elif act == 1 and isinstance(place, dict):
        place[random.choice(NAMES)] = copy.deepcopy(random.choice(JUNK))
    elif act == 1:
        place.append(copy.deepcopy(random.choice([*JUNK, *place])))
    else:
        place[random.choice(keys)] = copy.deepcopy(random.choice(JUNK))
    return scenario


def refusal(read, scenario):
    try:
        evaluate_scenario(read, scenario)
    except Malformed as wrong:
        return f"{wrong.path}: {wrong.problem}"
    return None


@pytest.mark.parametrize("policy", generate.POLICIES)
def test_what_is_refused_is_what_the_contract_refuses(policy):
    read = scenario_reader(PolicyShelf())
    random = Random(policy)
    refused = 0
    for seed in range(CASES):
        small = generate.scenario(seed % 60, policy)
        small["trainings"] = [
            {**training, "sessions": training["sessions"][:3]} for training in small["trainings"]
        ]
        scenario = changed(random, small)
        problem = refusal(read, scenario)
        assert (problem is None) == is_sound(scenario), f"{problem}: {scenario}"
        refused += problem is not None
    assert CASES * 0.5 < refused < CASES * 0.95
