import json
import re
import shutil

import pytest

from lms.credit.core.examples import try_examples
from lms.credit.core.hours import Hours
from lms.credit.core.policy import SHIPPED, PolicyShelf, load_policy, read_policy
from lms.credit.core.policy_rules import HourUnit, Rounding, strictest
from lms.credit.core.policy_table import PolicyError

SOUND = """
id = "p"
title = "规定"
source = "来源"
[calendar]
cycle = { anchor = 2011-01-01, years = 5 }
year = { month = 1, day = 1 }
quote = "五年一周期。"
[[recognition]]
check = "not-assessed"
stages = ["after"]
quote = "经考核合格。"
[[requirement]]
id = "total"
title = "总学时"
kind = "must"
applies = { holds_any = ["teacher"] }
period = "cycle"
counts = { forms = ["school"] }
required = "360"
quote = "不少于360学时。"
[[exemption]]
exempts = ["total"]
applies = { in_probation = true }
test = { period = "year", at_least = "72" }
quote = "免修。"
"""


def problem(tmp_path, content):
    file = tmp_path / "p.toml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(PolicyError) as raised:
        load_policy(file)
    assert str(raised.value).startswith("p.toml: ")
    return re.sub(r" \(line [0-9]+\)$", "", str(raised.value).removeprefix("p.toml: "))


@pytest.mark.parametrize("policy", PolicyShelf().ids)
def test_every_rule_of_a_shipped_policy_stands_beside_its_quote(policy):
    found = PolicyShelf().get(policy)
    assert all(quote for _, quote in found.recognition.quotes)
    assert all(rule.quote and rule.title for rule in found.requirements)
    assert all(exemption.quote for exemption in found.exemptions)


def test_sound_file_is_read(tmp_path):
    (tmp_path / "p.toml").write_text(SOUND, encoding="utf-8")
    assert load_policy(tmp_path / "p.toml").requirements[0].id == "total"


@pytest.mark.parametrize(
    ("was", "now", "wrong"),
    [
        ('id = "p"', 'id = "q"', "id: must be the file's name without .toml, 'p'"),
        ('title = "规定"', "", "title: is missing"),
        ('source = "来源"', 'source = " "', 'source: must be a text in quotes, like "..."'),
        (
            'title = "规定"',
            'title = "规定"\nnote = 1',
            "note: unknown key (known: id, calendar, hour, recognition, requirement, title, source,"
            " exemption, school_requirement)",
        ),
        ("[calendar]", "[calender]", "calendar: is missing"),
        ("years = 5", "years = 0", "calendar.cycle.years: must be a whole number from 1 to 50"),
        ("years = 5", "years = true", "calendar.cycle.years: must be a whole number from 1 to 50"),
        (
            "2011-01-01",
            '"2011-01-01"',
            "calendar.cycle.anchor: must be a date without quotes, like 2011-01-01",
        ),
        (
            "2011-01-01",
            "2011-01-01T00:00:00",
            "calendar.cycle.anchor: must be a date without quotes, like 2011-01-01",
        ),
        ("2011-01-01", "0001-01-01", "calendar.cycle.anchor: must lie in the years 1900 to 2999"),
        (
            "month = 1, day = 1",
            "month = 6, day = 31",
            "calendar.year.day: must be a whole number from 1 to 30",
        ),
        (
            'check = "not-assessed"',
            'check = "not-assesed"',
            "recognition[0].check: unknown word 'not-assesed', did you mean 'not-assessed'? "
            "(known: not-accredited, not-registered, not-assessed, no-diploma, daily-cap)",
        ),
        ('stages = ["after"]', "", "recognition[0].stages: is missing"),
        (
            'stages = ["after"]',
            'stages = ["after", "after"]',
            "recognition[0].stages[1]: 'after' stands there twice",
        ),
        (
            'stages = ["after"]',
            'stages = "after"',
            'recognition[0].stages: must be a list of words, like ["..."], and not empty',
        ),
        (
            'quote = "经考核合格。"',
            'quote = "经考核合格。"\nhours = "8"',
            "recognition[0].hours: unknown key (known: check, quote, stages)",
        ),
        (
            'check = "not-assessed"\nstages = ["after"]',
            'check = "daily-cap"\nhours = 8',
            'recognition[0].hours: must be hours in quotes, like "7.5"',
        ),
        (
            'check = "not-assessed"\nstages = ["after"]',
            'check = "daily-cap"\nhours = "24.01"',
            "recognition[0].hours: must be at most 24 hours",
        ),
        (
            'check = "not-assessed"\nstages = ["after"]',
            'check = "daily-cap"\nhours = "0"',
            "recognition[0].hours: must be more than 0",
        ),
        ('"360"', '"10000.01"', "requirement[0].required: must be at most 10000 hours"),
        (
            'at_least = "72"',
            'at_least = "72", less_than = "72"',
            "exemption[0].test.less_than: no amount is both under this and over the other bound",
        ),
        (
            'holds_any = ["teacher"]',
            'holds_any = ["teacher"], holds_none = ["teacher"]',
            "requirement[0].applies.holds_none: nobody both holds one of holds_any and none of these",
        ),
        (
            'holds_any = ["teacher"]',
            "service_years_under = 3, service_years_from = 3",
            "requirement[0].applies.service_years_under: nobody is both under this and over the other bound",
        ),
        (
            "[calendar]",
            '[hour]\nminutes = 40\nquote = "x"\n[calendar]',
            "hour.minutes: must be one of 45, 50, 60",
        ),
        (
            "[calendar]",
            '[hour]\nminutes = 45\nquote = "x"\nrounding = "up"\n[calendar]',
            "hour.rounding: unknown word 'up' (known: hundredth, half, whole)",
        ),
        (
            "[[recognition]]",
            "[recognition]",
            "recognition: must be headed [[recognition]], in double brackets",
        ),
        (
            'id = "total"',
            'id = "Total"',
            "requirement[0].id: must be small letters and digits, with single hyphens between",
        ),
        (
            'kind = "must"',
            'kind = "should"',
            "requirement[0].kind: unknown word 'should' (known: must, advice)",
        ),
        (
            'holds_any = ["teacher"]',
            'hold_any = ["teacher"]',
            "requirement[0].applies.hold_any: unknown key, did you mean 'holds_any'? (known: holds_any,"
            " holds_none, in_probation, joined_in_cycle, role_began_in_cycle, service_years_under,"
            " service_years_from)",
        ),
        (
            'holds_any = ["teacher"]',
            "in_probation = 1",
            "requirement[0].applies.in_probation: must be true or false",
        ),
        (
            'period = "cycle"',
            'period = "appointment-year"',
            "requirement[0].period: unknown word 'appointment-year' "
            "(known: cycle, year, probation, until-probation-ends)",
        ),
        (
            'period = "cycle"',
            'period = { kind = "appointment-year", role = "principal" }',
            "requirement[0].period.role: applies must ask for it: holds_any = ['principal']",
        ),
        (
            'required = "360"',
            'required = "360"\nrequired_each_year = "72"',
            "requirement[0].required: must be there, or required_each_year, and not both",
        ),
        (
            'required = "360"',
            "",
            "requirement[0].required: must be there, or required_each_year, and not both",
        ),
        (
            'period = "cycle"\ncounts = { forms = ["school"] }\nrequired = "360"',
            'period = "until-probation-ends"\nrequired_each_year = "360"',
            "requirement[0].required_each_year: the period has no first day, so no number of years",
        ),
        (
            'required = "360"',
            'required = "3"\nmeasure = "trainings"',
            "requirement[0].required: must be a whole number from 0 to 10000",
        ),
        (
            'required = "360"',
            'required = "36o"',
            "requirement[0].required: '36o' is no number of hours; write it like 8, 7.5 or 0.25, "
            "with at most two decimal places",
        ),
        (
            'forms = ["school"]',
            "forms = [[]]",
            "requirement[0].counts.forms[0]: unknown word [] "
            "(known: school, concentrated, remote, outreach, practice, degree, self)",
        ),
        (
            "counts = { forms",
            "counts = { form",
            "requirement[0].counts.form: unknown key, did you mean 'forms'?"
            " (known: purposes, forms, levels, themes, diplomas)",
        ),
        (
            'counts = { forms = ["school"] }',
            "counts = 3",
            "requirement[0].counts: must be a table of keys and values",
        ),
        (
            'exempts = ["total"]',
            'exempts = ["totl"]',
            "exemption[0].exempts[0]: unknown word 'totl', did you mean 'total'? (known: total)",
        ),
        ('exempts = ["total"]', "", "exemption[0].exempts: is missing"),
        (
            ', at_least = "72"',
            "",
            "exemption[0].test: must have at least one of more_than, at_least, less_than",
        ),
        (
            'applies = { in_probation = true }\ntest = { period = "year", at_least = "72" }',
            "",
            "exemption[0]: must have applies or test, or it would exempt everybody",
        ),
        (
            "cycle = { anchor = 2011-01-01, years = 5 }",
            "",
            "requirement[0].period: the calendar has no cycle",
        ),
        ("year = { month = 1, day = 1 }", "", "exemption[0].test.period: the calendar has no year"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_reason(tmp_path, was, now, wrong):
    assert was in SOUND
    assert problem(tmp_path, SOUND.replace(was, now, 1)) == wrong


def test_more_mistakes(tmp_path):
    requirement = SOUND[SOUND.index("[[requirement]]") : SOUND.index("[[exemption]]")]
    check = SOUND[SOUND.index("[[recognition]]") : SOUND.index("[[requirement]]")]
    head = SOUND[: SOUND.index("[[recognition]]")]
    assert problem(tmp_path, head) == "requirement: is missing: a policy has at least one"
    assert (
        problem(tmp_path, head + requirement * 2) == "requirement[1].id: 'total' stands there twice"
    )
    assert (
        problem(tmp_path, head + check * 2)
        == "recognition[1].check: 'not-assessed' stands there twice"
    )
    no_cycle = SOUND.replace("cycle = { anchor = 2011-01-01, years = 5 }", "")
    joined = no_cycle.replace('holds_any = ["teacher"]', "joined_in_cycle = true")
    assert (
        problem(tmp_path, joined)
        == "requirement[0].applies.joined_in_cycle: the calendar has no cycle"
    )
    no_year = SOUND[: SOUND.index("[[exemption]]")].replace("year = { month = 1, day = 1 }", "")
    assert (
        problem(tmp_path, no_year.replace("required =", "required_each_year ="))
        == "requirement[0].required_each_year: the calendar has no year"
    )
    neither = no_cycle.replace("year = { month = 1, day = 1 }", "")
    assert problem(tmp_path, neither) == "calendar: must have a cycle or a year"


@pytest.mark.parametrize(
    ("was", "now", "reason"),
    [
        ('"360"', "“360”", "is no value"),
        ('"360"', '"360', "the quote at the end"),
        ('"360"', '"360"\nrequired = "1"', "this stands there twice"),
        ('"360"', '"360" 学时', "something stands after the value"),
        ('"360"', '"3\\d"', "a backslash"),
        ('"360"', '"3\x0060"', "a control character stands here"),
        ('"360"', '"3\\u000060"', "is no number of hours"),
        ('"360"', "9" * 5000, "a number has too many digits"),
        ('"360"', "[" * 5000, "nested too deeply"),
        ("required =", "必须 =", "a line begins with a key"),
        ("required =", f"{'a.' * 5000}b =", "nested too deeply"),
        ("required =", f"""{'"a" . ' * 5000}b =""", "nested too deeply"),
        ("required =", f"[{'a.' * 5000}b]\nrequired =", "nested too deeply"),
        ('["school"] }', '["school"]', "a bracket or brace is not closed"),
        ("2011-01-01", "2011-02-29", "there is no such day"),
        ("[calendar]", "[calendar]\n[calendar]", "this heading stands there twice"),
        ('"规定"', '"规\\u0000定"', "must be a text without control characters"),
    ],
    ids=lambda value: value[:24],
)
def test_what_is_no_toml_is_refused_with_its_line(was, now, reason):
    assert was in SOUND
    wrong = SOUND.replace(was, now, 1)
    begins = wrong[: SOUND.index(was)].count("\n") + 1
    with pytest.raises(PolicyError, match=reason) as raised:
        read_policy(wrong, policy_id="p")
    assert raised.value.line in (begins, begins + 1)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (
            SOUND.encode("gb18030"),
            r"p\.toml: is not in UTF-8; save it in that encoding \(line 3\)$",
        ),
        (SOUND.encode("utf-16"), r"is not in UTF-8.* \(line 1\)$"),
        (SOUND.encode() + b"# " + b"x" * 5_000_000, "is longer than 200000 characters"),
        (b'id = "p"\ntitle = "', r"the quote at the end of the text is missing \(line 2\)"),
    ],
    ids=["gb18030", "utf-16", "5 MB", "cut off"],
)
def test_a_file_that_is_no_text_is_refused(tmp_path, content, reason):
    (tmp_path / "p.toml").write_bytes(content)
    with pytest.raises(PolicyError, match=reason):
        load_policy(tmp_path / "p.toml")


def test_a_byte_order_mark_does_no_harm(tmp_path):
    (tmp_path / "p.toml").write_text(SOUND, encoding="utf-8-sig")
    assert load_policy(tmp_path / "p.toml").requirements[0].id == "total"


@pytest.mark.parametrize("key", ["required", "at_least"])
def test_nothing_at_all_is_no_amount_to_ask_for(key):
    nothing = re.sub(rf'\b{key} = "[0-9]+"', f'{key} = "0"', SOUND)
    with pytest.raises(PolicyError, match="must be more than 0"):
        read_policy(nothing, policy_id="p")


def test_the_example_of_the_readme_works_as_it_says():
    readme = (SHIPPED / "README.md").read_text(encoding="utf-8")
    written, scenario = (
        re.search(rf"```{kind}\n(.*?)```", readme, re.DOTALL)[1] for kind in ("toml", "json")
    )
    rules = read_policy(written, policy_id="yunxi-2026")
    expect = {
        "met": False,
        "lines": [{"claimed": "7.5", "counted": "6", "reasons": ["daily-cap"]}],
        "requirements": [{"counted": "6", "shortfall": "84"}, {"id": "class-teacher-face"}],
    }
    example = {"title": "README", "scenario": json.loads(scenario), "expect": expect}
    (tried,) = try_examples(rules, [example])
    assert tried.passed, tried


def test_shelf_reads_what_is_asked_for_only(tmp_path):
    shutil.copy(SHIPPED / "hunan-county.toml", tmp_path)
    (tmp_path / "broken.toml").write_text("id = ", encoding="utf-8")
    shelf = PolicyShelf(tmp_path)
    assert shelf.ids == ["broken", "hunan-county"]
    assert shelf.get("hunan-county") is shelf.get("hunan-county")
    with pytest.raises(PolicyError):
        shelf.get("broken")
    with pytest.raises(KeyError):
        shelf.get("../hunan-county")


@pytest.mark.parametrize(
    ("content_s", "minutes", "rounding", "most"),
    [
        (38 * 60, 45, "hundredth", 84),
        (26, 45, "hundredth", 0),
        (27, 45, "hundredth", 1),
        (3600, 60, "hundredth", 100),
        (80 * 60, 45, "half", 150),
        (80 * 60, 45, "whole", 100),
    ],
)
def test_content_carries_its_time_rounded_down(
    content_s: int, minutes: int, rounding: Rounding, most: int
) -> None:
    assert HourUnit(minutes=minutes, rounding=rounding).hours_in(content_s) == Hours(most)


def test_strictest_of_several_units() -> None:
    units = [HourUnit(minutes=60, quote="甲"), HourUnit(minutes=45, rounding="half", quote="乙")]
    assert strictest(units) == HourUnit(minutes=60, rounding="half", quote="甲")
    assert strictest([]) == HourUnit()


SCHOOL = """
[[school_requirement]]
id = "school-large"
title = "集中培训"
applies = {{ holds_any = ["teacher"] }}
counts = {{ forms = ["concentrated"] }}
training = "{training}"
share = {share}
quote = "每年不少于20%的教师。"
"""


def test_a_school_can_be_asked_for_a_share_of_its_people() -> None:
    (rule,) = read_policy(
        SOUND + SCHOOL.format(training="90", share=20), policy_id="p"
    ).school_requirements
    assert (rule.id, rule.training, rule.share) == ("school-large", Hours(9000), 20)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (("share = 20", "share = 0"), "share"),
        (("share = 20", "share = 101"), "share"),
        (('"90"', '"-1"'), "training"),
        (("school-large", "total"), "id"),
        (("share = 20", "share = 20\nmeasure = 'hours'"), "measure"),
    ],
)
def test_nonsense_about_schools_is_refused_with_its_line(
    change: tuple[str, str], where: str
) -> None:
    text = SOUND + SCHOOL.format(training="90", share=20).replace(*change)
    with pytest.raises(PolicyError) as refused:
        read_policy(text, policy_id="p")
    assert where in refused.value.place
    assert refused.value.line > SOUND.count("\n")
