"""A viewer's line to the picture with little delay: a ticket opens it, then fragments as they come."""

import asyncio
import json
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.utils import timezone

from live.domain import near, relay
from live.room.tickets import opened

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

NO_TICKET, NOT_HERE, OVER = 4401, 4404, 4410
"""Close codes; a player goes on with the playlist. NOT_HERE: nobody on this machine takes it, or the room is full."""


async def picture(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
    """Send the take at hand until it is over or the viewer leaves."""
    await receive()
    await send({"type": "websocket.accept"})
    asked = parse_qs(scope["query_string"].decode("latin-1"))
    lesson_id: uuid.UUID = scope["url_route"]["kwargs"]["lesson_id"]
    if opened(asked.get("ticket", [""])[0], lesson_id, timezone.now()) is None:
        return await _close(send, NO_TICKET)
    await relay.join(lesson_id)
    with near.listening(lesson_id, most=settings.LIVE_LOW_DELAY_VIEWERS) as beginning:
        if beginning is None:
            return await _close(send, NOT_HERE)
        sending = asyncio.create_task(_send_all(beginning, send))
        leaving = asyncio.create_task(_left(receive))
        try:
            await asyncio.wait((sending, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (sending, leaving):
                task.cancel()
            await asyncio.gather(sending, leaving, return_exceptions=True)


async def _send_all(beginning: near.Beginning, send: Send) -> None:
    take = {"type": "take", "epoch_us": beginning.epoch_us, "mime": beginning.mime}
    await send({"type": "websocket.send", "text": json.dumps(take)})
    for piece in beginning.pieces:
        await send({"type": "websocket.send", "bytes": piece})
    while (more := await beginning.line.get()) is not None:
        await send({"type": "websocket.send", "bytes": more})
    await _close(send, OVER)


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "websocket.disconnect":
        pass


async def _close(send: Send, code: int) -> None:
    with suppress(OSError):
        await send({"type": "websocket.close", "code": code})
