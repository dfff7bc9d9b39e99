"""What of a person's reports about a video somebody should ask about."""

import datetime
import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from media.core.watch import Flag

if TYPE_CHECKING:
    from media.models.watching import WatchReport

TOO_FAST = "media.too-fast"
TWO_DEVICES = "media.two-devices"

MANY = 3
"""A report or two that claims more than the clock allows is a network's hiccup, three are not."""
APART = datetime.timedelta(minutes=2)
"""Reports come every few seconds: two players that take turns within this were open at once."""


def oddities(reports: "Sequence[WatchReport]") -> dict[str, dict[str, Any]]:
    """Flags for evidence, from reports in the order they came."""
    found: dict[str, dict[str, Any]] = {}
    too_fast = sum(Flag.TOO_FAST in report.flags for report in reports)
    if too_fast >= MANY:
        found[TOO_FAST] = {"reports": too_fast, "of": len(reports)}
    turns = _turns(reports)
    if turns >= MANY:
        found[TWO_DEVICES] = {"turns": turns}
    return found


def _turns(reports: "Sequence[WatchReport]") -> int:
    """How often reports went back and forth between devices; going on elsewhere after a pause is none."""
    return sum(
        bool(one.device and two.device)
        and one.device != two.device
        and one.session != two.session
        and two.at - one.at < APART
        for one, two in itertools.pairwise(reports)
    )
