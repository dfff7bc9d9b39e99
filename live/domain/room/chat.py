"""Chat: written, kept, filtered, reported, taken off the screens; muted and slowed."""

import datetime
import uuid

from django.utils import timezone
from django.utils.translation import gettext as _

from live.domain.errors import Refused
from live.domain.room.text import check_not_muted, cleaned, is_filtered
from live.enums import MessageFate, RoomRole
from live.models.room import (
    Message,
    MessageClearance,
    MessageRemoval,
    MessageReport,
    Mute,
    Room,
)

MOST_CHARS = 300
MOST_MUTE_MINUTES = 600


def say(
    *,
    lesson_id: uuid.UUID,
    person_id: int,
    role: RoomRole,
    key: uuid.UUID,
    text: str,
    at: datetime.datetime,
) -> Message:
    """Keep a line of chat; its fate says whether others see it. The same `key` again gives the same row.

    Raises Refused. Learners wait between two lines in slow mode, and their lines pass the word filter.
    """
    if kept := Message.objects.filter(lesson=lesson_id, person=person_id, key=key).first():
        return kept
    text = cleaned(text, most=MOST_CHARS)
    fate = MessageFate.SHOWN
    if role == RoomRole.LEARNER:
        check_not_muted(lesson_id, person_id, at)
        _check_slow(lesson_id, person_id, at)
        if is_filtered(lesson_id, text, timezone.localdate(at)):
            fate = MessageFate.FILTERED
    message, _made = Message.objects.get_or_create(
        lesson_id=lesson_id,
        person_id=person_id,
        key=key,
        defaults={"role": role, "text": text, "fate": fate, "at": at},
    )
    return message


def _check_slow(lesson_id: uuid.UUID, person_id: int, at: datetime.datetime) -> None:
    room = Room.objects.filter(pk=lesson_id).first()
    if room is None or not room.slow_s:
        return
    newest = Message.objects.filter(lesson=lesson_id, person=person_id).order_by("at").last()
    wait_s = 0.0 if newest is None else room.slow_s - (at - newest.at).total_seconds()
    if wait_s > 0:
        raise Refused(
            "slow",
            _("Slow mode: you can write again in %(seconds)d s.") % {"seconds": int(wait_s) + 1},
        )


def report(*, lesson_id: uuid.UUID, message_id: int, by_id: int, at: datetime.datetime) -> Message:
    """Ask the assistant to look at a message; once per person. Raises Refused."""
    message = _message(lesson_id, message_id)
    MessageReport.objects.get_or_create(message=message, by_id=by_id, defaults={"at": at})
    return message


def remove(*, lesson_id: uuid.UUID, message_id: int, by_id: int, at: datetime.datetime) -> Message:
    """Take a message off the screens; the log keeps it. Raises Refused."""
    message = _message(lesson_id, message_id)
    MessageRemoval.objects.get_or_create(message=message, defaults={"by_id": by_id, "at": at})
    return message


def leave(*, lesson_id: uuid.UUID, message_id: int, by_id: int, at: datetime.datetime) -> Message:
    """Leave a message that was reported where it is; nobody is asked to look at it again. Raises Refused."""
    message = _message(lesson_id, message_id)
    MessageClearance.objects.get_or_create(message=message, defaults={"by_id": by_id, "at": at})
    return message


def mute(
    *,
    lesson_id: uuid.UUID,
    person_id: int,
    is_muted: bool,
    minutes: int = 0,
    by_id: int,
    at: datetime.datetime,
) -> Mute:
    """Let somebody write no more, or again; for so many minutes, 0: for the whole lesson. Raises Refused."""
    if not 0 <= minutes <= MOST_MUTE_MINUTES:
        raise Refused("too-long", _("Somebody is muted for ten hours at most."))
    until = at + datetime.timedelta(minutes=minutes) if is_muted and minutes else None
    return Mute.objects.create(
        lesson_id=lesson_id, person_id=person_id, is_muted=is_muted, until=until, by_id=by_id, at=at
    )


def author_of(lesson_id: uuid.UUID, message_id: int) -> int:
    """Who wrote a message that may be muted for it. Raises Refused."""
    message = _message(lesson_id, message_id)
    if message.role != RoomRole.LEARNER:
        raise Refused("not-a-learner", _("Trainers and assistants cannot be muted."))
    return message.person_id


def _message(lesson_id: uuid.UUID, message_id: int) -> Message:
    found = Message.objects.select_related("person").filter(lesson=lesson_id, pk=message_id).first()
    if found is None:
        raise Refused("gone", _("This message is not of this room."))
    return found
