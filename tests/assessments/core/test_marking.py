"""Marking: exact, bounded, blind to order."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.core.marking import (
    Item,
    Marked,
    Result,
    all_or_nothing,
    cut,
    mark,
    missing_to,
    out_of_hundred,
)

keys = st.sampled_from("abcdef")
chosen = st.frozensets(keys)


@st.composite
def papers(draw: st.DrawFn) -> list[Item]:
    count = draw(st.integers(1, 6))
    return [
        Item(
            key=f"q{number}",
            right=draw(st.frozensets(keys, min_size=1)),
            points=draw(st.integers(1, 20)),
            rule=all_or_nothing,
        )
        for number in range(count)
    ]


@given(papers(), st.dictionaries(st.sampled_from(["q0", "q1", "q2", "q9"]), chosen))
def test_marks_stay_within_total(paper, answers) -> None:
    result = mark(paper, answers)
    assert 0 <= result.points <= result.of == sum(item.points for item in paper)
    assert 0 <= result.amount <= result.fraction <= 1


@given(papers(), st.data())
def test_order_of_answers_is_irrelevant(paper, data) -> None:
    answers = {item.key: data.draw(chosen) for item in paper}
    shuffled = dict(data.draw(st.permutations(list(answers.items()))))
    assert mark(paper, answers) == mark(paper, shuffled)


@given(papers())
def test_all_right_is_full(paper) -> None:
    result = mark(paper, {item.key: item.right for item in paper})
    assert (result.points, result.amount) == (result.of, Decimal(1))


@given(papers(), st.data())
def test_one_wrong_loses_exactly_its_points(paper, data) -> None:
    wrong = data.draw(st.sampled_from(paper))
    answers = {item.key: item.right for item in paper} | {wrong.key: wrong.right ^ {"a"}}
    assert mark(paper, answers).points == mark(paper, {}).of - wrong.points


@given(papers(), st.data(), st.integers(0, 10_000))
def test_cut_amount_reaches_a_pass_mark_exactly_when_the_fraction_does(
    paper, data, minimum
) -> None:
    result = mark(paper, {item.key: data.draw(chosen) for item in paper})
    assert (result.amount >= Decimal(minimum) / 10_000) == (
        result.fraction >= Fraction(minimum, 10_000)
    )


def test_multiple_is_all_or_nothing() -> None:
    right = frozenset("ac")
    shares = [all_or_nothing(right, frozenset(answer)) for answer in ("ac", "a", "abc", "", "b")]
    assert shares == [1, 0, 0, 0, 0]


def test_mark_says_each_question() -> None:
    paper = [
        Item(key="one", right=frozenset("a"), points=1, rule=all_or_nothing),
        Item(key="two", right=frozenset("ab"), points=2, rule=lambda _r, _c: Fraction(1, 3)),
    ]
    result = mark(paper, {"one": {"a"}, "two": {"a"}})
    assert result == Result(
        items=(
            Marked(key="one", chosen=frozenset("a"), points=Fraction(1), of=1),
            Marked(key="two", chosen=frozenset("a"), points=Fraction(2, 3), of=2),
        )
    )
    assert (result.fraction, result.amount) == (Fraction(5, 9), Decimal("0.555555"))
    assert [item.right for item in result.items] == [True, False]


def test_a_rule_that_gives_too_much_is_refused() -> None:
    item = Item(key="q", right=frozenset("a"), points=1, rule=lambda _r, _c: Fraction(2))
    with pytest.raises(ValueError, match="not from 0 to 1"):
        mark([item], {})


def test_no_questions_is_no_score() -> None:
    assert mark([], {}).amount == 0


@pytest.mark.parametrize(
    ("amount", "score"),
    [("1", "100"), ("0.999999", "99.9"), ("0.666666", "66.6"), ("0.6", "60"), ("0", "0")],
)
def test_score_out_of_a_hundred_never_rounds_up(amount, score) -> None:
    assert str(out_of_hundred(Decimal(amount))) == score


def test_missing_and_score_add_up_to_the_pass_mark() -> None:
    assert missing_to(Decimal("0.333333"), Decimal("0.6")) == Decimal("26.7")
    assert missing_to(Decimal("0.8"), Decimal("0.6")) == 0


@given(st.fractions(0, 1), st.integers(0, 8))
def test_cut_is_below_by_less_than_one_unit(value, places) -> None:
    shown = Fraction(cut(value, places))
    assert shown <= value < shown + Fraction(1, 10**places)
