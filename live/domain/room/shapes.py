"""What pages get of a room's rows, ready to be sent. Moments are milliseconds since 1970."""

import datetime
from typing import Any

from live.domain.room.prompts import Tally, ends_at
from live.domain.room.rollcall import RollCall
from live.enums import MessageFate, QuestionState
from live.models.room import HandedFile, Message, Prompt, Question, Room

Shape = dict[str, Any]
_PRIVATE = (QuestionState.WAITING, QuestionState.MERGED, QuestionState.DECLINED)


def ms(at: datetime.datetime) -> int:
    """A moment as pages count it."""
    return round(at.timestamp() * 1000)


def ms_or_none(at: datetime.datetime | None) -> int | None:
    """The same, of what may never come."""
    return None if at is None else ms(at)


def chat(message: Message, name: str) -> Shape:
    """A line of chat. `key` tells a page its own."""
    return {
        "type": "chat" if message.fate == MessageFate.SHOWN else "chat.filtered",
        "id": message.pk,
        "key": str(message.key),
        "name": name,
        "role": message.role,
        "text": message.text,
        "at": ms(message.at),
    }


def reported(message: Message) -> Shape:
    """A line that somebody asks the assistant to look at."""
    return {
        "type": "chat.reported",
        "id": message.pk,
        "name": message.person.name,
        "text": message.text,
    }


def question(one: Question) -> Shape:
    """A question of `questions.counted`."""
    return {
        "type": "question",
        "id": one.pk,
        "key": str(one.key),
        "name": one.person.name,
        "text": one.text,
        "at": ms(one.at),
        "votes": one.voted,  # type: ignore[attr-defined]  # annotated by `counted`
        "state": one.state,
        "into": one.merged_into_id,
        "media_s": one.media_s,
        "answer": one.answer,
    }


def is_private(one: Question) -> bool:
    """Whether only who asked it and the hosts see it."""
    return one.state in _PRIVATE


def question_gone(one: Question) -> Shape:
    """For those who saw a question that is on the list no more."""
    return {"type": "question.gone", "id": one.pk, "into": one.merged_into_id}


def prompt(one: Prompt, number: int, tally: Tally | None) -> Shape:
    """What the room is asked. `number`: the how manieth of its lesson; what is right comes with the results."""
    return {
        "type": "prompt",
        "id": str(one.pk),
        "kind": one.kind,
        "title": one.title,
        "options": one.options,
        "number": number,
        "asked": ms(one.asked_at),
        "ends": ms(ends_at(one)),
        "results": (tally_of(one, tally) if tally and one.shown_at else None),
    }


def tally_of(one: Prompt, tally: Tally) -> Shape:
    """How it was answered; `right` says which options are, none where it has no right answer."""
    return {
        "type": "tally",
        "id": str(one.pk),
        "answered": tally.answered,
        "counts": tally.counts,
        "right": one.right,
        "wholly": tally.right,
    }


def roll_call(one: RollCall) -> Shape:
    """Who answered a sign-in or did not, for hosts."""
    return {
        "counts": {"answered": one.answered, "missing": one.missing},
        "found": one.found,
        "people": [{"name": name, "at": ms_or_none(at)} for name, at in one.named],
    }


def countdown(room: Room) -> Shape:
    """What every screen counts down to; `until` None: nothing."""
    until = room.countdown_until
    return {
        "type": "countdown",
        "until": ms_or_none(until),
        "words": room.countdown_words,
    }


def settings(room: Room) -> Shape:
    """How the room is set up."""
    return {"type": "settings", "slow_s": room.slow_s, "approve_first": room.approve_first}


def file(one: HandedFile) -> Shape:
    """A file that is handed out."""
    return {
        "type": "file",
        "id": str(one.pk),
        "name": one.name,
        "kind": one.kind,
        "size": one.size,
    }
