"""`manage.py credit_scenario` from outside, as an administrator runs it: no database within reach."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = json.loads((Path(__file__).parent / "examples" / "credit.json").read_text("utf-8"))
PAGE = {
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
        }
    ],
}


def credit_scenario(*arguments, stdin=b""):
    """Run the command; port 9 of a database address is where nothing listens."""
    nowhere = "postgres://nobody@127.0.0.1:9/none"
    return subprocess.run(
        [sys.executable, "manage.py", "credit_scenario", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": nowhere, "DATABASE_OWNER_URL": nowhere},
    )


def test_every_example_comes_out_as_expected(tmp_path):
    file = tmp_path / "scenarios.json"
    file.write_text(json.dumps([example["scenario"] for example in EXAMPLES]), "utf-8")
    ran = credit_scenario(file)
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert json.loads(ran.stdout) == [example["expect"] for example in EXAMPLES]


def test_files_and_standard_input_are_answered_in_order(tmp_path):
    one = tmp_path / "one.json"
    one.write_text(json.dumps(EXAMPLES[2]["scenario"], ensure_ascii=False), "utf-8")
    several = json.dumps([example["scenario"] for example in EXAMPLES[:2]]).encode()
    ran = credit_scenario(one, "-", one, stdin=several)
    assert (ran.returncode, ran.stderr) == (0, b"")
    order = [2, 0, 1, 2]
    assert json.loads(ran.stdout) == [EXAMPLES[place]["expect"] for place in order]


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (
            json.dumps([PAGE, {**PAGE, "trainings": [PAGE["trainings"][0] | {"form": "evening"}]}]),
            '-: $[1].trainings[0].form: unknown form "evening"\n',
        ),
        (json.dumps({**PAGE, "as_of": None}), "-: $.as_of: a string expected, not null\n"),
        ("7", "-: $: a scenario or an array of scenarios expected, not a number\n"),
        ("", "-: $: no JSON: Expecting value (line 1, column 1)\n"),
    ],
)
def test_what_is_malformed_gets_one_line_and_no_result(tmp_path, content, error):
    sound = tmp_path / "sound.json"
    sound.write_text(json.dumps(PAGE), "utf-8")
    ran = credit_scenario(sound, "-", stdin=content.encode())
    assert (ran.returncode, ran.stdout, ran.stderr.decode()) == (2, b"", error)


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    ran = credit_scenario(tmp_path / "none.json")
    assert (ran.returncode, ran.stdout) == (2, b"")
    assert ran.stderr.decode().startswith(f"{tmp_path}/none.json: $: cannot be read")


def test_a_policy_can_be_tried_before_it_is_adopted(tmp_path):
    shipped = (ROOT / "lms/credit/policies/wenzhou-2012.toml").read_text("utf-8")
    draft = shipped.replace('id = "wenzhou-2012"', 'id = "draft"').replace(
        'hours = "8"', 'hours = "9"'
    )
    (tmp_path / "draft.toml").write_text(draft, "utf-8")
    asked = json.dumps({**PAGE, "policy": "draft"}).encode()
    ran = credit_scenario("--policies", tmp_path, "-", stdin=asked)
    assert json.loads(ran.stdout)[0]["lines"][0]["counted"] == "9"


def test_ten_thousand_scenarios_take_less_than_ten_seconds():
    before = os.times()
    ran = credit_scenario("-", stdin=json.dumps([PAGE] * 10_000).encode())
    after = os.times()
    assert len(json.loads(ran.stdout)) == 10_000
    # The processor's time: what else the machine does meanwhile is not the command's.
    spent_s = after.children_user - before.children_user
    assert spent_s + after.children_system - before.children_system < 10
