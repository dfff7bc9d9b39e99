"""A visitor who watches: opens the page, waits until the film can be played, and reports what it played."""

import json
import re
import time
from typing import Any

from lms.api.demo import Refused, Visitor

RATE = 2.0
REPORT_EVERY_S = 5.0
WAIT_S = 900
_DATA = re.compile(r'<script id="player-data" type="application/json">(.*?)</script>', re.DOTALL)


def do(visitor: Visitor, ref: str, page: str, share: float) -> None:
    """Watch `share` of the film at double speed, in real time, as the player would report it."""
    data = _wait_for_player(visitor, page)
    position, goal = 0.0, share * data["duration"]
    number = 0
    while position < goal:
        played = min(REPORT_EVERY_S * RATE, goal - position)
        time.sleep(played / RATE)
        number += 1
        report = {
            "session": data["session"],
            "seq": number,
            "played": [[round(position, 3), round(position + played, 3)]],
            "rate": RATE,
            "position": round(position + played, 3),
        }
        visitor.post_json(data["report"], report)
        position += played


def _wait_for_player(visitor: Visitor, page: str) -> dict[str, Any]:
    """The player's data; the film may still be in the worker's hands."""
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline:
        if found := _DATA.search(visitor.get(page)):
            data: dict[str, Any] = json.loads(found[1])
            return data
        time.sleep(2)
    raise Refused(f"{page} showed no player within {WAIT_S} s")
