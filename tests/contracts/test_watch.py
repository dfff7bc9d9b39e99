import json
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from media.management.commands.watch_scenario import evaluate
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
    "videos": {"v1": {"duration": 600, "max_rate": 2, "complete_at": 0.9}},
    "reports": [
        {"session": "a", "seq": 1, "video": "v1", "at": 15, "played": [[0, 15]], "rate": 1},
        {"session": "a", "seq": 2, "video": "v1", "at": 16, "played": [[0, 5.5]], "rate": 2},
    ],
}


def test_examples(tmp_path):
    file = tmp_path / "all.json"
    file.write_text(json.dumps([example["scenario"] for example in examples("watch")]))
    ran = command("watch_scenario", str(file))
    assert (ran.returncode, ran.stderr) == (0, "")
    for example, found in zip(examples("watch"), json.loads(ran.stdout), strict=True):
        assert agrees(example["expect"], found), example["title"]


def test_malformed_from_outside():
    """The file of examples is no file of scenarios; nor is half a scenario on standard input."""
    file = str(EXAMPLES / "watch.json")
    ran = command("watch_scenario", "-", file, given=json.dumps(PAGE))
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == f"{file}: $[0].title: unknown field\n"
    ran = command("watch_scenario", "-", given='{"videos": ')
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("-: $: no JSON: ")


def test_page_result(tmp_path):
    assert evaluated(tmp_path, PAGE, evaluate) == [
        {
            "videos": {
                "v1": {"seconds": 15, "fraction": 0.025, "complete": False, "covered": [[0, 15]]}
            },
            "reports": [
                {"session": "a", "seq": 1, "accepted": 15, "flags": []},
                {"session": "a", "seq": 2, "accepted": 5.5, "flags": []},
            ],
        }
    ]


def test_misshapen(tmp_path):
    assert evaluated(tmp_path, {**PAGE, "reports": []}, evaluate)
    for path, scenario in misshapen(PAGE):
        said = evaluated(tmp_path, scenario, evaluate)
        blamed = "$.reports[0].video" if path == "$.videos.v1" and not scenario["videos"] else path
        assert isinstance(said, str), (path, scenario)
        assert said.startswith(f"{blamed}: "), (path, scenario)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("videos", "v1", "duration"), 0),
        (("videos", "v1", "duration"), -0.0),
        (("videos", "v1", "max_rate"), -1),
        (("videos", "v1", "complete_at"), 0),
        (("videos", "v1", "complete_at"), 1.0000001),
        (("reports", 0, "at"), -0.1),
        (("reports", 1, "at"), 14.9),
        (("reports", 0, "video"), "v2"),
        (("reports", 0, "video"), ""),
        (("reports", 0, "seq"), 0),
        (("reports", 0, "seq"), -1),
        (("reports", 0, "seq"), 1.0),
        (("reports", 0, "seq"), 1.5),
        (("reports", 0, "rate"), 0),
        (("reports", 0, "rate"), -1),
        (("reports", 0, "played", 0), [5, 4.9]),
        (("reports", 0, "played", 0), [5]),
        (("reports", 0, "played", 0), [5, 6, 7]),
        (("reports", 0, "played", 0), [-1, -2]),
        (("reports", 0, "played", 0, 1), float("nan")),
        (("reports", 0, "played", 0, 1), float("inf")),
        (("videos", "v1", "duration"), float("-inf")),
        (("reports", 1, "at"), 10**400),
    ],
)
def test_wrong_values(tmp_path, path, value):
    said = evaluated(tmp_path, changed(PAGE, path, value), evaluate)
    assert isinstance(said, str)
    steps = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    assert said.startswith(f"${steps}: ")


def test_refused_and_repeated_reports_are_checked_too(tmp_path):
    refused = changed(PAGE, ("reports", 0, "rate"), 16)
    repeated = changed(PAGE, ("reports", 1, "seq"), 1)
    assert evaluated(tmp_path, refused, evaluate)[0]["reports"][0]["flags"] == ["rate"]
    assert evaluated(tmp_path, repeated, evaluate)[0]["reports"][1]["flags"] == ["duplicate"]
    for index, scenario in ((0, refused), (1, repeated)):
        path = ("reports", index, "played", 0)
        said = evaluated(tmp_path, changed(scenario, path, [3, 2]), evaluate)
        assert said == f"$.reports[{index}].played[0]: must not end before it starts"


def test_refused_report_counts_as_seen(tmp_path):
    scenario = changed(PAGE, ("reports", 0, "rate"), 16)
    scenario["reports"][1]["seq"] = 1
    flags = [line["flags"] for line in evaluated(tmp_path, scenario, evaluate)[0]["reports"]]
    assert flags == [["rate"], ["duplicate"]]


@pytest.mark.parametrize("written", ["1E5000000", "1e400", "9" * 5000])
def test_endless_numbers_are_refused_at_once(tmp_path, written):
    content = json.dumps(PAGE).replace("600", written)
    said = evaluated(tmp_path, content, evaluate)
    assert said == "$.videos.v1.duration: is not a finite number"


def test_tiny_numbers_take_no_time(tmp_path):
    content = json.dumps(PAGE).replace("5.5", "1e-5000000")
    assert evaluated(tmp_path, content, evaluate)[0]["reports"][1]["accepted"] == 0


# What is malformed once more, in plain words.


def is_video(video):
    return (
        has(video, ("duration", "max_rate", "complete_at"))
        and all(map(is_number, video.values()))
        and video["duration"] > 0
        and video["max_rate"] > 0
        and 0 < video["complete_at"] <= 1
    )


def is_stretch(stretch):
    is_pair = isinstance(stretch, list) and len(stretch) == 2 and all(map(is_number, stretch))
    return is_pair and stretch[0] <= stretch[1]


def is_report(report, videos, before):
    return (
        has(report, ("session", "seq", "video", "at", "played", "rate"))
        and isinstance(report["session"], str)
        and type(report["seq"]) is int
        and report["seq"] >= 1
        and isinstance(report["video"], str)
        and report["video"] in videos
        and is_number(report["at"])
        and report["at"] >= (before["at"] if before else 0)
        and is_number(report["rate"])
        and report["rate"] > 0
        and isinstance(report["played"], list)
        and all(map(is_stretch, report["played"]))
    )


def is_scenario(scenario):
    if not has(scenario, ("videos", "reports")):
        return False
    videos, reports = scenario["videos"], scenario["reports"]
    if not isinstance(videos, dict) or not isinstance(reports, list):
        return False
    return all(map(is_video, videos.values())) and all(
        is_report(report, videos, before)
        for before, report in zip([None, *reports], reports, strict=False)
    )


@pytest.mark.parametrize("example", examples("watch"), ids=lambda example: example["title"])
def test_refuses_what_a_plain_reading_refuses(tmp_path, example):
    for seed in range(100):
        scenario = disturbed(example["scenario"], seed)
        found = evaluated(tmp_path, scenario, evaluate)
        assert isinstance(found, list) == is_scenario(scenario), (scenario, found)


# The contract once more, as slowly as it can be said: a video is a list of quarters of a second, a clock a number
# of coins, and a quarter costs one coin. It holds where one highest rate divides everything into whole coins.


def slowly(scenario):
    rate = Fraction(next(iter(scenario["videos"].values()))["max_rate"])
    coins_per_second = 4 * rate
    clock, last = 5 * coins_per_second, 0
    covered = {name: set() for name in scenario["videos"]}
    seen = set()
    lines = []
    for report in scenario["reports"]:
        clock += (Fraction(report["at"]) - last) * coins_per_second
        clock = min(clock, 90 * coins_per_second)
        last = Fraction(report["at"])
        key = report["session"], report["seq"]
        quarters, flags = [], []
        if key in seen:
            flags = ["duplicate"]
        elif report["rate"] > rate:
            flags = ["rate"]
        else:
            duration = int(scenario["videos"][report["video"]]["duration"] * 4)
            claimed = []
            for start, end in report["played"]:
                for quarter in range(int(start * 4), int(end * 4)):
                    if 0 <= quarter < duration and quarter not in claimed:
                        claimed.append(quarter)
            assert clock.denominator == 1
            quarters = claimed[: int(clock)]
            clock -= len(quarters)
            flags = ["too-fast"] if len(quarters) < len(claimed) else []
            covered[report["video"]].update(quarters)
        seen.add(key)
        lines.append(
            {
                "session": report["session"],
                "seq": report["seq"],
                "accepted": len(quarters) / 4,
                "flags": flags,
            }
        )
    return {
        "videos": {name: summed(covered[name], scenario["videos"][name]) for name in covered},
        "reports": lines,
    }


def summed(quarters, video):
    starts = sorted(quarter for quarter in quarters if quarter - 1 not in quarters)
    ends = sorted(quarter + 1 for quarter in quarters if quarter + 1 not in quarters)
    duration = int(video["duration"] * 4)
    return {
        "seconds": len(quarters) / 4,
        "fraction": len(quarters) / duration,
        "complete": Fraction(len(quarters), duration) >= Fraction(str(video["complete_at"])),
        "covered": [[start / 4, end / 4] for start, end in zip(starts, ends, strict=True)],
    }


@st.composite
def scenarios_of_quarters(draw):
    rate = draw(st.sampled_from([1, 1.5, 2, 3]))
    names = draw(st.sampled_from([["v"], ["v", "w"]]))
    videos = {
        name: {
            "duration": draw(st.integers(1, 500)) / 4,
            "max_rate": rate,
            "complete_at": draw(st.sampled_from([0.25, 0.5, 0.9, 1])),
        }
        for name in names
    }
    at = 0
    reports = []
    for _ in range(draw(st.integers(0, 12))):
        at += draw(st.sampled_from([0, 0.5, 5, 15, 15, 15, 60, 200]))
        played = draw(st.lists(st.tuples(st.integers(-20, 520), st.integers(0, 160)), max_size=4))
        reports.append(
            {
                "session": draw(st.sampled_from("ab")),
                "seq": draw(st.integers(1, 9)),
                "video": draw(st.sampled_from(names)),
                "at": at,
                "played": [[start / 4, (start + length) / 4] for start, length in played],
                "rate": draw(st.sampled_from([0.5, 1, 1, 2, 3])),
            }
        )
    return {"videos": videos, "reports": reports}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(scenario=scenarios_of_quarters())
def test_agrees_with_counting_quarters(tmp_path, scenario):
    (found,) = evaluated(tmp_path, scenario, evaluate)
    assert agrees(slowly(scenario), found)
