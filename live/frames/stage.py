"""What is said about the stage: somebody is invited, says yes or no, and two browsers find each other."""

from dataclasses import dataclass

from live.frames.room import Frame, frame, text

SIGNAL_CHARS = 2500
"""A description of a connection comes in parts of so many: a frame has 4 KB, such a text up to 8."""
MOST_PARTS = 12
_SLIP_CHARS = 300


@frame("stage.invite")
@dataclass(frozen=True, kw_only=True, slots=True)
class Invite(Frame):
    """A host asks somebody on stage."""

    person: int


@frame("stage.suggest")
@dataclass(frozen=True, kw_only=True, slots=True)
class Suggest(Frame):
    """An assistant asks the studio that is on air to bring somebody on stage: only there pictures are mixed."""

    person: int


@frame("stage.accept")
@dataclass(frozen=True, kw_only=True, slots=True)
class Accept(Frame):
    """Who was asked comes, or does not."""

    invitation: str = text(most=_SLIP_CHARS)
    comes: bool


@frame("stage.signal")
@dataclass(frozen=True, kw_only=True, slots=True)
class Signal(Frame):
    """A part of what one browser says to the other."""

    seat: str = text(most=_SLIP_CHARS)
    number: int
    part: int
    parts: int
    text: str = text(most=SIGNAL_CHARS)


@frame("stage.leave")
@dataclass(frozen=True, kw_only=True, slots=True)
class Leave(Frame):
    """Either of the two ends it."""

    seat: str = text(most=_SLIP_CHARS)
