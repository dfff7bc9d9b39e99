"""What a heartbeat means, case by case."""

import pytest

from live.core.beats import MOST_BEHIND_S, Beat, counts

NOW = 1_000_000.0


@pytest.mark.parametrize(
    ("beat", "on_air", "is_there"),
    [
        (Beat(playing=True, hidden=False, position_s=NOW - 2), True, True),
        (Beat(playing=True, hidden=True, position_s=NOW - 2), True, True),
        (Beat(playing=True, hidden=False, position_s=None), True, True),
        (Beat(playing=True, hidden=False, position_s=NOW - MOST_BEHIND_S), True, True),
        (Beat(playing=True, hidden=False, position_s=NOW - MOST_BEHIND_S - 1), True, False),
        (Beat(playing=True, hidden=False, position_s=NOW + 60), True, False),
        (Beat(playing=False, hidden=False, position_s=NOW - 2), True, False),
        (Beat(playing=False, hidden=True, position_s=None), True, False),
        (Beat(playing=False, hidden=False, position_s=None), False, True),
        (Beat(playing=False, hidden=True, position_s=NOW - 600), False, True),
    ],
    ids=[
        "the live picture moves",
        "in the background, sound goes on",
        "a player that knows no dates",
        "as far back as the live playlist reaches",
        "further back: that is the replay",
        "from later than now",
        "paused or stalled",
        "minimised and put to sleep",
        "the trainer is away, the page is open",
        "the trainer is away, whatever stood there",
    ],
)
def test_beat_counts(beat: Beat, on_air: bool, is_there: bool) -> None:
    assert counts(beat, on_air=on_air, now_s=NOW) is is_there
