"""Rooms of two real web processes on one database, over real sockets."""

import asyncio
import json
import uuid
from contextlib import suppress

import pytest
from django.db import connection
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from live.room import bus
from lms.runtime.web import WS_MAX_BYTES, web
from lms.testing.plugin import Site, free_port
from tests.live.room.conftest import Place, address


async def enter(url: str, place: Place, person_id: int) -> ClientConnection:
    return await connect(
        url.replace("http", "ws") + address(place, person_id), origin=url, max_size=None
    )


async def heard(line: ClientConnection, kind: str, **fields: object) -> dict:
    async with asyncio.timeout(30):
        while True:
            for message in json.loads(await line.recv()):
                if message["type"] == kind and fields.items() <= message.items():
                    return message


async def closed(line: ClientConnection) -> int:
    async with asyncio.timeout(30):
        try:
            while True:
                await line.recv()
        except ConnectionClosed as gone:
            return gone.rcvd.code if gone.rcvd else 1006


def second_process(site: Site) -> str:
    port = free_port()
    site.spawn("web2", *web(port))
    return f"http://127.0.0.1:{port}"


def tell(place: Place) -> None:
    bus.tell(place.pk, {"type": "told", "text": "各位老师好"})
    connection.close()


@pytest.mark.faults
async def test_two_processes_share_a_room_and_tell_all_to_come_back(site: Site) -> None:
    place, other = Place(uuid.uuid4()), second_process(site)
    one = await enter(site.url, place, 1)
    for _ in range(100):
        try:
            two = await enter(other, place, 2)
            break
        except OSError:
            await asyncio.sleep(0.2)
    # Each counts its own and hears the other's count.
    await asyncio.gather(heard(one, "numbers", viewers=2), heard(two, "numbers", viewers=2))
    await asyncio.to_thread(tell, place)
    assert (await heard(one, "told")) == (await heard(two, "told"))
    # A message beyond what a socket takes is refused before it is gathered up; one beyond a room's, when it has come.
    huge, large = await enter(site.url, place, 3), await enter(site.url, place, 4)
    for line, size in ((huge, WS_MAX_BYTES + 1), (large, 2**20)):
        with suppress(ConnectionClosed):
            await line.send("x" * size)
    assert (await closed(huge), await closed(large)) == (1009, 4413)
    # An operator stops one process: its viewers are told to come back, the other's do not notice.
    site.processes["web"].terminate()
    assert await closed(one) == 1012
    await asyncio.to_thread(tell, place)
    await heard(two, "told")
    await two.close()
