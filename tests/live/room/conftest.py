"""A room's socket through the real application."""

import asyncio
import json
import uuid
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
from asgiref.testing import ApplicationCommunicator
from django.utils import timezone

from live.enums import RoomRole
from live.room.tickets import issue
from tests.factories.live import LessonFactory


class Line(ApplicationCommunicator):
    """A page's line: what comes in, message by message."""

    def __init__(self, address: str) -> None:
        from lms.asgi import application

        path, _, query = address.partition("?")
        headers = [(b"origin", b"http://testserver")]
        scope = {"type": "websocket", "path": path, "query_string": query.encode()}
        super().__init__(application, scope | {"headers": headers, "subprotocols": []})
        self._messages: list[dict] = []

    async def open(self) -> "Line":
        await self.send_input({"type": "websocket.connect"})
        assert (await self.receive_output(10))["type"] == "websocket.accept"
        return self

    async def say(self, kind: str, **fields: object) -> None:
        await self.send_text(json.dumps({"type": kind} | fields))

    async def send_text(self, text: str) -> None:
        await self.send_input({"type": "websocket.receive", "text": text})

    async def heard(self, kind: str) -> dict:
        """The next message of a kind; others in between are passed over."""
        while True:
            while self._messages:
                message = self._messages.pop(0)
                if message["type"] == kind:
                    return message
            sent = await self.receive_output(10)
            assert sent["type"] == "websocket.send", sent
            self._messages = json.loads(sent["text"])

    async def closed(self) -> int:
        """The code it is closed with; what comes before is passed over."""
        while (sent := await self.receive_output(10))["type"] == "websocket.send":
            pass
        await self.send_input({"type": "websocket.disconnect", "code": sent["code"]})
        return sent["code"]

    async def leave(self, code: int = 1001) -> None:
        await self.send_input({"type": "websocket.disconnect", "code": code})
        await self.wait(10)


def address(lesson, person_id: int = 1, role: str = RoomRole.LEARNER, **changed: object) -> str:
    ticket = issue(
        lesson_id=lesson.pk,
        person_id=person_id,
        name=f"老师{person_id}",
        role=RoomRole(role),
        language="zh-hans",
        at=timezone.now(),
    )
    query = {"ticket": ticket, "connection": str(uuid.uuid4())} | changed
    return f"/live/room/{lesson.pk}/socket?{urlencode(query)}"


async def enter(lesson, person_id: int = 1, role: str = RoomRole.LEARNER, **changed) -> Line:
    return await Line(address(lesson, person_id, role, **changed)).open()


async def all_leave(*lines: Line) -> None:
    await asyncio.gather(*(line.leave() for line in lines))


@dataclass(frozen=True)
class Place:
    """A lesson as far as a socket sees it: a ticket is believed without a look at any table."""

    pk: uuid.UUID


@pytest.fixture
def place(settings) -> Place:
    settings.LIVE_BUS = "local"
    return Place(uuid.uuid4())


@pytest.fixture
def lesson(own_database, settings):
    settings.LIVE_BUS = "local"
    return LessonFactory()
