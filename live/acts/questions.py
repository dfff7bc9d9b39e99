"""Questions and raised hands, as acts."""

import datetime
from collections.abc import Callable
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from live.acts import ACTS, EVERYBODY, STAFF, Act, Answer, Caller
from live.acts.later import LATER
from live.domain.errors import Refused
from live.domain.room import hands, questions, shapes, state
from live.enums import RoomRole
from live.frames import panels as frames
from live.models.room import Question
from live.room.bus import tell


def _ask(caller: Caller, frame: frames.AskQuestion, at: datetime.datetime) -> Answer:
    asked = questions.ask(
        lesson_id=caller.lesson_id,
        person_id=caller.person_id,
        role=caller.role,
        key=frame.key,
        text=frame.text,
        at=at,
    )
    return _told([asked])


def _vote(caller: Caller, frame: frames.Vote, at: datetime.datetime) -> Answer:
    wanted = questions.vote(
        lesson_id=caller.lesson_id,
        question_id=frame.question,
        person_id=caller.person_id,
        at=at,
    )
    LATER.tell_once_kept((wanted.pk, "votes"), _tell_votes, caller.lesson_id, wanted.pk)
    return Answer(to_self=[{"type": "voted", "id": wanted.pk}])


def _tell_votes(lesson_id: Any, question_id: int) -> None:
    wanted = questions.counted(lesson_id).get(pk=question_id)
    shape = shapes.question(wanted)
    tell(lesson_id, {"type": "votes", "id": wanted.pk, "votes": shape["votes"]})


def _handled(act: Callable[..., Any]) -> Callable[[Caller, Any, datetime.datetime], Answer]:
    """An act of who looks after the room, upon one question."""

    def run(caller: Caller, frame: Any, at: datetime.datetime) -> Answer:
        more: dict[str, Any] = {"text": frame.text} if isinstance(frame, frames.Write) else {}
        if isinstance(frame, frames.Merge):
            more = {"into_id": frame.into}
        changed = act(
            lesson_id=caller.lesson_id,
            question_id=frame.question,
            by_id=caller.person_id,
            at=at,
            **more,
        )
        return _told([changed] if isinstance(changed, Question) else list(changed))

    return run


def _told(changed: list[Question]) -> Answer:
    """Public questions to the room; the others to hosts and who asked, and to the room only that they are gone."""
    answer: dict[str, Any] = {"to_room": [], "to_hosts": [], "to_persons": {}}
    for one in changed:
        shape = shapes.question(one)
        if not shapes.is_private(one):
            answer["to_room"].append(shape)
            continue
        answer["to_room"].append(shapes.question_gone(one))
        answer["to_hosts"].append(shape)
        answer["to_persons"].setdefault(one.person_id, []).append(shape)
    return Answer(**answer)


def _raise(caller: Caller, _frame: frames.RaiseHand, at: datetime.datetime) -> Answer:
    hands.raise_hand(lesson_id=caller.lesson_id, person_id=caller.person_id, at=at)
    return _hand(caller, caller.person_id, up=True)


def _lower(caller: Caller, frame: frames.LowerHand, at: datetime.datetime) -> Answer:
    person_id = caller.person_id if frame.person is None else frame.person
    if person_id != caller.person_id and caller.role == RoomRole.LEARNER:
        raise Refused("not-allowed", _("You may not do this in this room."))
    hands.lower_hand(lesson_id=caller.lesson_id, person_id=person_id, at=at)
    return _hand(caller, person_id, up=False)


def _call(caller: Caller, frame: frames.CallOn, at: datetime.datetime) -> Answer:
    hands.call_on(lesson_id=caller.lesson_id, person_id=frame.person, at=at)
    return _hand(caller, frame.person, up=True, called=True)


def _hand(caller: Caller, person_id: int, *, up: bool, called: bool = False) -> Answer:
    queue = {"type": "hands", "hands": state.hands_up(caller.lesson_id)}
    return Answer(
        to_hosts=[queue],
        to_persons={person_id: [{"type": "hand", "up": up, "called": called}]},
    )


_everybody, _staff = partial(Act, roles=EVERYBODY), partial(Act, roles=STAFF, per_minute=120)
ACTS.update(
    {
        frames.AskQuestion: _everybody(_ask, per_minute=10),
        frames.Vote: _everybody(_vote, per_minute=60),
        frames.Approve: _staff(_handled(questions.approve)),
        frames.Decline: _staff(_handled(questions.decline)),
        frames.Merge: _staff(_handled(questions.merge)),
        frames.TakeUp: _staff(_handled(questions.take_up)),
        frames.Finish: _staff(_handled(questions.finish)),
        frames.Write: _staff(_handled(questions.write)),
        frames.RaiseHand: _everybody(_raise, per_minute=20),
        frames.LowerHand: _everybody(_lower, per_minute=120),
        frames.CallOn: _staff(_call),
    }
)
