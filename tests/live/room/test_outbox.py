"""An outbox over a socket that can be made to stall."""

import asyncio

import pytest

from live.room.outbox import MOST_KEPT, Outbox


class Reader:
    """Takes what is sent while it is open for it."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.open.set()
        self.got: list[int] = []
        self.gone = False

    async def send(self, message) -> None:
        await self.open.wait()
        if self.gone:
            raise ConnectionResetError
        self.got.append(message["number"])


async def test_open_socket_gets_it_at_once_without_a_task() -> None:
    reader = Reader()
    outbox = Outbox(reader.send)
    before = len(asyncio.all_tasks())
    for number in range(3):
        outbox.put({"number": number})
    assert reader.got == [0, 1, 2]
    assert len(asyncio.all_tasks()) == before


async def test_stalled_socket_keeps_the_newest_in_order() -> None:
    reader = Reader()
    outbox = Outbox(reader.send)
    reader.open.clear()
    for number in range(MOST_KEPT + 10):
        outbox.put({"number": number})
    assert outbox.stalled
    assert outbox.dropped == 9
    reader.open.set()
    await asyncio.sleep(0.01)
    assert not outbox.stalled
    outbox.put({"number": 1000})
    assert reader.got == [0, *range(10, MOST_KEPT + 10), 1000]


async def test_socket_that_goes_while_stalled_leaves_nothing_behind() -> None:
    reader = Reader()
    outbox = Outbox(reader.send)
    reader.open.clear()
    outbox.put({"number": 1})
    outbox.put({"number": 2})
    reader.gone = True
    reader.open.set()
    await asyncio.sleep(0.01)
    assert not outbox.stalled
    with pytest.raises(ConnectionResetError):
        outbox.put({"number": 3})


async def test_end_forgets_what_waits() -> None:
    reader = Reader()
    outbox = Outbox(reader.send)
    reader.open.clear()
    outbox.put({"number": 1})
    outbox.end()
    await asyncio.sleep(0.01)
    reader.open.set()
    await asyncio.sleep(0.01)
    assert reader.got == []
