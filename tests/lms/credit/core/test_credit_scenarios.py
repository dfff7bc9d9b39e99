"""Each way in which a scenario can be malformed, with the place that is named."""

import copy
import json

import pytest

from lms.credit.core.credit_scenarios import evaluate_scenario, scenario_reader
from lms.credit.core.fields import Malformed
from lms.credit.core.policy import PolicyShelf

SCENARIO = {
    "policy": "wenzhou-2012",
    "as_of": "2015-12-31",
    "person": {
        "joined_on": "2005-09-01",
        "roles": [
            {"role": "teacher", "from": "2005-09-01"},
            {"role": "class_teacher", "from": "2012-09-01", "to": "2014-08-31"},
        ],
    },
    "trainings": [
        {
            "id": "t1",
            "title": "...",
            "form": "concentrated",
            "level": "city",
            "themes": ["subject"],
            "purpose": "in_service",
            "accredited": True,
            "registered": True,
            "assessments": {"before": "pass", "during": "pass", "after": "pass"},
            "diploma_on": None,
            "sessions": [{"on": "2012-07-02", "hours": "10"}],
        },
        {"id": "t2", "form": "degree", "level": "school", "sessions": []},
    ],
}
REMOVED = object()
T, S = ("trainings", 0), ("trainings", 0, "sessions", 0)
READ = scenario_reader(PolicyShelf())


def changed(steps, value):
    scenario = copy.deepcopy(SCENARIO)
    place = scenario
    for step in steps[:-1]:
        place = place[step]
    if value is REMOVED:
        del place[steps[-1]]
    else:
        place[steps[-1]] = value
    return scenario


def malformed_at(scenario):
    with pytest.raises(Malformed) as raised:
        evaluate_scenario(READ, scenario)
    return raised.value.path


def dotted(steps):
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)


REQUIRED = [
    ("policy",),
    ("as_of",),
    ("person",),
    ("trainings",),
    ("person", "joined_on"),
    ("person", "roles"),
    ("person", "roles", 0, "role"),
    ("person", "roles", 0, "from"),
    *((*T, field) for field in ("id", "form", "level", "sessions")),
    (*S, "on"),
    (*S, "hours"),
]
OPTIONAL = [
    ("person", "roles", 1, "to"),
    *(
        (*T, field)
        for field in (
            "title",
            "themes",
            "purpose",
            "accredited",
            "registered",
            "assessments",
            "diploma_on",
        )
    ),
    *((*T, "assessments", stage) for stage in ("before", "during", "after")),
]
MAY_BE_NULL = {("person", "roles", 1, "to"), (*T, "title"), (*T, "diploma_on")}
DATES = [
    ("as_of",),
    ("person", "joined_on"),
    ("person", "roles", 1, "from"),
    ("person", "roles", 1, "to"),
    (*T, "diploma_on"),
    (*S, "on"),
]
WORDS = [
    ("policy",),
    ("person", "roles", 0, "role"),
    (*T, "form"),
    (*T, "level"),
    (*T, "themes", 0),
    (*T, "purpose"),
    (*T, "assessments", "after"),
]


@pytest.mark.parametrize("steps", REQUIRED, ids=dotted)
def test_a_required_field_is_missing(steps):
    assert malformed_at(changed(steps, REMOVED)) == dotted(steps)


@pytest.mark.parametrize("steps", OPTIONAL, ids=dotted)
def test_an_optional_field_may_be_missing(steps):
    evaluate_scenario(READ, changed(steps, REMOVED))


@pytest.mark.parametrize("steps", [*REQUIRED, *OPTIONAL], ids=dotted)
def test_null_is_for_three_fields_only(steps):
    if steps in MAY_BE_NULL:
        evaluate_scenario(READ, changed(steps, None))
    else:
        assert malformed_at(changed(steps, None)) == dotted(steps)


@pytest.mark.parametrize("value", [7, 7.5, True, [[]], {"x": 1}], ids=repr)
@pytest.mark.parametrize("steps", [*REQUIRED, *OPTIONAL], ids=dotted)
def test_a_wrong_type(steps, value):
    if value is True and steps[-1] in ("accredited", "registered"):
        evaluate_scenario(READ, changed(steps, value))
    else:
        assert malformed_at(changed(steps, value)).startswith(dotted(steps))


@pytest.mark.parametrize(
    "steps",
    [
        ("x",),
        ("person", "x"),
        ("person", "roles", 0, "x"),
        (*T, "x"),
        (*S, "x"),
        (*T, "assessments", "x"),
    ],
    ids=dotted,
)
def test_an_unknown_field(steps):
    assert malformed_at(changed(steps, "pass")) == dotted(steps)


@pytest.mark.parametrize("word", ["", "Teacher", "school ", "../wenzhou-2012", "__class__"])
@pytest.mark.parametrize("steps", WORDS, ids=dotted)
def test_an_unknown_word(steps, word):
    assert malformed_at(changed(steps, word)) == dotted(steps)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "2013-2-01",
        "2013-02-29",
        "2013-13-01",
        "2013-00-10",
        "2013-01-00",
        "20130101",
        "2013-W01-1",
        "2013-01-01T00:00:00",
        " 2013-01-01",
        "2013-01-01\n",
        "1899-12-31",
        "3000-01-01",
        "\uff12\uff10\uff11\uff13-01-01",
        "2013/01/01",
    ],
)
@pytest.mark.parametrize("steps", DATES, ids=dotted)
def test_a_date_that_is_none(steps, written):
    assert malformed_at(changed(steps, written)) == dotted(steps)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "-1",
        "+1",
        "01",
        "00",
        "1.",
        ".5",
        "1.005",
        "1e1",
        "24.01",
        "25",
        "100",
        "8\n",
        " 8",
        "\u0668",
        "8,5",
    ],
)
def test_hours_that_are_none(written):
    assert malformed_at(changed((*S, "hours"), written)) == dotted((*S, "hours"))


@pytest.mark.parametrize(
    ("written", "claimed"), [("24", "24"), ("24.00", "24"), ("0.0", "0"), ("7.50", "7.5")]
)
def test_hours_that_are_some(written, claimed):
    result = evaluate_scenario(READ, changed((*S, "hours"), written))
    assert result["lines"][0]["claimed"] == claimed


def test_ids_and_themes_stand_once():
    assert malformed_at(changed(("trainings", 1, "id"), "t1")) == "$.trainings[1].id"
    assert malformed_at(changed((*T, "id"), "")) == "$.trainings[0].id"
    themes = ["ethics", "subject", "ethics"]
    assert malformed_at(changed((*T, "themes"), themes)) == "$.trainings[0].themes[2]"


def test_days_stand_in_their_order():
    to = ("person", "roles", 1, "to")
    assert malformed_at(changed(to, "2012-08-31")) == dotted(to)
    evaluate_scenario(READ, changed(to, "2012-09-01"))
    joined = ("person", "joined_on")
    assert malformed_at(changed(joined, "2016-01-01")) == dotted(joined)
    evaluate_scenario(READ, changed(joined, "2015-12-31"))


@pytest.mark.parametrize("scenario", [None, [], "x", 3, True])
def test_a_scenario_is_an_object(scenario):
    assert malformed_at(scenario) == "$"


def test_a_lone_surrogate_in_an_id_comes_back_as_it_was():
    result = evaluate_scenario(READ, changed((*T, "id"), "\ud800"))
    assert json.loads(json.dumps(result))["lines"][0]["training"] == "\ud800"


def test_a_policy_file_that_is_not_sound_is_told(tmp_path):
    (tmp_path / "draft.toml").write_text("id = 'draft'\ntitle = 3", encoding="utf-8")
    with pytest.raises(Malformed, match=r"its file is not sound: draft.toml: calendar: is missing"):
        scenario_reader(PolicyShelf(tmp_path))({**SCENARIO, "policy": "draft"})
