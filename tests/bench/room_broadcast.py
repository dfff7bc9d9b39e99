"""The peer of the room: `websockets.broadcast` of the same messages, a frame each. Arguments: port, rate, bytes."""

import asyncio
import json
import sys
import time

import uvloop
from websockets.asyncio.server import ServerConnection, broadcast, serve

from live.room.load import message

CONNECTED: set[ServerConnection] = set()


async def viewer(line: ServerConnection) -> None:
    CONNECTED.add(line)
    try:
        await line.send("[]")
        await line.wait_closed()
    finally:
        CONNECTED.discard(line)


async def main(port: int, rate: float, size: int) -> None:
    async with serve(viewer, "127.0.0.1", port, compression=None, backlog=4096):
        number, begun = 0, time.perf_counter()
        while True:
            number += 1
            await asyncio.sleep(max(0.0, begun + number / rate - time.perf_counter()))
            broadcast(CONNECTED, json.dumps(message(number, size), separators=(",", ":")))


uvloop.run(main(int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])))
