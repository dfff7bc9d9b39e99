"""Those who ask a room for the same thing in the same moment are answered together: one look at the database for all.

Thousands come in when a lesson begins, and each wants the room as it is; all day each wants their own minutes anew.
"""

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from live.acts import Answer, Caller, Reading
from live.core import steady

MOST_AT_ONCE = 250
"""More wait for the next look: nobody's answer takes long to come for the crowd that came after."""

Run = Callable[[Callable[[], Sequence[Answer]]], Awaitable[Sequence[Answer]]]
_Waiting = list[tuple[Caller, "asyncio.Future[Answer]"]]


class Together:
    """Who waits for what in which room; `run` is given each look, to be taken in a thread."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._waiting: dict[tuple[Reading, uuid.UUID], _Waiting] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def answer(self, reading: Reading, caller: Caller) -> Answer:
        """A caller's answer, as of now or a moment later. Raises whatever the look raised."""
        key = reading, caller.lesson_id
        future = asyncio.get_running_loop().create_future()
        if key in self._waiting:
            self._waiting[key].append((caller, future))
        else:
            self._waiting[key] = [(caller, future)]
            task = asyncio.create_task(self._serve(key))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await future

    async def _serve(self, key: tuple[Reading, uuid.UUID]) -> None:
        """Look until nobody waits any more."""
        reading, waiting = key[0], self._waiting[key]
        try:
            while waiting:
                await asyncio.sleep(reading.gather_s)
                some = waiting[:MOST_AT_ONCE]
                await self._look(reading, some)
                del waiting[: len(some)]
        finally:
            # Ended with the server before all were served: nobody waits for ever.
            del self._waiting[key]
            for _caller, future in waiting:
                future.cancel()

    async def _look(self, reading: Reading, some: _Waiting) -> None:
        # After all of them have asked: what it shows is not older than their asking.
        look = partial(reading.run, [caller for caller, _future in some], steady.now())
        try:
            answers = await self._run(look)
        except Exception as error:  # noqa: BLE001 - it is theirs who asked
            for _caller, future in some:
                if not future.done():
                    future.set_exception(error)
        else:
            for (_caller, future), answer in zip(some, answers, strict=True):
                if not future.done():
                    future.set_result(answer)
