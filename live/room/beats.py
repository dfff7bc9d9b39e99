"""What viewers' pages say every few seconds, gathered for one statement."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Generic, TypeVar

log = logging.getLogger(__name__)

GATHER_S = 5.0
MOST_KEPT = 200_000
"""Rows kept while the database cannot take them: ten minutes of 5,000 viewers."""
END_WITHIN_S = 3.0
LATE_S = 4.0
"""What is not written after so long is said not to be: a database that hangs takes much longer to fail."""

Row = TypeVar("Row")


class Gather(Generic[Row]):
    """Rows wait GATHER_S at the most, then go in one call, in a thread. What fails stays and goes with the next.

    `told` hears when rows begin to wait for the database (False), and when all have been written again (True).
    """

    def __init__(
        self,
        write: Callable[[Sequence[Row]], None],
        *,
        told: Callable[[bool], None],
        gather_s: float = GATHER_S,
        late_s: float = LATE_S,
    ) -> None:
        self._write, self._told = write, told
        self._gather_s, self._late_s = gather_s, late_s
        self.is_keeping_up = True
        """Whether what was gathered is in the database, but for the last seconds'."""
        self._rows: list[Row] = []
        self._writer: asyncio.Task[None] | None = None
        self._hurry = asyncio.Event()

    def add(self, row: Row) -> None:
        """Keep a row to be written."""
        if len(self._rows) >= MOST_KEPT:
            # The oldest: the newest say who is there now.
            del self._rows[: MOST_KEPT // 100]
            log.error("Signs of presence were lost: the database has been away for too long.")
        self._rows.append(row)
        if self._writer is None:
            self._writer = asyncio.create_task(self._run())

    async def end(self) -> None:
        """Nobody is left: write at once; where the database is away, go on trying for as long as the process lives."""
        if self._writer is None:
            return
        self._hurry.set()
        await asyncio.wait({self._writer}, timeout=END_WITHIN_S)

    async def _run(self) -> None:
        while self._rows:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._hurry.wait(), self._gather_s)
            self._hurry.clear()
            rows, self._rows = self._rows, []
            late = asyncio.get_running_loop().call_later(self._late_s, self._tell, False)
            try:
                await asyncio.to_thread(self._write, rows)
            except Exception:
                log.exception("Signs of presence are kept until the database takes them.")
                self._rows = rows + self._rows
                self._tell(False)
            else:
                self._tell(True)
            finally:
                late.cancel()
        self._writer = None

    def _tell(self, is_keeping_up: bool) -> None:
        if is_keeping_up != self.is_keeping_up:
            self.is_keeping_up = is_keeping_up
            self._told(is_keeping_up)
