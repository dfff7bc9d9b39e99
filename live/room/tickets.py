"""Tickets to a room: what a page that asked the rules lets its socket say without a query."""

import datetime
import uuid
from dataclasses import dataclass
from typing import Any

from django.core import signing

from live.enums import RoomRole

GOOD_FOR = datetime.timedelta(hours=12)
_SALT = "live.room"


@dataclass(frozen=True, slots=True)
class Ticket:
    """Who comes into which room."""

    lesson_id: uuid.UUID
    person_id: int
    name: str
    role: RoomRole
    language: str


def issue(
    *,
    lesson_id: uuid.UUID,
    person_id: int,
    name: str,
    role: RoomRole,
    language: str,
    at: datetime.datetime,
) -> str:
    """A ticket good for GOOD_FOR. The caller has asked whether the person may attend, and as what."""
    until = int((at + GOOD_FOR).timestamp())
    said = [lesson_id.hex, person_id, name, role, language, until]
    return signing.Signer(salt=_SALT).sign_object(said)


def opened(ticket: str, lesson_id: uuid.UUID, at: datetime.datetime) -> Ticket | None:
    """What a ticket says; None where we did not write it, it is for another room, or its time is over."""
    try:
        said: Any = signing.Signer(salt=_SALT).unsign_object(ticket)
    except signing.BadSignature:
        return None
    lesson, person_id, name, role, language, until = said
    if lesson != lesson_id.hex or at.timestamp() > until:
        return None
    return Ticket(lesson_id, person_id, name, RoomRole(role), language)
