"""Redis or Valkey, publish and subscribe: processes of many machines. A channel a room, heard where it has viewers."""

import asyncio
import uuid
from collections.abc import Callable

import redis
from django.conf import settings
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from live.room.bus.base import LinkedBus

PREFIX = "lms:live.room:"
TIMEOUT_S = 5


class RedisBus(LinkedBus):
    """Subscribed to the rooms that have viewers here."""

    def __init__(self) -> None:
        super().__init__()
        self._rooms: set[uuid.UUID] = set()
        self._changed = asyncio.Event()

    def enter(self, lesson_id: uuid.UUID) -> None:
        """Subscribe, soon."""
        self._rooms.add(lesson_id)
        self._changed.set()

    def leave(self, lesson_id: uuid.UUID) -> None:
        """Unsubscribe, soon."""
        self._rooms.discard(lesson_id)
        self._changed.set()

    async def _listen(self, listening: Callable[[], None]) -> None:
        async with _client() as client, client.pubsub(ignore_subscribe_messages=True) as channels:
            # With no room yet there is nothing to read from.
            await channels.subscribe(PREFIX, *(PREFIX + one.hex for one in self._rooms))
            listening()
            async with asyncio.TaskGroup() as both:
                both.create_task(self._follow(channels, set(self._rooms)))
                both.create_task(self._hear(channels))

    async def _follow(self, channels: PubSub, subscribed: set[uuid.UUID]) -> None:
        """Subscribe to the rooms that get viewers, unsubscribe from those that lose their last."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            wanted = set(self._rooms)
            if new := wanted - subscribed:
                await channels.subscribe(*(PREFIX + one.hex for one in new))
            if old := subscribed - wanted:
                await channels.unsubscribe(*(PREFIX + one.hex for one in old))
            subscribed = wanted

    async def _hear(self, channels: PubSub) -> None:
        async for said in channels.listen():
            room = said["channel"].decode().removeprefix(PREFIX)
            self._heard(uuid.UUID(room), said["data"].decode())

    async def _speak(self, listening: Callable[[], None]) -> None:
        async with _client() as client:
            await client.ping()
            listening()
            while True:
                lesson_id, line = await self._waiting.get()
                try:
                    await client.publish(PREFIX + lesson_id.hex, line)
                finally:
                    self._waiting.task_done()

    @staticmethod
    def say(lesson_id: uuid.UUID, line: str) -> None:
        """Over a connection of its own."""
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=TIMEOUT_S) as client:
            client.publish(PREFIX + lesson_id.hex, line)


def _client() -> "Redis":
    """One that says when its line breaks: what was missed meanwhile has to be looked up."""
    over_network = {} if settings.REDIS_URL.startswith("unix:") else {"socket_keepalive": True}
    return Redis.from_url(
        settings.REDIS_URL,
        retry=Retry(NoBackoff(), 0),
        socket_connect_timeout=TIMEOUT_S,
        **over_network,
    )
