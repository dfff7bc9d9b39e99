"""Sign-ins, polls and answer cards, as acts."""

import datetime
import uuid
from functools import partial

from django.utils.translation import gettext as _

from live.acts import ACTS, EVERYBODY, STAFF, Act, Answer, Caller
from live.acts.later import LATER
from live.domain.errors import Refused
from live.domain.room import prompts, rollcall, shapes, signins, state
from live.enums import PromptKind
from live.frames import panels as frames
from live.models.room import Prompt
from live.room.bus import tell


def _ask(caller: Caller, frame: frames.AskRoom, at: datetime.datetime) -> Answer:
    if frame.kind == PromptKind.SIGN_IN:
        raise Refused("not-allowed", _("You may not do this in this room."))
    asked = prompts.ask(
        lesson_id=caller.lesson_id,
        kind=frame.kind,
        title=frame.title,
        options=frame.options.splitlines(),
        right=frames.bits(frame.right),
        window_s=frame.window_s,
        by_id=caller.person_id,
        at=at,
        public_id=frame.key,
    )
    return Answer(to_room=[state.asked(asked)])


def _sign_in(caller: Caller, frame: frames.AskSignIn, at: datetime.datetime) -> Answer:
    asked = signins.ask_now(
        lesson_id=caller.lesson_id,
        window_s=frame.window_s,
        by_id=caller.person_id,
        at=at,
        public_id=frame.key,
    )
    return Answer(to_room=[state.asked(asked)])


def _answer(caller: Caller, frame: frames.AnswerPrompt, at: datetime.datetime) -> Answer:
    answered = prompts.answer(
        lesson_id=caller.lesson_id,
        prompt_id=frame.prompt,
        person_id=caller.person_id,
        connection=caller.connection,
        key=frame.key,
        choice=frames.bits(frame.choice),
        at=at,
    )
    LATER.tell_once_kept((frame.prompt, "tally"), _tell_tally, caller.lesson_id, frame.prompt)
    said = {"type": "answered", "id": str(frame.prompt), "choice": answered.choice}
    return Answer(to_persons={caller.person_id: [said]})


def _tell_tally(lesson_id: uuid.UUID, prompt_id: uuid.UUID) -> None:
    prompt = prompts.find(lesson_id, prompt_id)
    tell(lesson_id, _tally(prompt), to="hosts")


def _show(caller: Caller, frame: frames.ShowResults, at: datetime.datetime) -> Answer:
    shown = prompts.show(lesson_id=caller.lesson_id, prompt_id=frame.prompt, at=at)
    return Answer(to_room=[state.asked(shown)])


def _tally(prompt: Prompt) -> shapes.Shape:
    return shapes.tally_of(prompt, prompts.tallies([prompt])[prompt.pk])


def _random(caller: Caller, frame: frames.RandomSignIns, at: datetime.datetime) -> Answer:
    signins.set_random(lesson_id=caller.lesson_id, count=frame.count, at=at)
    return Answer(to_hosts=[{"type": "random", "count": frame.count}])


def _who(caller: Caller, frame: frames.WhoSignedIn, at: datetime.datetime) -> Answer:
    found = rollcall.roll_call(
        lesson_id=caller.lesson_id,
        prompt_id=frame.prompt,
        is_missing=frame.missing,
        name=frame.name.strip(),
        at=at,
    )
    asked = {"id": str(frame.prompt), "missing": frame.missing, "name": frame.name}
    return Answer(to_self=[{"type": "signin.who", **asked, **shapes.roll_call(found)}])


_staff = partial(Act, roles=STAFF, per_minute=30)
ACTS.update(
    {
        frames.AskRoom: _staff(_ask),
        frames.AskSignIn: _staff(_sign_in),
        frames.AnswerPrompt: Act(_answer, roles=EVERYBODY, per_minute=60),
        frames.ShowResults: _staff(_show),
        frames.WhoSignedIn: Act(_who, roles=STAFF, per_minute=60),
        frames.RandomSignIns: _staff(_random),
    }
)
