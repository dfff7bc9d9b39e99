"""What counts as being there: the one place that knows what a page's heartbeat means.

A page beats every 15 s while it is open. Its beat counts:

* while the trainer is sending: where the lesson plays. A pause, a stall and a page that the phone has put to sleep do
  not; the page says so, and what it says is checked against the moment of the picture that it shows: that is one of
  this lesson, and another than the last beat's.
* also where that picture is an earlier one, because somebody paused or came late and looks back within the lesson: they
  sit in it, are asked to sign in and can answer. What counts is the time they are there, so a minute counts once,
  whatever was seen in it.
* while the trainer is away (a dropped line, before the lesson): where the page is open. There is nothing to play; who
  stays is there.
* a tab in the background: where sound and picture go on. Somebody who takes notes beside it listens, and the sign-ins
  ask whether anybody is there.
"""

from dataclasses import dataclass

SLACK_S = 10.0
"""No picture is from before the first or from later than now, but for the clock of whoever stamps it and a fragment."""
STANDS_S = 0.05


@dataclass(frozen=True, slots=True)
class Beat:
    """What a page says of itself. `position_s`: Unix time of the picture on screen; None where it does not know."""

    playing: bool
    hidden: bool
    position_s: float | None


@dataclass(frozen=True, slots=True)
class Air:
    """The lesson as it stands: whether it is being sent a picture, and the Unix time of its first."""

    is_on: bool
    began_s: float


def counts(beat: Beat, *, air: Air, now_s: float, before_s: float | None) -> bool:
    """Whether a beat that came at `now_s` (Unix time) is presence; `before_s`: what the page's last one showed."""
    if not air.is_on:
        return True
    if not beat.playing:
        return False
    if beat.position_s is None:
        # A page that plays knows where; only a browser without dates in its playlist does not (native HLS on iOS).
        return True
    if before_s is not None and abs(beat.position_s - before_s) < STANDS_S:
        return False
    return air.began_s - SLACK_S <= beat.position_s <= now_s + SLACK_S
