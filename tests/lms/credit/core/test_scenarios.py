import io
import json
import sys
from datetime import date
from fractions import Fraction

import pytest

from lms.api import scenarios
from lms.api.scenarios import Malformed

THING = scenarios.record(
    {"id": scenarios.name, "size": scenarios.positive},
    {"parts": (scenarios.list_of(scenarios.counter), ()), "note": (scenarios.text, "")},
    build=dict,
)
THINGS = scenarios.record({"things": scenarios.list_of(THING)}, build=dict)


def wrong(reader, value):
    with pytest.raises(Malformed) as raised:
        reader(value)
    return f"{raised.value.path}: {raised.value.problem}"


def echo(scenario):
    THING(scenario)
    return {}


def ran(tmp_path, content, evaluate=echo):
    file = tmp_path / "scenario.json"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    result = scenarios.run([str(file)], evaluate)
    if result.status:
        assert result.out == ""
        assert result.error.count("\n") == 1
        assert result.error.startswith(f"{file}: $")
    return result.status, result.error.removeprefix(f"{file}: ").rstrip() or json.loads(result.out)


def test_record_defaults_stand_in_for_optional_fields():
    assert THING({"id": "a", "size": 2}) == {"id": "a", "size": 2, "parts": (), "note": ""}


def test_path_leads_to_the_value():
    thing = {"id": "a", "size": 1, "parts": [1, 2, "3"]}
    assert wrong(THINGS, {"things": [{"id": "b", "size": 1}, thing]}) == (
        "$.things[1].parts[2]: an integer expected, not a string"
    )


def test_missing_and_unknown_fields_are_named():
    assert wrong(THINGS, {"things": [{"id": "a"}]}) == "$.things[0].size: missing"
    assert wrong(THINGS, {"things": [], "else": 1}) == "$.else: unknown field"
    assert wrong(THINGS, {"a\nb c": 1}) == '$["a\\nb c"]: unknown field'
    assert wrong(THINGS, {"things": None}) == "$.things: an array expected, not null"


@pytest.mark.parametrize("value", [True, None, "1", [], {}, [1]])
@pytest.mark.parametrize("reader", [scenarios.number, scenarios.positive, scenarios.counter])
def test_number_takes_numbers_only(reader, value):
    assert "expected, not" in wrong(reader, value)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("0.1", Fraction(1, 10)),
        ("1E2", 100),
        ("-0.0", 0),
        ("1e-5000000", 0),
        ("12345678901234567890.5", Fraction(24691357802469135781, 2)),
    ],
)
def test_numbers_are_read_as_written(tmp_path, written, value):
    read = []

    def evaluate(scenario):
        read.append(scenarios.number(scenario["n"]))
        return {}

    assert ran(tmp_path, f'{{"n": {written}}}', evaluate) == (0, [{}])
    assert read == [value]


@pytest.mark.parametrize(
    "written",
    ["1e400", "-1E5000000", "1e99999999999999999999", "NaN", "-Infinity", "9" * 310, "9" * 9999],
)
def test_numbers_beyond_a_double_are_refused_at_their_place(tmp_path, written):
    status, error = ran(tmp_path, f'{{"id": "a", "size": {written}}}')
    assert (status, error) == (2, "$.size: is not a finite number")


@pytest.mark.parametrize("written", ["1.0", "1e0", "0", "-1", "true", '"1"', "null"])
def test_counter_is_an_integer_of_at_least_one(tmp_path, written):
    content = f'{{"id": "a", "size": 1, "parts": [{written}]}}'
    status, error = ran(tmp_path, content)
    assert status == 2
    assert error.startswith("$.parts[0]: ")


def test_day():
    assert scenarios.day("2024-02-29") == date(2024, 2, 29)
    for written in (
        "2023-02-29",
        "1899-12-31",
        "3000-01-01",
        "20240229",
        "2024-2-29",
        "",
        "٢٠٢٤-02-29",
    ):
        assert wrong(scenarios.day, written).startswith("$: ")
    assert wrong(scenarios.day, 20240229) == "$: a string expected, not a number"


def test_one_of():
    level = scenarios.one_of("level", {"city": 1, "county": 2})
    assert level("county") == 2
    assert wrong(level, "village") == '$: unknown level "village"'
    assert wrong(level, ["city"]) == "$: a string expected, not an array"
    assert scenarios.one_of("stage", ["before", "after"])("after") == "after"


def test_mapping_nullable_boolean_and_name():
    reader = scenarios.mapping_of(scenarios.nullable(scenarios.boolean))
    assert reader({"a b": None, "c": True}) == {"a b": None, "c": True}
    assert wrong(reader, {"a b": 1}) == '$["a b"]: true or false expected, not a number'
    assert wrong(reader, []) == "$: an object expected, not an array"
    assert wrong(scenarios.name, "") == "$: must not be empty"


def test_check_distinct_and_rising():
    with pytest.raises(Malformed) as repeated:
        scenarios.check_distinct(["a", "b", "a"], "id")
    assert repeated.value.path == "$[2].id"
    with pytest.raises(Malformed) as falling:
        scenarios.check_rising([Fraction(1), Fraction(1), Fraction(0)], "at")
    assert falling.value.path == "$[2].at"


@pytest.mark.parametrize(
    "content",
    [b"", b" ", b"{", b"[1,]", b"\xff", b"\xef\xbb\xbf[]", b"1 2", b"'a'", b'"\n"', b"[" * 200_000],
)
def test_what_is_no_json_is_malformed(tmp_path, content):
    status, error = ran(tmp_path, content)
    assert status == 2
    assert error.startswith(("$: no JSON: ", "$: nested too deeply"))


@pytest.mark.parametrize("content", ["1", "true", "null", '"a"', "NaN", "1.5"])
def test_top_level_is_an_object_or_an_array(tmp_path, content):
    status, error = ran(tmp_path, content)
    assert status == 2
    assert error.startswith("$: a scenario or an array of scenarios expected, not ")


def test_array_of_scenarios_carries_its_index(tmp_path):
    good = '{"id": "a", "size": 1}'
    assert ran(tmp_path, "[]") == (0, [])
    assert ran(tmp_path, good) == (0, [{}])
    assert ran(tmp_path, f"[{good}, []]") == (2, "$[1]: an object expected, not an array")
    assert ran(tmp_path, f"[{good}, {{}}]") == (2, "$[1].id: missing")
    assert ran(tmp_path, "{}") == (2, "$.id: missing")


def test_run_prints_one_array_of_all_files(tmp_path, monkeypatch):
    one, two = tmp_path / "one.json", tmp_path / "two.json"
    one.write_text('[{"n": 1}, {"n": 2}]')
    two.write_text('{"n": 3}')
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'{"n": 4}')))
    result = scenarios.run([str(one), "-", str(two)], lambda scenario: scenario)
    assert (result.status, result.error) == (0, "")
    assert json.loads(result.out) == [{"n": 1}, {"n": 2}, {"n": 4}, {"n": 3}]


def test_run_names_standard_input_and_unreadable_files(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"[1]")))
    assert scenarios.run(["-"], echo).error == "-: $[0]: an object expected, not a number\n"
    missing = f"{tmp_path}/no\nsuch"
    result = scenarios.run([missing], echo)
    assert (result.status, result.out) == (2, "")
    assert result.error == f"{tmp_path}/no such: $: cannot be read: No such file or directory\n"
    assert "Is a directory" in scenarios.run([str(tmp_path)], echo).error


def test_repeated_name_in_an_object_means_its_last_value(tmp_path):
    assert ran(tmp_path, '{"n": 1, "n": 2}', dict) == (0, [{"n": 2}])


def test_rounded_is_whole_where_it_can_be():
    assert repr(scenarios.rounded(Fraction(15))) == "15"
    assert repr(scenarios.rounded(Fraction(2, 3))) == "0.667"
    assert scenarios.rounded(Fraction(10**300) + Fraction(1, 2)) == 10**300
