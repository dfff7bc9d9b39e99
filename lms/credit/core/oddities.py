"""What looks odd about when something was done: in the small hours, or for very long without a pause.

A reason to ask, never one to take hours away: who learns at three in the morning may have no other time.
"""

import datetime
from collections.abc import Iterable, Sequence

from lms.credit.core.lines import HERE, Span

_DAY = datetime.timedelta(days=1)


def parse_window(text: str) -> tuple[datetime.time, datetime.time] | None:
    """`01:00-05:00` as two times of one day; None for an empty text. Raises ValueError."""
    if not text.strip():
        return None
    first, dash, last = text.partition("-")
    window = (datetime.time.fromisoformat(first.strip()), datetime.time.fromisoformat(last.strip()))
    if not dash or window[0] >= window[1]:
        raise ValueError(f"{text!r} is no stretch of a day such as 01:00-05:00")
    return window


def seconds_within(wall: Iterable[Span], window: tuple[datetime.time, datetime.time] | None) -> int:
    """Whole seconds of `wall` that lie within the window of any day in Asia/Shanghai."""
    if window is None:
        return 0
    spent = datetime.timedelta()
    for start, end in wall:
        day = start.astimezone(HERE).date()
        while (low := datetime.datetime.combine(day, window[0], HERE)) < end:
            high = datetime.datetime.combine(day, window[1], HERE)
            spent += max(min(end, high) - max(start, low), datetime.timedelta())
            day += _DAY
    return int(spent.total_seconds())


def longest_sitting(wall: Sequence[Span], pause: datetime.timedelta) -> Span | None:
    """The longest stretch without a pause of at least `pause`; `wall` need not be sorted."""
    sittings: list[Span] = []
    for start, end in sorted(wall):
        if sittings and start - sittings[-1][1] < pause:
            sittings[-1] = (sittings[-1][0], max(sittings[-1][1], end))
        else:
            sittings.append((start, end))
    return max(sittings, key=lambda one: one[1] - one[0], default=None)
