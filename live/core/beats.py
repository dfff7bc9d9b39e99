"""What counts as being there: the one place that knows what a page's heartbeat means.

A page beats every 15 s while it is open. Its beat counts:

* while the trainer is sending: where the picture moves and is the live one. A pause, a stall and a page that the phone
  has put to sleep do not move it; the page says so, and what it says is checked against the moment of the picture that
  it shows: who looks back further than the live playlist reaches watches the replay, which is counted as such.
* while the trainer is away (a dropped line, before the lesson): where the page is open. There is nothing to play; who
  stays is there.
* a tab in the background: where sound and picture go on. Somebody who takes notes beside it listens, and the sign-ins
  ask whether anybody is there.
"""

from dataclasses import dataclass

MOST_BEHIND_S = 75.0
"""The live playlist's minute, and what a slow line takes to bring a segment."""
MOST_AHEAD_S = 10.0
"""No picture is from later than now but for the clock of whoever stamps it: a fragment's length and a little."""


@dataclass(frozen=True, slots=True)
class Beat:
    """What a page says of itself. `position_s`: Unix time of the picture on screen; None where it does not know."""

    playing: bool
    hidden: bool
    position_s: float | None


def counts(beat: Beat, *, on_air: bool, now_s: float) -> bool:
    """Whether a beat that came at `now_s` (Unix time) is presence. `on_air`: the room is being sent a picture."""
    if not on_air:
        return True
    if not beat.playing:
        return False
    if beat.position_s is None:
        # A page that plays knows where; only a browser without dates in its playlist does not (native HLS on iOS).
        return True
    return -MOST_AHEAD_S <= now_s - beat.position_s <= MOST_BEHIND_S
