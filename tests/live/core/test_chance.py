from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from live.core.chance import APART_S, moments


@given(
    start=st.integers(0, 3600),
    length=st.integers(-10, 36_000),
    count=st.integers(0, 6),
    data=st.data(),
)
def test_moments_lie_apart_and_leave_room_to_answer(
    start: int, length: int, count: int, data
) -> None:
    drawn = moments(
        start_s=start,
        end_s=start + length,
        count=count,
        below=lambda n: data.draw(st.integers(0, n - 1)),
        window_s=60,
    )
    assert len(drawn) == (count if length > 60 else 0)
    assert drawn == sorted(drawn)
    assert all(start <= one <= start + length - 60 for one in drawn)
    if count and length > 60 + 2 * APART_S * count:
        assert all(b - a >= APART_S - 1 for a, b in pairwise(drawn))
