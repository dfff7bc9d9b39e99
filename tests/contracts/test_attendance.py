import json
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from live.management.commands.attendance_scenario import evaluate
from tests.contracts.commands import (
    EXAMPLES,
    agrees,
    changed,
    command,
    disturbed,
    evaluated,
    examples,
    has,
    is_number,
    misshapen,
)

PAGE = {
    "lesson": {"start": 0, "end": 2700},
    "rule": {"grace": 45, "attend_at": 0.8, "answer_at": 0.5, "join_by": 600},
    "prompts": [{"id": "p1", "at": 900, "window": 60}, {"id": "p2", "at": 100, "window": 6.5}],
    "events": [
        {"at": -30, "connection": "c1", "event": "join"},
        {"at": 0, "connection": "c1", "event": "beat"},
        {"at": 910, "connection": "c1", "event": "answer", "prompt": "p1"},
        {"at": 2700, "connection": "c1", "event": "leave"},
    ],
}


def test_examples(tmp_path):
    file = tmp_path / "all.json"
    file.write_text(json.dumps([example["scenario"] for example in examples("attendance")]))
    ran = command("attendance_scenario", str(file))
    assert (ran.returncode, ran.stderr) == (0, "")
    for example, found in zip(examples("attendance"), json.loads(ran.stdout), strict=True):
        assert agrees(example["expect"], found), example["title"]


def test_malformed_from_outside():
    file = str(EXAMPLES / "attendance.json")
    ran = command("attendance_scenario", "-", file, given=json.dumps(PAGE))
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == f"{file}: $[0].title: unknown field\n"


def test_page_result(tmp_path):
    assert evaluated(tmp_path, PAGE, evaluate) == [
        {
            "attended": 45,
            "fraction": 0.017,
            "late": False,
            "asked": 2,
            "answered": 0,
            "credited": False,
            "stretches": [[0, 45]],
        }
    ]


def test_misshapen(tmp_path):
    for path, scenario in misshapen(PAGE):
        said = evaluated(tmp_path, scenario, evaluate)
        assert isinstance(said, str), (path, scenario)
        assert said.startswith(f"{path}: "), (path, scenario)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("lesson", "end"), 0),
        (("lesson", "end"), -1),
        (("lesson", "end"), float("inf")),
        (("rule", "grace"), 0),
        (("rule", "grace"), -45),
        (("rule", "attend_at"), -0.01),
        (("rule", "attend_at"), 1.01),
        (("rule", "answer_at"), -1e-9),
        (("rule", "answer_at"), 2),
        (("rule", "join_by"), -1),
        (("prompts", 0, "window"), -0.5),
        (("prompts", 0, "at"), float("nan")),
        (("prompts", 1, "id"), "p1"),
        (("events", 1, "at"), -31),
        (("events", 0, "at"), 10**309),
        (("events", 0, "event"), "Join"),
        (("events", 0, "event"), ""),
        (("events", 0, "prompt"), "p1"),
        (("events", 3, "prompt"), "p1"),
        (("events", 2, "prompt"), "p3"),
        (("events", 2, "prompt"), None),
        (("events", 1, "prompt"), None),
    ],
)
def test_wrong_values(tmp_path, path, value):
    said = evaluated(tmp_path, changed(PAGE, path, value), evaluate)
    assert isinstance(said, str)
    steps = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    assert said.startswith(f"${steps}: ")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("rule", "attend_at"), 0),
        (("rule", "answer_at"), 1),
        (("rule", "join_by"), 0),
        (("prompts", 0, "window"), 0),
        (("prompts", 0, "at"), -5000.5),
        (("events", 0, "connection"), ""),
        (("events",), []),
    ],
)
def test_values_at_the_edge(tmp_path, path, value):
    assert isinstance(evaluated(tmp_path, changed(PAGE, path, value), evaluate), list)


# What is malformed once more, in plain words.


def is_lesson(lesson):
    is_pair = has(lesson, ("start", "end")) and all(map(is_number, lesson.values()))
    return is_pair and lesson["end"] > lesson["start"]


def is_rule(rule):
    return (
        has(rule, ("grace", "attend_at", "answer_at", "join_by"))
        and all(map(is_number, rule.values()))
        and rule["grace"] > 0
        and rule["join_by"] >= 0
        and 0 <= rule["attend_at"] <= 1
        and 0 <= rule["answer_at"] <= 1
    )


def is_prompt(prompt):
    return (
        has(prompt, ("id", "at", "window"))
        and isinstance(prompt["id"], str)
        and is_number(prompt["at"])
        and is_number(prompt["window"])
        and prompt["window"] >= 0
    )


def is_event(event, ids, before):
    if not (
        has(event, ("at", "connection", "event"), ("prompt",))
        and is_number(event["at"])
        and (before is None or event["at"] >= before["at"])
        and isinstance(event["connection"], str)
    ):
        return False
    if event["event"] == "answer":
        return event.get("prompt") in ids
    return event["event"] in ("join", "beat", "leave") and "prompt" not in event


def is_scenario(scenario):
    if not has(scenario, ("lesson", "rule", "prompts", "events")):
        return False
    prompts, events = scenario["prompts"], scenario["events"]
    if not isinstance(prompts, list) or not all(map(is_prompt, prompts)):
        return False
    ids = [prompt["id"] for prompt in prompts]
    return (
        is_lesson(scenario["lesson"])
        and is_rule(scenario["rule"])
        and len(set(ids)) == len(ids)
        and isinstance(events, list)
        and all(
            is_event(event, ids, before)
            for before, event in zip([None, *events], events, strict=False)
        )
    )


@pytest.mark.parametrize("example", examples("attendance"), ids=lambda example: example["title"])
def test_refuses_what_a_plain_reading_refuses(tmp_path, example):
    given = {**example["scenario"], "events": example["scenario"]["events"][:12]}
    for seed in range(100):
        scenario = disturbed(given, seed)
        found = evaluated(tmp_path, scenario, evaluate)
        assert isinstance(found, list) == is_scenario(scenario), (scenario, found)


# The contract once more, asked of each second of the lesson and each answer by reading all events again.


def present(events, moment, grace):
    last = None
    for event in events:
        if event["event"] == "join" or (event["event"] == "beat" and last is not None):
            last = event["at"]
        elif event["event"] == "leave":
            last = None
    return last is not None and moment <= last + grace


def slowly(scenario):
    lesson, rule, events = scenario["lesson"], scenario["rule"], scenario["events"]
    connections = {event["connection"] for event in events}

    def there(moment, before):
        return any(
            present([e for e in before if e["connection"] == name], moment, rule["grace"])
            for name in connections
        )

    seconds = [
        second
        for second in range(lesson["start"], lesson["end"])
        if there(second + 0.5, [e for e in events if e["at"] <= second])
    ]
    starts = [second for second in seconds if second - 1 not in seconds]
    ends = [second + 1 for second in seconds if second + 1 not in seconds]
    asked = [p for p in scenario["prompts"] if lesson["start"] <= p["at"] <= lesson["end"]]
    answered = [
        p for p in asked if any(answers(events, i, p, rule["grace"]) for i in range(len(events)))
    ]
    share = Fraction(len(seconds), lesson["end"] - lesson["start"])
    return {
        "attended": len(seconds),
        "fraction": float(share),
        "late": not seconds or seconds[0] > lesson["start"] + rule["join_by"],
        "asked": len(asked),
        "answered": len(answered),
        "credited": share >= Fraction(str(rule["attend_at"]))
        and (not asked or Fraction(len(answered), len(asked)) >= Fraction(str(rule["answer_at"]))),
        "stretches": [list(stretch) for stretch in zip(starts, ends, strict=True)],
    }


def answers(events, index, prompt, grace):
    event = events[index]
    if event["event"] != "answer" or event["prompt"] != prompt["id"]:
        return False
    before = [e for e in events[:index] if e["connection"] == event["connection"]]
    in_window = prompt["at"] <= event["at"] <= prompt["at"] + prompt["window"]
    return in_window and present(before, event["at"], grace)


@st.composite
def scenarios_of_seconds(draw):
    start = draw(st.integers(-20, 20))
    end = start + draw(st.integers(1, 200))
    prompts = [
        {
            "id": name,
            "at": draw(st.integers(start - 10, end + 10)),
            "window": draw(st.integers(0, 40)),
        }
        for name in draw(st.sampled_from(["", "p", "pq", "pqr"]))
    ]
    at = start - 40
    events = []
    for _ in range(draw(st.integers(0, 30))):
        at += draw(st.sampled_from([0, 0, 1, 5, 10, 15, 16, 40]))
        kinds = ["join", "beat", "beat", "leave"] + ["answer", "answer"] * bool(prompts)
        event = {
            "at": at,
            "connection": draw(st.sampled_from("abc")),
            "event": draw(st.sampled_from(kinds)),
        }
        if event["event"] == "answer":
            event["prompt"] = draw(st.sampled_from(prompts))["id"]
        events.append(event)
    shares = st.sampled_from([0, 0.25, 0.5, 0.8, 1])
    rule = {
        "grace": draw(st.integers(1, 30)),
        "attend_at": draw(shares),
        "answer_at": draw(shares),
        "join_by": draw(st.integers(0, 60)),
    }
    return {
        "lesson": {"start": start, "end": end},
        "rule": rule,
        "prompts": prompts,
        "events": events,
    }


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(scenario=scenarios_of_seconds())
def test_agrees_with_asking_each_second(tmp_path, scenario):
    (found,) = evaluated(tmp_path, scenario, evaluate)
    assert agrees(slowly(scenario), found)
