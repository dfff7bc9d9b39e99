from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from lms.credit.core.facts import Facts, Session, Training
from lms.credit.core.hours import Hours, total
from lms.credit.core.policy_rules import Diploma, Recognition
from lms.credit.core.recognise import recognise

AS_OF = date(2015, 6, 30)
EVERYTHING = Recognition(
    not_accredited=True,
    not_registered=True,
    stages=frozenset({"before", "after"}),
    diploma=Diploma("degree", Hours(7200)),
    daily_cap=Hours(800),
)


def training(*sessions, **facts):
    return Training(
        **{"id": "t", "form": "school", "level": "county", "sessions": sessions} | facts
    )


def session(day=1, hours=600, month=6, **facts):
    return Session(date(2015, month, day), Hours(hours), Facts(**facts))


def counted(rules, *trainings):
    return [
        (line.on.day, line.counted.hundredths, *line.reasons)
        for line in recognise(rules, trainings, as_of=AS_OF)
    ]


def test_checks_come_in_their_order_and_the_first_that_fails_stops():
    wrong = {"accredited": False, "registered": False, "passed": frozenset()}
    assert counted(
        EVERYTHING,
        training(
            session(1, month=7, **wrong),
            session(2, **wrong),
            session(3, **wrong | {"accredited": True}),
            session(4, **wrong | {"accredited": True, "registered": True}),
            session(5, passed=frozenset({"before", "after"})),
        ),
    ) == [
        (1, 0, "after-as-of"),
        (2, 0, "not-accredited"),
        (3, 0, "not-registered"),
        (4, 0, "not-assessed"),
        (5, 600),
    ]


def test_a_policy_that_uses_no_check_looks_at_the_day_only():
    nothing = session(accredited=False, registered=False, passed=frozenset())
    assert counted(Recognition(), training(nothing, session(1, month=7))) == [
        (1, 600),
        (1, 0, "after-as-of"),
    ]


def test_daily_cap_runs_over_all_trainings_in_the_order_given():
    assert counted(
        EVERYTHING,
        training(session(1), session(2)),
        training(session(1), session(1), session(1, 0), id="u"),
    ) == [(1, 600), (2, 600), (1, 200, "daily-cap"), (1, 0, "daily-cap"), (1, 0)]


def test_what_fails_a_check_leaves_the_cap_alone():
    assert counted(EVERYTHING, training(session(accredited=False), session())) == [
        (1, 0, "not-accredited"),
        (1, 600),
    ]


def test_a_diploma_is_one_line_that_no_cap_cuts_and_that_needs_no_assessment():
    degree = training(
        session(1),
        session(2),
        form="degree",
        diploma_on=date(2015, 6, 3),
        facts=Facts(accredited=False, passed=frozenset()),
    )
    assert counted(EVERYTHING, degree, training(session(3), id="u")) == [(3, 7200), (3, 600)]


def test_a_diploma_without_sessions_counts_too_and_unregistered_does_not():
    degree = {"form": "degree", "diploma_on": date(2015, 6, 30)}
    assert counted(EVERYTHING, training(**degree)) == [(30, 7200)]
    assert counted(EVERYTHING, training(**degree, facts=Facts(registered=False))) == [
        (30, 0, "not-registered")
    ]


def test_before_the_diploma_a_degree_counts_nothing():
    degree = training(
        session(1),
        session(2, month=7),
        session(3, registered=False),
        form="degree",
        diploma_on=date(2015, 7, 1),
    )
    assert counted(EVERYTHING, degree) == [
        (1, 0, "no-diploma"),
        (2, 0, "after-as-of"),
        (3, 0, "not-registered"),
    ]


def test_diploma_on_means_nothing_for_other_forms_and_other_policies():
    assert counted(EVERYTHING, training(session(), diploma_on=date(2015, 6, 3))) == [(1, 600)]
    degree = training(session(), form="degree", diploma_on=date(2015, 6, 3))
    assert counted(Recognition(), degree) == [(1, 600)]


sessions = st.lists(
    st.builds(session, st.integers(1, 3), st.sampled_from([0, 1, 250, 799, 800, 801, 2400]))
)


@given(sessions)
def test_no_day_counts_more_than_the_cap_nor_less_than_it_could(given_sessions):
    lines = recognise(EVERYTHING, [training(*given_sessions)], as_of=AS_OF)
    for day in {line.on for line in lines}:
        of_day = [line for line in lines if line.on == day]
        claimed = total(line.claimed for line in of_day)
        assert total(line.counted for line in of_day) == min(claimed, Hours(800))
        assert all(bool(line.reasons) == (line.counted < line.claimed) for line in of_day)
