"""The newest messages of a room that are rows: for pages that were away, without a query each."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

OVERLAP = 50
"""Numbers are given before what they number is committed: a lower one may be seen later, by so many at the most."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A message that is a row: its place in the one order of all, who gets it ("room", "hosts", a person's id)."""

    seq: int
    to: str | int
    message: dict[str, Any]


class Tail:
    """In the order in which they were committed: as they came; what came before the first is filled in from rows.

    So what a page missed is what came after the last that it saw, also where that has a lower number.
    """

    MOST: ClassVar[int] = 400

    def __init__(self) -> None:
        self._kept: list[tuple[int, str | int, str]] = []
        self._seen: set[int] = set()
        self._first = 0
        self._filling: asyncio.Task[None] | None = None

    @property
    def is_filled(self) -> bool:
        """Whether rows were read."""
        filling = self._filling
        return filling is not None and filling.done() and not _has_failed(filling)

    @property
    def newest(self) -> int:
        """The number from which on something may be missing."""
        return max(0, max(self._seen, default=0) - OVERLAP)

    def has(self, seq: int) -> bool:
        """Whether the message with this number is here, or is too old to be."""
        return seq in self._seen or seq < self._first

    def add(self, seq: int, to: str | int, text: str) -> None:
        """Keep a message that has come; the oldest goes."""
        if not self.has(seq):
            self._seen.add(seq)
            self._kept.append((seq, to, text))
            self._cut()

    async def fill(self, load: Callable[[], Awaitable[Sequence[Kept]]]) -> None:
        """Read the rows, once, however many ask meanwhile; the next who asks tries again where that failed."""
        if self._filling is None or _has_failed(self._filling):
            self._filling = asyncio.create_task(self._fill(load))
        await asyncio.shield(self._filling)

    def since(self, seq: int) -> list[tuple[str | int, str]] | None:
        """Who gets what of all that came after a number, in order; None where some of it is not here any more."""
        if seq + 1 < self._first:
            return None
        begin = 0
        for at in range(len(self._kept) - 1, -1, -1):
            here = self._kept[at][0]
            if here == seq:
                begin = at + 1
                break
            # The number itself went to others only, or to nobody.
            if here < seq and not begin:
                begin = at + 1
        return [(to, text) for _seq, to, text in self._kept[begin:]]

    async def _fill(self, load: Callable[[], Awaitable[Sequence[Kept]]]) -> None:
        found = await load()
        earlier = [one for one in found if one.seq not in self._seen]
        self._seen |= {one.seq for one in earlier}
        rows = [(one.seq, one.to, _written(one.message)) for one in earlier]
        self._kept = rows + self._kept
        if len(found) >= self.MOST:
            self._first = max(self._first, found[0].seq)
        self._cut()

    def _cut(self) -> None:
        for gone, _to, _text in self._kept[: -self.MOST]:
            self._seen.discard(gone)
            self._first = max(self._first, gone + 1)
        del self._kept[: -self.MOST]


def _has_failed(task: "asyncio.Task[None]") -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)


def _written(message: dict[str, Any]) -> str:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))
