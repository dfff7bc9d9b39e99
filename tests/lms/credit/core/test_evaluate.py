"""What must stay so of any evaluation, and a sixth policy that is a data file and nothing else."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.credit.core import words
from lms.credit.core.evaluate import evaluate
from lms.credit.core.facts import Facts, Person, RoleSpell, Session, Training
from lms.credit.core.hours import Hours
from lms.credit.core.policy import PolicyShelf
from lms.credit.core.policy_rules import Calendar

SHELF = PolicyShelf()
WITHOUT_CAP = [policy for policy in SHELF.ids if SHELF.get(policy).recognition.daily_cap is None]
days = st.dates(date(2009, 1, 1), date(2017, 12, 31))
hours = st.integers(0, 2400).map(Hours)
facts = st.builds(Facts, st.booleans(), st.booleans(), st.frozensets(st.sampled_from(words.STAGES)))
sessions = st.lists(st.builds(Session, days, hours, facts), max_size=4).map(tuple)
bare_trainings = st.builds(
    Training,
    id=st.just(""),
    form=st.sampled_from(words.FORMS),
    level=st.sampled_from(words.LEVELS),
    sessions=sessions,
    themes=st.frozensets(st.sampled_from(words.THEMES), max_size=3),
    purpose=st.sampled_from(words.PURPOSES),
    diploma_on=st.none() | days,
    facts=facts,
)
trainings = st.lists(bare_trainings, max_size=5).map(
    lambda found: [replace(each, id=str(place)) for place, each in enumerate(found)]
)
spells = st.builds(RoleSpell, st.sampled_from(words.ROLES), days, st.none() | days)
people = st.builds(Person, days, st.lists(spells, max_size=5).map(tuple))


def asked(policy, person, given_trainings, as_of):
    return evaluate(SHELF.get(policy), person=person, trainings=given_trainings, as_of=as_of)


@given(st.sampled_from(SHELF.ids), people, trainings, days)
def test_nothing_crashes_and_the_decision_follows_from_the_rows(policy, person, given, as_of):
    standing = asked(policy, person, given, as_of)
    for row in standing.requirements:
        assert (row.status == "exempt") == (row.exemption is not None)
        assert row.status == "exempt" or (row.status == "met") == (row.counted >= row.required)
        if row.status == "unmet":
            assert row.counted < row.required
            assert str(row.shortfall) != "0"
        else:
            assert str(row.shortfall) == "0"
    musts = [row for row in standing.requirements if row.requirement.kind == "must"]
    assert standing.met == all(row.status != "unmet" for row in musts)
    for line in standing.lines:
        assert Hours(0) <= line.counted <= line.claimed
        assert (line.counted < line.claimed) <= bool(line.reasons)


@given(st.sampled_from(WITHOUT_CAP), people, trainings, days, st.randoms(use_true_random=False))
def test_without_a_cap_the_order_of_trainings_does_not_matter(policy, person, given, as_of, random):
    shuffled = random.sample(given, len(given))
    one, other = (asked(policy, person, each, as_of) for each in (given, shuffled))
    assert one.requirements == other.requirements
    assert sorted(map(repr, one.lines)) == sorted(map(repr, other.lines))


@given(st.sampled_from(SHELF.ids), people, trainings, days, sessions)
def test_a_session_after_the_day_asked_about_changes_nothing(policy, person, given, as_of, more):
    late = tuple(Session(date(2018, 1, 1), each.hours, each.facts) for each in more)
    added = Training("late", "concentrated", "city", late)
    before, after = (asked(policy, person, each, as_of) for each in (given, [*given, added]))
    assert before.requirements == after.requirements
    assert {line.reasons for line in after.lines[len(before.lines) :]} <= {("after-as-of",)}


@given(st.sampled_from(SHELF.ids), people, trainings, days, st.integers(0, 2400))
def test_splitting_a_session_of_a_day_changes_no_requirement(policy, person, given, as_of, part):
    def split(training):
        found = []
        for session in training.sessions:
            first = Hours(min(part, session.hours.hundredths))
            found += [session._replace(hours=first), session._replace(hours=session.hours - first)]
        return replace(training, sessions=tuple(found))

    whole = asked(policy, person, given, as_of)
    assert asked(policy, person, map(split, given), as_of).requirements == whole.requirements


@given(st.sampled_from(SHELF.ids), people, trainings, days)
def test_two_transfers_of_one_training_are_one_training(policy, person, given, as_of):
    halves = [
        replace(training, sessions=part)
        for training in given
        if training.form != "degree"
        for part in (training.sessions[:1], training.sessions[1:])
    ]
    whole = [training for training in given if training.form != "degree"]
    one, other = (asked(policy, person, each, as_of) for each in (whole, halves))
    assert one.requirements == other.requirements


SIXTH = """
id = "sixth"
title = "第六项规定"
source = "made up"
[calendar]
cycle = { anchor = 2020-02-29, years = 3 }
year = { month = 7, day = 1 }
quote = "三年一周期,七月起算。"
[[recognition]]
check = "daily-cap"
hours = "6.5"
quote = "每天不超过6.5学时。"
[[recognition]]
check = "not-registered"
quote = "登记后计学时。"
[[requirement]]
id = "remote-days"
title = "远程项目数"
kind = "advice"
applies = { holds_none = ["cadre"], in_probation = false }
period = "cycle"
counts = { forms = ["remote"], diplomas = false }
measure = "trainings"
required = 3
quote = "三年内参加三次远程培训。"
[[requirement]]
id = "yearly"
title = "年均学时"
kind = "must"
period = { kind = "cycle-since-role", role = "trainer" }
applies = { holds_any = ["trainer"] }
required_each_year = "10.5"
quote = "培训者平均每年10.5学时。"
[[exemption]]
exempts = ["yearly"]
applies = { service_years_from = 30 }
quote = "任教满三十年免修。"
"""


@pytest.fixture
def sixth(tmp_path: Path):
    (tmp_path / "sixth.toml").write_text(SIXTH, encoding="utf-8")
    return PolicyShelf(tmp_path).get("sixth")


def test_a_sixth_policy_is_a_data_file_and_nothing_else(sixth):
    trainer = RoleSpell("trainer", date(2021, 5, 1))
    sessions = tuple(Session(date(2022, 3, day), Hours(400)) for day in (1, 1, 2))
    remote = Training("r", "remote", "self", sessions)
    standing = evaluate(
        sixth,
        person=Person(date(1995, 9, 1), (trainer,)),
        trainings=[remote],
        as_of=date(2022, 7, 1),
    )
    assert [str(line.counted) for line in standing.lines] == ["4", "2.5", "4"]
    assert [
        (row.requirement.id, str(row.required), str(row.counted), row.status, row.period)
        for row in standing.requirements
    ] == [
        ("remote-days", "3", "1", "unmet", (date(2020, 2, 29), date(2023, 2, 28))),
        ("yearly", "31.5", "10.5", "unmet", (date(2021, 5, 1), date(2022, 7, 1))),
    ]
    assert not standing.met


def test_a_sixth_policy_exempts_by_its_own_rule(sixth):
    veteran = Person(date(1990, 9, 1), (RoleSpell("trainer", date(2021, 5, 1)),))
    standing = evaluate(sixth, person=veteran, trainings=[], as_of=date(2022, 7, 1))
    row = standing.requirements[1]
    assert (row.status, str(row.shortfall)) == ("exempt", "0")
    assert row.exemption.quote == "任教满三十年免修。"
    assert standing.met


def test_a_policy_without_years_asks_about_its_cycle(tmp_path):
    without = SIXTH.replace("year = { month = 7, day = 1 }", "").replace("_each_year", "")
    (tmp_path / "sixth.toml").write_text(without, encoding="utf-8")
    trainer = Person(date(2021, 1, 1), (RoleSpell("trainer", date(2021, 5, 1)),))
    as_of = date(2022, 7, 1)
    standing = evaluate(
        PolicyShelf(tmp_path).get("sixth"), person=trainer, trainings=[], as_of=as_of
    )
    assert [str(row.required) for row in standing.requirements] == ["3", "10.5"]


def test_a_policy_put_together_wrongly_says_what_it_lacks(sixth):
    nowhere = replace(sixth, calendar=Calendar())
    with pytest.raises(LookupError, match="has no cycle"):
        evaluate(nowhere, person=Person(date(2021, 1, 1)), trainings=[], as_of=date(2022, 7, 1))
