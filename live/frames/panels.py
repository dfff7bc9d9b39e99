"""What a room's page asks for besides beats: chat, questions, hands, prompts, how the room is set up."""

import uuid
from dataclasses import dataclass

from live.enums import PromptKind, Reaction
from live.frames.room import Frame, frame, text

OPTIONS_CHARS = 700


@frame("state")
@dataclass(frozen=True, kw_only=True, slots=True)
class State(Frame):
    """A page has come in and wants all that it shows."""


@frame("mine")
@dataclass(frozen=True, kw_only=True, slots=True)
class Mine(Frame):
    """How one stands: minutes counted, what is needed."""


@frame("chat.say")
@dataclass(frozen=True, kw_only=True, slots=True)
class Say(Frame):
    """A line of chat; `key` is the same when it is tried again."""

    key: uuid.UUID
    text: str


@frame("chat.report")
@dataclass(frozen=True, kw_only=True, slots=True)
class Report(Frame):
    """The assistant should look at a line."""

    message: int


@frame("chat.remove")
@dataclass(frozen=True, kw_only=True, slots=True)
class Remove(Frame):
    """Take a line off the screens."""

    message: int


@frame("chat.mute")
@dataclass(frozen=True, kw_only=True, slots=True)
class MuteAuthor(Frame):
    """Mute who wrote a line, for so many minutes; 0: for the whole lesson."""

    message: int
    minutes: int = 0


@frame("chat.leave")
@dataclass(frozen=True, kw_only=True, slots=True)
class Leave(Frame):
    """A line that was reported is looked at and stays."""

    message: int


@frame("chat.unmute")
@dataclass(frozen=True, kw_only=True, slots=True)
class Unmute(Frame):
    """Let somebody write again."""

    person: int


@frame("qa.ask")
@dataclass(frozen=True, kw_only=True, slots=True)
class AskQuestion(Frame):
    """A question to the trainer; `key` is the same when it is tried again."""

    key: uuid.UUID
    text: str


@frame("qa.vote")
@dataclass(frozen=True, kw_only=True, slots=True)
class Vote(Frame):
    """Want a question answered, too."""

    question: int


@frame("qa.approve")
@dataclass(frozen=True, kw_only=True, slots=True)
class Approve(Frame):
    """Let a question through."""

    question: int


@frame("qa.decline")
@dataclass(frozen=True, kw_only=True, slots=True)
class Decline(Frame):
    """Take a question off the list."""

    question: int


@frame("qa.merge")
@dataclass(frozen=True, kw_only=True, slots=True)
class Merge(Frame):
    """A question goes into another."""

    question: int
    into: int


@frame("qa.take")
@dataclass(frozen=True, kw_only=True, slots=True)
class TakeUp(Frame):
    """The trainer answers it now."""

    question: int


@frame("qa.finish")
@dataclass(frozen=True, kw_only=True, slots=True)
class Finish(Frame):
    """It is answered."""

    question: int


@frame("qa.write")
@dataclass(frozen=True, kw_only=True, slots=True)
class Write(Frame):
    """Answer in writing."""

    question: int
    text: str = text(most=1000)


@frame("hand.raise")
@dataclass(frozen=True, kw_only=True, slots=True)
class RaiseHand(Frame):
    """Raise one's hand."""


@frame("hand.lower")
@dataclass(frozen=True, kw_only=True, slots=True)
class LowerHand(Frame):
    """Lower one's hand; a host names somebody whose turn is over."""

    person: int | None = None


@frame("hand.call")
@dataclass(frozen=True, kw_only=True, slots=True)
class CallOn(Frame):
    """It is somebody's turn."""

    person: int


@frame("prompt.ask")
@dataclass(frozen=True, kw_only=True, slots=True)
class AskRoom(Frame):
    """A poll or an answer card; `options` one a line, `right` a bit each."""

    key: uuid.UUID
    kind: PromptKind
    window_s: int
    title: str
    options: str = text(most=OPTIONS_CHARS)
    right: int = 0


@frame("prompt.answer")
@dataclass(frozen=True, kw_only=True, slots=True)
class AnswerPrompt(Frame):
    """An answer; `choice` a bit each option, 0 at a sign-in; `key` is the same when it is tried again."""

    prompt: uuid.UUID
    key: uuid.UUID
    choice: int = 0


@frame("prompt.show")
@dataclass(frozen=True, kw_only=True, slots=True)
class ShowResults(Frame):
    """Close a poll and show its results to the room."""

    prompt: uuid.UUID


@frame("signin.ask")
@dataclass(frozen=True, kw_only=True, slots=True)
class AskSignIn(Frame):
    """A sign-in now; `key` is the same when it is tried again."""

    key: uuid.UUID
    window_s: int


@frame("signin.who")
@dataclass(frozen=True, kw_only=True, slots=True)
class WhoSignedIn(Frame):
    """Who has answered a sign-in, or (`missing`) was there and has not; only names that hold `name`."""

    prompt: uuid.UUID
    missing: bool
    name: str = ""


@frame("signin.random")
@dataclass(frozen=True, kw_only=True, slots=True)
class RandomSignIns(Frame):
    """How many sign-ins chance asks for."""

    count: int


@frame("room.slow")
@dataclass(frozen=True, kw_only=True, slots=True)
class Slow(Frame):
    """Seconds between two messages of a learner."""

    seconds: int


@frame("room.gate")
@dataclass(frozen=True, kw_only=True, slots=True)
class Gate(Frame):
    """Whether questions are approved first."""

    is_on: bool


@frame("room.countdown")
@dataclass(frozen=True, kw_only=True, slots=True)
class CountDown(Frame):
    """A countdown on every screen; 0: none."""

    seconds: int
    words: str = ""


@frame("react")
@dataclass(frozen=True, kw_only=True, slots=True)
class React(Frame):
    """A sign that flies over the picture."""

    kind: Reaction


@frame("taste")
@dataclass(frozen=True, kw_only=True, slots=True)
class SetTaste(Frame):
    """What one likes to see over the picture."""

    barrage: bool
    reactions: bool


def bits(mask: int) -> list[int]:
    """Numbers of the bits that are set, of the first 32."""
    return [number for number in range(32) if mask >> number & 1]
