"""Between processes: what one says to a room, all that have viewers of it hear.

A bus may lose messages (a server restarts, a line drops): what must not be lost is a row, and a hub that may have
missed something is told so. `tell` is for synchronous code; rooms themselves go through `live.room.hub`.
"""

import json
import logging
import uuid
from typing import Any

from django.conf import settings
from django.db import transaction

from live.room.bus.base import Bus, To, packed
from live.room.bus.local import LocalBus
from live.room.bus.notify import NotifyBus
from live.room.bus.redis import RedisBus

__all__ = ["Bus", "To", "bus_of_settings", "tell"]

log = logging.getLogger(__name__)

_KINDS: dict[str, type[Bus]] = {"local": LocalBus, "postgresql": NotifyBus, "redis": RedisBus}


def bus_of_settings() -> Bus:
    """The bus that LIVE_BUS names, not started."""
    return _KINDS[settings.LIVE_BUS]()


def tell(lesson_id: uuid.UUID, message: dict[str, Any], to: To = "room") -> None:
    """Send a message to whoever is in a room, from any process, once what is being written is committed.

    `to` is "room", "hosts" or a person's id. One that cannot be sent is logged: rows say what happened.
    """
    line = packed(to, json.dumps(message, ensure_ascii=False, separators=(",", ":")))

    def send() -> None:
        try:
            _KINDS[settings.LIVE_BUS].say(lesson_id, line)
        except Exception:
            log.exception("A message to a room was not sent on.")

    transaction.on_commit(send)
