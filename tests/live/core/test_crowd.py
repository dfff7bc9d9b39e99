"""How many were there, as a curve and at the most."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.core.crowd import crowd, most_at_once, step_s

S = 1_000_000
MINUTE = 60


@pytest.mark.parametrize(
    ("length_s", "step"),
    [(1, 15), (2 * MINUTE, 15), (30 * MINUTE, 15), (45 * MINUTE, 30), (90 * MINUTE, 60)],
)
def test_curve_has_about_a_hundred_points_and_none_between_two_beats(
    length_s: int, step: int
) -> None:
    assert step_s(length_s * S) == step
    assert len(crowd([], length_s * S, step)) == max(1, length_s // step) <= 120


def test_who_goes_at_a_point_is_not_there_and_peaks_between_points_are_seen() -> None:
    spans = [[[0, 30 * S]], [[16 * S, 17 * S]], [[16 * S, 20 * S], [18 * S, 45 * S]]]
    assert crowd(spans, 60 * S, 15) == [1, 1, 1, 0]
    assert most_at_once(spans) == 3
    assert most_at_once([[[0, 5 * S]], [[5 * S, 9 * S]]]) == 1
    assert most_at_once([]) == 0


SPAN = st.tuples(st.integers(0, 200 * S), st.integers(1, 60 * S)).map(
    lambda one: [one[0], sum(one)]
)


@given(st.lists(st.lists(SPAN, max_size=4), max_size=6))
def test_each_point_says_who_is_there_then(spans: list[list[list[int]]]) -> None:
    points = crowd(spans, 300 * S, 15)
    assert points == [
        sum(any(low <= at * 15 * S < high for low, high in person) for person in spans)
        for at in range(20)
    ]
    assert max(points) <= most_at_once(spans) <= len(spans)
