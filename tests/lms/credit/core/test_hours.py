from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.credit.core.hours import DAY, ZERO, Hours, divide, total

amounts = st.integers(0, 10_000_00).map(Hours)


@pytest.mark.parametrize(
    ("text", "hundredths"),
    [("0", 0), ("0.0", 0), ("0.01", 1), ("7.5", 750), ("7.50", 750), ("24", 2400), ("360", 36000)],
)
def test_parse_reads_exact_decimals(text, hundredths):
    assert Hours.parse(text) == Hours(hundredths)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 8",
        "8 ",
        "8\n",
        "+8",
        "-8",
        "08",
        "00",
        ".5",
        "8.",
        "8.005",
        "8,5",
        "1e1",
        "八",
        "\u0668",
        "\uff18",
        "nan",
    ],
)
def test_parse_refuses_everything_else(text):
    with pytest.raises(ValueError, match="is no number of hours"):
        Hours.parse(text)


def test_parse_refuses_more_than_a_bound():
    assert Hours.parse("24.00", at_most=DAY) == DAY
    with pytest.raises(ValueError, match="more than 24"):
        Hours.parse("24.01", at_most=DAY)


@pytest.mark.parametrize(
    ("hundredths", "short", "fixed"),
    [
        (0, "0", "0.00"),
        (1, "0.01", "0.01"),
        (10, "0.1", "0.10"),
        (750, "7.5", "7.50"),
        (1000, "10", "10.00"),
        (36000, "360", "360.00"),
        (-110, "-1.1", "-1.10"),
    ],
)
def test_hours_are_written_short_and_with_both_places(hundredths, short, fixed):
    assert (str(Hours(hundredths)), Hours(hundredths).fixed()) == (short, fixed)


@given(amounts)
def test_what_is_written_is_read_again(hours):
    assert Hours.parse(str(hours)) == Hours.parse(hours.fixed()) == hours


@given(amounts, amounts)
def test_sum_and_difference_are_exact(one, other):
    assert one + other - other == one
    assert total([one, other, -other]) == one
    assert bool(one) == (one != ZERO)


@given(amounts, st.lists(st.integers(0, 10**9), min_size=1, max_size=40).filter(any))
def test_divide_loses_nothing_and_is_within_a_hundredth(amount, weights):
    parts = divide(amount, weights)
    assert total(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        exact = Fraction(amount.hundredths * weight, sum(weights))
        assert abs(part.hundredths - exact) < 1
        assert weight or part == ZERO


def test_divide_gives_the_odd_hundredth_to_the_earlier_of_equals():
    assert divide(Hours(100), [1, 1, 1]) == [Hours(34), Hours(33), Hours(33)]


@pytest.mark.parametrize("weights", [[], [0, 0], [2, -1]])
def test_divide_refuses_weights_that_divide_nothing(weights):
    with pytest.raises(ValueError, match="weights"):
        divide(Hours(100), weights)
