import datetime
import itertools

from hypothesis import given
from hypothesis import strategies as st

from lms.credit.core.evaluate import evaluate
from lms.credit.core.facts import Person, RoleSpell, Session, Training
from lms.credit.core.hours import Hours
from lms.credit.core.outlook import Debt, least_for_all, look_ahead
from lms.credit.core.policy import PolicyShelf
from lms.credit.core.policy_rules import Filter

JOINED = datetime.date(2005, 9, 1)
TEACHER = Person(JOINED, (RoleSpell("teacher", JOINED),))
DAY = datetime.date(2014, 3, 1)


def outlook(policy, *trainings, person=TEACHER, waiting=(), as_of=DAY):
    rules = PolicyShelf().get(policy)
    now = evaluate(rules, person=person, trainings=trainings, as_of=as_of)
    would = evaluate(rules, person=person, trainings=[*trainings, *waiting], as_of=as_of)
    return look_ahead(now, would)


def training(key, form, hours, **facts):
    days = (Session(datetime.date(2013, 10, 1), Hours(hours)),)
    return Training(key, form, facts.pop("level", "county"), days, **facts)


def test_hours_of_parts_and_of_the_whole_are_not_owed_twice():
    found = outlook(
        "xuancheng-school",
        training("a", "school", 2400),
        training("b", "concentrated", 1600),
        training("c", "remote", 1150),
        waiting=[training("d", "remote", 400)],
    )
    # 72 a year in all, 24 of each of three forms: 8 + 12.5 are owed, and these are the 20.5 of the whole.
    assert found.debt == Debt(datetime.date(2014, 8, 31), Hours(2050), 0)
    assert found.main.now.requirement.id == "cycle-total"
    remote = next(one for one in found.prospects if one.now.requirement.id == "year-remote")
    assert (remote.now.counted, remote.would_count, remote.would) == (
        Hours(1150),
        Hours(1550),
        "unmet",
    )
    assert remote.owing


def test_a_number_of_trainings_is_owed_as_such():
    found = outlook("luoyang-2011", training("a", "school", 36_000))
    assert found.debt == Debt(datetime.date(2015, 12, 31), Hours(0), 2)
    assert not found.standing.met


def test_what_is_due_on_the_day_asked_about_is_due_at_the_years_end():
    person = Person(JOINED, (*TEACHER.roles, RoleSpell("class_teacher", datetime.date(2012, 9, 1))))
    found = outlook("luoyang-2011", person=person)
    rule = next(one for one in found.prospects if one.now.requirement.id == "class-teacher")
    assert rule.now.required == Hours(7200)
    assert rule.due == datetime.date(2014, 12, 31)


def test_what_can_no_longer_be_met_is_not_owed_any_more():
    joined = datetime.date(2012, 9, 1)
    person = Person(joined, (RoleSpell("teacher", joined),))
    found = outlook("wenzhou-2012", person=person)
    late = [
        one.now.requirement.id
        for one in found.prospects
        if one.now.status == "unmet" and not one.owing
    ]
    assert late == ["year-total", "year-school", "induction", "induction-practice"]
    assert found.debt == Debt(datetime.date(2015, 12, 31), Hours(36_000), 0)


FORMS = ("school", "remote", "concentrated")
FILTERS = st.builds(Filter, forms=st.frozensets(st.sampled_from(FORMS)))


@given(st.lists(st.tuples(st.integers(0, 9), FILTERS), max_size=4))
def test_the_least_is_never_more_than_what_suffices_and_exact_for_apart_ones(shortfalls):
    least = least_for_all(shortfalls)
    # What suffices: the cheapest way to give hours to the three forms, tried out.
    suffices = min(
        sum(given_)
        for given_ in itertools.product(range(10), repeat=len(FORMS))
        if all(
            sum(
                hours
                for form, hours in zip(FORMS, given_, strict=True)
                if not one.forms or form in one.forms
            )
            >= amount
            for amount, one in shortfalls
        )
    )
    assert least <= suffices
    assert least >= max((amount for amount, _ in shortfalls), default=0)
