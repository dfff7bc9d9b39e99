"""What a heartbeat means, case by case."""

import pytest

from live.core.beats import Air, Beat, counts

NOW = 1_000_000.0
BEGAN = NOW - 1800
LIVE = Beat(playing=True, hidden=False, position_s=NOW - 2)


def showing(position_s: float | None) -> Beat:
    return Beat(playing=True, hidden=False, position_s=position_s)


@pytest.mark.parametrize(
    ("beat", "on_air", "is_there"),
    [
        (LIVE, True, True),
        (Beat(playing=True, hidden=True, position_s=NOW - 2), True, True),
        (showing(None), True, True),
        (showing(NOW - 600), True, True),
        (showing(BEGAN), True, True),
        (showing(BEGAN - 60), True, False),
        (showing(NOW + 60), True, False),
        (Beat(playing=False, hidden=False, position_s=NOW - 2), True, False),
        (Beat(playing=False, hidden=True, position_s=None), True, False),
        (Beat(playing=False, hidden=False, position_s=None), False, True),
        (Beat(playing=False, hidden=True, position_s=NOW - 600), False, True),
    ],
    ids=[
        "the live picture moves",
        "in the background, sound goes on",
        "a player that knows no dates",
        "looks back within the lesson",
        "has gone back to its beginning",
        "from before the lesson",
        "from later than now",
        "paused or stalled",
        "minimised and put to sleep",
        "the trainer is away, the page is open",
        "the trainer is away, whatever stood there",
    ],
)
def test_beat_counts(beat: Beat, on_air: bool, is_there: bool) -> None:
    assert counts(beat, air=Air(on_air, BEGAN), now_s=NOW, before_s=None) is is_there


@pytest.mark.parametrize(
    ("before_s", "is_there"), [(NOW - 17, True), (NOW - 2, False), (NOW + 30, True)]
)
def test_picture_that_stands_is_nobody_there(before_s: float, is_there: bool) -> None:
    """Whatever the page says of itself; who has gone back since shows another picture as well."""
    assert counts(LIVE, air=Air(True, BEGAN), now_s=NOW, before_s=before_s) is is_there
    assert counts(LIVE, air=Air(False, BEGAN), now_s=NOW, before_s=before_s)
    assert counts(showing(None), air=Air(True, BEGAN), now_s=NOW, before_s=None)
