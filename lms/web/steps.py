"""A step of how something went, for the list that templates draw."""

import datetime
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of where something stands; `css` is done, now or care. `erased`: its words went by a rule."""

    css: str
    words: str
    at: datetime.datetime | None = None
    because: str = ""
    erased: bool = False
