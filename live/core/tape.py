"""What a lesson's recording consists of, told by the names of its files alone.

`<take>-<epoch>/init.mp4` and `<take>-<epoch>/<number>-<from>-<to>.m4s`: the epoch is the Unix time of the take's first
picture, `from` and `to` are its seconds, all in whole microseconds. A take whose recorder was begun anew, for another
size of the picture, has a folder more. So the files are the index: there is no list
that a crash could leave half written or out of step with them.
"""

import enum
import re
from collections.abc import Iterable
from dataclasses import dataclass

INIT_NAME = "init.mp4"
ENDED_NAME = "ended"
US = 1_000_000
_FOLDER = re.compile(r"([0-9]{4})-([0-9]{16})")
_PIECE = re.compile(r"([0-9]{6})-([0-9]{1,15})-([0-9]{1,15})\.m4s")
_CUT = re.compile(r"cut-([0-9]{4})-([0-9]{1,15})-([0-9]{1,15})")
FILES = re.compile(
    r"live(?:\.a|\.s|\.all)?\.m3u8|replay(?:\.a|\.s|\.all)?\.m3u8|state\.json|"
    r"[0-9]{4}-[0-9]{16}/(?:init(?:\.[as])?\.mp4|[0-9]{6}-[0-9]{1,15}-[0-9]{1,15}(?:\.[as])?\.m4s)|"
    r"slides/[0-9a-f-]{36}-[0-9]{4}(?:\.s)?\.webp"
)
"""All that a viewer can ask for of a lesson."""


class Form(enum.Enum):
    """What of a recording is played. The value is in the names: `init.s.mp4`, `000001-0-1000000.s.m4s`, `live.s.m3u8`.

    WHOLE is what is kept; of the others there is no file among the recording's.
    """

    WHOLE = ""
    SOUND = ".a"
    SMALL = ".s"

    def named(self, file: str) -> str:
        """The name of a file of the recording in this form."""
        stem, _, ending = file.rpartition(".")
        return f"{stem}{self.value}.{ending}"

    @classmethod
    def of(cls, name: str) -> tuple["Form", str]:
        """The form of a name, and the name of the whole. A slide's small picture (`.s.webp`) is a file of its own."""
        for form in (cls.SOUND, cls.SMALL):
            if f"{form.value}.m" in name:
                return form, name.replace(f"{form.value}.m", ".m")
        return cls.WHOLE, name


@dataclass(frozen=True, order=True)
class Piece:
    """One segment; `start_us` and `end_us` count from the take's epoch."""

    number: int
    start_us: int
    end_us: int

    @property
    def name(self) -> str:
        """Its file's name."""
        return f"{self.number:06d}-{self.start_us}-{self.end_us}.m4s"

    @property
    def length_us(self) -> int:
        """How long it is."""
        return self.end_us - self.start_us


@dataclass(frozen=True, order=True)
class TakeName:
    """What a take's folder is called."""

    number: int
    epoch_us: int

    def __str__(self) -> str:
        return f"{self.number:04d}-{self.epoch_us:016d}"


@dataclass(frozen=True)
class Take:
    """A take and its segments in order."""

    name: TakeName
    pieces: tuple[Piece, ...]

    @property
    def last_us(self) -> int:
        """Unix time of its last picture."""
        return self.name.epoch_us + (self.pieces[-1].end_us if self.pieces else 0)


def take_named(folder: str) -> TakeName | None:
    """The take of a folder; None where the folder is none."""
    match = _FOLDER.fullmatch(folder)
    return None if match is None else TakeName(int(match[1]), int(match[2]))


def piece_named(file: str) -> Piece | None:
    """The segment of a file's name; None for init segments and what is half written."""
    match = _PIECE.fullmatch(file)
    return None if match is None else Piece(int(match[1]), int(match[2]), int(match[3]))


@dataclass(frozen=True, order=True)
class CutName:
    """How the replay is cut, as the name of an empty file says it; the highest number holds."""

    number: int
    from_us: int
    to_us: int

    @property
    def file(self) -> str:
        """Its file's name."""
        return f"cut-{self.number:04d}-{self.from_us}-{self.to_us}"


def cut_named(file: str) -> CutName | None:
    """The cut of a file's name."""
    match = _CUT.fullmatch(file)
    return None if match is None else CutName(int(match[1]), int(match[2]), int(match[3]))


def cut_out(takes: Iterable[Take], cut: tuple[int, int] | None) -> tuple[list[Take], int]:
    """The takes with the pieces that a cut (microseconds of the recording) touches, and where the first of them begins.

    Nothing is encoded anew, so a replay begins and ends with a segment.
    """
    if cut is None:
        return list(takes), 0
    found: list[Take] = []
    at_us = first_us = 0
    for take in takes:
        kept: list[Piece] = []
        for piece in take.pieces:
            if at_us < cut[1] and at_us + piece.length_us > cut[0]:
                first_us = first_us if found or kept else at_us
                kept.append(piece)
            at_us += piece.length_us
        if kept:
            found.append(Take(take.name, tuple(kept)))
    return found, first_us


def recorded_us(takes: Iterable[Take]) -> int:
    """How much there is to play."""
    return sum(piece.length_us for take in takes for piece in take.pieces)
