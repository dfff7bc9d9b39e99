"""The newest messages of a room that are rows: for pages that were away, without a query each."""

import asyncio
import json
from bisect import bisect_right, insort
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

OVERLAP = 50
"""Numbers are given before what they number is committed: one that is lower may be seen later. Pages drop doubles."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A message that is a row: its place in the one order of all, who gets it ("room", "hosts", a person's id)."""

    seq: int
    to: str | int
    message: dict[str, Any]


class Tail:
    """In order of `seq`; filled from rows once, then by what is published."""

    MOST: ClassVar[int] = 400

    def __init__(self) -> None:
        self._kept: list[tuple[int, str | int, str]] = []
        self._seen: set[int] = set()
        self._first = 0
        self._filling: asyncio.Task[None] | None = None

    @property
    def is_filled(self) -> bool:
        """Whether rows were read."""
        return self._filling is not None and self._filling.done()

    @property
    def newest(self) -> int:
        """The number from which on something may be missing."""
        return max(0, self._kept[-1][0] - OVERLAP) if self._kept else 0

    def has(self, seq: int) -> bool:
        """Whether the message with this number is here, or is too old to be."""
        return seq in self._seen or seq < self._first

    def add(self, seq: int, to: str | int, text: str) -> None:
        """Keep a message; the oldest goes."""
        if self.has(seq):
            return
        # A person's id does not compare with "room": a number is there once.
        insort(self._kept, (seq, to, text), key=lambda one: one[0])
        self._seen.add(seq)
        if len(self._kept) > self.MOST:
            gone, _to, _text = self._kept.pop(0)
            self._seen.discard(gone)
            self._first = gone + 1

    async def fill(self, load: Callable[[], Awaitable[Sequence[Kept]]]) -> None:
        """Read the rows, once, however many ask meanwhile; the next who asks tries again where that failed."""
        if self._filling is None or (self._filling.done() and self._filling.exception()):
            self._filling = asyncio.create_task(self._fill(load))
        await asyncio.shield(self._filling)

    async def _fill(self, load: Callable[[], Awaitable[Sequence[Kept]]]) -> None:
        found = await load()
        for one in found:
            self.add(one.seq, one.to, json.dumps(one.message, ensure_ascii=False))
        if len(found) >= self.MOST:
            self._first = max(self._first, found[0].seq)

    def since(self, seq: int) -> list[tuple[str | int, str]] | None:
        """Who gets what of all above a number, in order; None where older ones are not here any more."""
        if seq + 1 < self._first:
            return None
        begin = bisect_right(self._kept, max(0, seq - OVERLAP), key=lambda one: one[0])
        return [(to, text) for _seq, to, text in self._kept[begin:]]
