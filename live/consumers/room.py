"""A room's socket: a ticket opens it, then what the page says is read, judged and done. A plain ASGI application."""

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable, Iterator, MutableMapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import parse_qs
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import Error as DatabaseAway
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from live.acts import ACTS, Act, Answer, Caller, Reading, chat, prompts, questions, rooms, stage
from live.consumers import signs
from live.consumers.database import Crew, in_database
from live.consumers.together import Together
from live.core import steady
from live.domain import lines
from live.domain.errors import Refused
from live.frames import room as frames
from live.room.bus import To
from live.room.hub import Hub, Member, Written, hub_of_loop, written
from live.room.outbox import Outbox
from live.room.rates import Bucket, Flood, Verdict
from live.room.tickets import Ticket, opened

log = logging.getLogger(__name__)

GROUPS = (chat, questions, prompts, rooms, stage)
"""Modules that have entered their acts into the table by being imported."""

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

Said = tuple[list[tuple[To, dict[str, Any]]], Sequence[dict[str, Any] | Written]]
"""What an act leads to: for others, and for the caller's own page."""
NOTHING: Said = ([], ())

TRY_AGAIN = 1013
"""Close code: come back as from a broken line."""

#: More acts than that do not wait for a thread: people are asked to try again.
_crew = Crew(4, most_waiting=400, name="live-room")
_kept_since = in_database(lines.kept_since)
_together: "WeakKeyDictionary[asyncio.AbstractEventLoop, Together]" = WeakKeyDictionary()


async def room(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
    """Keep one viewer's line to a room until it is closed."""
    await receive()
    await send({"type": "websocket.accept"})
    who = _who(scope)
    if who is None:
        message = _("Your way into this room has run out. Reload the page.")
        return await _close(send, Refused("ticket", message, close=4401))
    ticket, connection = who
    with translation.override(ticket.language):
        try:
            await _Line(ticket, connection, hub_of_loop(_kept_since), receive, send).run()
        except Refused as refused:
            await _close(send, refused)


def _who(scope: MutableMapping[str, Any]) -> tuple[Ticket, uuid.UUID] | None:
    """Whose ticket it is and which of their pages; None where the address does not say so rightly."""
    asked = parse_qs(scope["query_string"].decode("latin-1"))
    lesson_id = scope["url_route"]["kwargs"]["lesson_id"]
    ticket = opened(asked.get("ticket", [""])[0], lesson_id, timezone.now())
    try:
        connection = uuid.UUID(asked.get("connection", [""])[0])
    except ValueError:
        return None
    return None if ticket is None else (ticket, connection)


async def _close(send: Send, refused: Refused) -> None:
    no = {"type": "no", "code": refused.code, "message": refused.message}
    with suppress(OSError):
        await send({"type": "websocket.send", "text": f"[{written(no)}]"})
        await send({"type": "websocket.close", "code": refused.close, "reason": refused.code})


class _Line:
    """One connection that a ticket has opened."""

    def __init__(
        self, ticket: Ticket, connection: uuid.UUID, hub: Hub, receive: Receive, send: Send
    ) -> None:
        self._hub, self._receive, self._send = hub, receive, send
        self._loop = asyncio.get_running_loop()
        self._caller = Caller(
            ticket.lesson_id, ticket.person_id, ticket.name, ticket.role, connection
        )
        self._member = Member(
            ticket, connection, Outbox(send), self.close, Flood.calm(self._loop.time())
        )
        self._closing: asyncio.Task[None] | None = None

    def close(self, code: int, message: str) -> None:
        """Have this line closed from elsewhere, with a word why."""
        refused = Refused("replaced", message, close=code)
        self._closing = asyncio.ensure_future(_close(self._send, refused))

    async def run(self) -> None:
        """Until the page or the server closes it. Raises Refused where the page is to be told why."""
        self._check_places()
        with steady.held():
            former = self._hub.join(self._member)
            if former is not None:
                former.close(4409, _("This page has connected anew."))
            signs.joined(self._caller)
            if not signs.is_keeping_up():
                self._hub.say(self._member, signs.keeping(False))
            code = 0
            try:
                code = await self._listen()
            finally:
                if await self._hub.leave(self._member):
                    signs.left(self._caller, code)
                if self._hub.is_empty:
                    await signs.write_the_rest()

    def _check_places(self) -> None:
        ticket, here = self._member.ticket, self._hub.room(self._member.ticket.lesson_id)
        if here is None or self._member.key in here.members:
            return
        if len(here.members) >= settings.LIVE_ROOM_SOCKETS:
            raise Refused("full", _("This room is full. Trying again in a moment."), close=4503)
        devices = self._hub.devices(ticket.lesson_id, ticket.person_id)
        if len(devices) >= settings.LIVE_PERSON_SOCKETS:
            devices[0].close(4429, _("You have opened this lesson on too many devices or pages."))

    async def _listen(self) -> int:
        """The code that the line was closed with."""
        while True:
            message = await self._receive()
            if message["type"] == "websocket.disconnect":
                return int(message.get("code") or 0)
            if self._is_heard():
                await self._take(message)

    def _is_heard(self) -> bool:
        match self._member.flood.heard(self._loop.time()):
            case Verdict.HEARD:
                return True
            case Verdict.WARNED:
                self._no(
                    "slower", _("Too many messages at once. Some were not taken; wait a moment.")
                )
            case Verdict.MUTED:
                self._no("muted", _("Too many messages: nothing is taken from you for a while."))
            case Verdict.CLOSED:
                raise Refused(
                    "too-many", _("Closed: too many messages came from this page."), close=4429
                )
        return False

    async def _take(self, message: Message) -> None:
        """One message: read, then done, or answered with a sentence."""
        ref = None
        try:
            frame = frames.parse(message.get("text") or "")
            ref = frame.ref
            others, to_self = await self._do(frame)
        except Refused as refused:
            if refused.close in (frames.TOO_LARGE, TRY_AGAIN):
                raise
            self._no(refused.code, refused.message, ref)
            return
        for to, one in others:
            self._hub.publish(self._caller.lesson_id, one, to=to)
        for own in to_self:
            self._hub.say(self._member, own)
        if ref is not None:
            self._hub.say(self._member, {"type": "done", "ref": ref})

    async def _do(self, frame: frames.Frame) -> Said:
        if isinstance(frame, frames.Beat):
            await signs.beaten(self._caller, frame)
            return NOTHING
        if isinstance(frame, frames.Hello):
            await self._catch_up(frame.since)
            return NOTHING
        act = ACTS.get(type(frame))
        if act is None or self._caller.role not in act.roles:
            raise Refused("not-allowed", _("You may not do this in this room."))
        self._check_rate(frame, act)
        if isinstance(act, Reading):
            answer = await _asked(act, self._caller)
            return answer.to_others, answer.to_self
        if not act.durable:
            answer = act.run(self._caller, frame, steady.now())
            return answer.to_others, answer.to_self
        return await _in_thread(act, self._caller, frame)

    async def _catch_up(self, since: int) -> None:
        """Raises Refused, which closes the line, where the database is away: the page comes back and asks again."""
        try:
            await self._hub.catch_up(self._member, since)
        except DatabaseAway as error:
            log.warning("A page could not hear what it had missed: %s", error)
            raise Refused("busy", _busy(), close=TRY_AGAIN) from error

    def _check_rate(self, frame: frames.Frame, act: Act | Reading) -> None:
        now, room = self._loop.time(), self._hub.room(self._caller.lesson_id)
        if room is None:
            return
        key = self._caller.person_id, type(frame).__name__
        bucket = room.rates.get(key)
        if bucket is None:
            most = max(1.0, act.per_minute / 4)
            bucket = room.rates[key] = Bucket.full(per_s=act.per_minute / 60, most=most, now=now)
        if not bucket.take(now):
            raise Refused("too-fast", _("This was too quick after the last one. Wait a moment."))

    def _no(self, code: str, message: str, ref: int | None = None) -> None:
        no = {"type": "no", "code": code, "message": message}
        self._hub.say(self._member, no if ref is None else no | {"ref": ref})


async def _in_thread(act: Act, caller: Caller, frame: frames.Frame) -> Said:
    """Run an act in the caller's language. Raises Refused."""
    language = translation.get_language()
    # When it came, not when a thread was free: an answer in time stays in time.
    at = steady.now()

    def run() -> Said:
        with translation.override(language), transaction.atomic():
            answer = act.run(caller, frame, at)
            kept = lines.keep(caller.lesson_id, answer.to_others, at)
            return [(one.to, one.message) for one in kept], answer.to_self

    with _said_when_busy():
        return await _crew.do(run)


async def _asked(act: Reading, caller: Caller) -> Answer:
    """What somebody asks for, answered with whoever asks the same meanwhile. Raises Refused."""
    loop = asyncio.get_running_loop()
    together = _together.get(loop)
    if together is None:
        together = _together[loop] = Together(_crew.do)
    with _said_when_busy():
        return await together.answer(act, caller)


@contextmanager
def _said_when_busy() -> Iterator[None]:
    """Raises Refused where the database is away or too much waits for it."""
    try:
        yield
    except (Crew.Busy, DatabaseAway) as error:
        log.warning("An act in a room was not done: %r", error)
        raise Refused("busy", _busy()) from error


def _busy() -> str:
    return _("The server cannot take this now. Try again in a moment.")
