"""Chat, as acts."""

import datetime
from functools import partial

from live.acts import ACTS, EVERYBODY, STAFF, Act, Answer, Caller
from live.domain.room import chat, shapes, state
from live.enums import MessageFate
from live.frames import panels as frames


def _say(caller: Caller, frame: frames.Say, at: datetime.datetime) -> Answer:
    line = chat.say(
        lesson_id=caller.lesson_id,
        person_id=caller.person_id,
        role=caller.role,
        key=frame.key,
        text=frame.text,
        at=at,
    )
    shape = shapes.chat(line, caller.name)
    if line.fate == MessageFate.FILTERED:
        return Answer(to_hosts=[shape], to_self=[shape])
    return Answer(to_room=[shape])


def _report(caller: Caller, frame: frames.Report, at: datetime.datetime) -> Answer:
    chat.report(lesson_id=caller.lesson_id, message_id=frame.message, by_id=caller.person_id, at=at)
    return Answer(to_hosts=[_looked_after(caller, at)])


def _leave(caller: Caller, frame: frames.Leave, at: datetime.datetime) -> Answer:
    chat.leave(lesson_id=caller.lesson_id, message_id=frame.message, by_id=caller.person_id, at=at)
    return Answer(to_hosts=[_looked_after(caller, at)])


def _remove(caller: Caller, frame: frames.Remove, at: datetime.datetime) -> Answer:
    line = chat.remove(
        lesson_id=caller.lesson_id, message_id=frame.message, by_id=caller.person_id, at=at
    )
    return Answer(
        to_room=[{"type": "chat.gone", "id": line.pk}], to_hosts=[_looked_after(caller, at)]
    )


def _mute(caller: Caller, frame: frames.MuteAuthor, at: datetime.datetime) -> Answer:
    person_id = chat.author_of(caller.lesson_id, frame.message)
    return _set_mute(caller, person_id, at, minutes=frame.minutes, is_muted=True)


def _unmute(caller: Caller, frame: frames.Unmute, at: datetime.datetime) -> Answer:
    return _set_mute(caller, frame.person, at, is_muted=False)


def _set_mute(
    caller: Caller, person_id: int, at: datetime.datetime, *, is_muted: bool, minutes: int = 0
) -> Answer:
    kept = chat.mute(
        lesson_id=caller.lesson_id,
        person_id=person_id,
        is_muted=is_muted,
        minutes=minutes,
        by_id=caller.person_id,
        at=at,
    )
    told = {"type": "muted", "is_muted": is_muted, "until": shapes.ms_or_none(kept.until)}
    return Answer(to_hosts=[_looked_after(caller, at)], to_persons={person_id: [told]})


def _looked_after(caller: Caller, at: datetime.datetime) -> shapes.Shape:
    return {"type": "looked-after", **state.looked_after(caller.lesson_id, at)}


_everybody, _staff = partial(Act, roles=EVERYBODY), partial(Act, roles=STAFF)
ACTS.update(
    {
        frames.Say: _everybody(_say, per_minute=30),
        frames.Report: _everybody(_report, per_minute=10),
        frames.Remove: _staff(_remove, per_minute=60),
        frames.Leave: _staff(_leave, per_minute=60),
        frames.MuteAuthor: _staff(_mute, per_minute=60),
        frames.Unmute: _staff(_unmute, per_minute=60),
    }
)
