"""Hours fall on the days on which their evidence arose, to the hundredth."""

import datetime
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from lms.credit.core.hours import Hours
from lms.credit.core.lines import Line, Share, dated_lines, day_of

NOON = datetime.datetime(2026, 5, 18, 4, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)
MOMENTS = st.integers(0, 5 * 86_400_000_000).map(
    lambda us: NOON + datetime.timedelta(microseconds=us)
)
WALLS = st.lists(MOMENTS, max_size=6, unique=True).map(
    lambda them: list(pairwise(sorted(them)))[::2]
)
SHARES = st.lists(st.builds(Share, st.integers(0, 10_000), WALLS, MOMENTS), min_size=1, max_size=5)


@given(st.integers(1, 100_000), SHARES)
def test_lines_add_up_and_rise(hundredths: int, shares: list[Share]) -> None:
    lines = dated_lines(Hours(hundredths), shares)
    assert sum(line.hours.hundredths for line in lines) == hundredths
    assert [line.on for line in lines] == sorted({line.on for line in lines})
    days = {day_of(share.recorded_at) for share in shares}
    for share in shares:
        for start, end in share.wall:
            days |= {day_of(start + n * HOUR) for n in range(int((end - start) / HOUR) + 1)}
            days.add(day_of(end))
    assert {line.on for line in lines} <= days


def test_day_ends_at_midnight_in_shanghai() -> None:
    midnight = datetime.datetime(2026, 5, 18, 16, tzinfo=datetime.UTC)
    wall = [(midnight - HOUR, midnight + 2 * HOUR)]
    assert dated_lines(Hours(100), [Share(1, wall, midnight)]) == (
        Line(datetime.date(2026, 5, 18), Hours(33)),
        Line(datetime.date(2026, 5, 19), Hours(67)),
    )


def test_weights_count_and_zero_weighs_nothing_beside_others() -> None:
    next_day = NOON + 24 * HOUR
    shares = [Share(600, [], NOON), Share(300, [], next_day), Share(0, [], next_day + 24 * HOUR)]
    assert dated_lines(Hours(150), shares) == (
        Line(datetime.date(2026, 5, 18), Hours(100)),
        Line(datetime.date(2026, 5, 19), Hours(50)),
    )


def test_without_weights_all_weigh_the_same() -> None:
    shares = [Share(0, [], NOON), Share(0, [], NOON + 24 * HOUR)]
    assert [line.hours for line in dated_lines(Hours(3), shares)] == [Hours(2), Hours(1)]
