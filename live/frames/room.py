"""What a page sends over a room's socket: each message as a class, read by its fields; `parse` refuses the rest."""

import json
import math
import types
import typing
import uuid
from collections.abc import Callable
from dataclasses import MISSING, dataclass, field, fields
from enum import Enum
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from live.domain.errors import Refused

MOST_BYTES = 4096
MOST_CHARS = 500
"""Of a text whose field does not say otherwise by `text(most=...)`."""
MOST_INT = 2**53
TOO_LARGE = 4413


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """A message of a page. Fields are bool, int, float, str, UUID, an Enum of strings, or one of these or None.

    `ref`: a number of the page's own; "done" or "no" comes back with it.
    """

    ref: int | None = None


FRAMES: dict[str, type[Frame]] = {}
"""Every message there is, by its type."""

_FIELDS: dict[type[Frame], list[tuple[str, tuple[type, ...], int, bool]]] = {}
"""Name, types, most characters, and whether it must be there, of each field."""

Kind = TypeVar("Kind", bound=type[Frame])


def frame(name: str) -> Callable[[Kind], Kind]:
    """Enter a class into the table: what says `"type": name` is one of these."""

    def enter(kind: Kind) -> Kind:
        FRAMES[name] = kind
        _FIELDS[kind] = _fields_of(kind)
        return kind

    return enter


def _fields_of(kind: type[Frame]) -> list[tuple[str, tuple[type, ...], int, bool]]:
    hints = typing.get_type_hints(kind)
    found = []
    for one in fields(kind):
        hint = hints[one.name]
        types_ = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
        needed = one.default is MISSING
        found.append((one.name, types_, one.metadata.get("most", MOST_CHARS), needed))
    return found


def text(*, most: int) -> Any:
    """A field for a text of at most so many characters."""
    return field(metadata={"most": most})


@frame("beat")
@dataclass(frozen=True, kw_only=True, slots=True)
class Beat(Frame):
    """A page is there: whether its picture plays, where (seconds of media time), and whether it is out of sight."""

    playing: bool
    hidden: bool
    position_s: float | None = None


@frame("hello")
@dataclass(frozen=True, kw_only=True, slots=True)
class Hello(Frame):
    """A page is connected, and has seen messages up to `since`: what came later is sent again."""

    since: int = 0


def parse(said: str) -> Frame:
    """The message that a page sent. Raises Refused."""
    if len(said) > MOST_BYTES:
        raise Refused("too-large", _("This message is too long."), close=TOO_LARGE)
    try:
        data: Any = json.loads(said)
        kind = FRAMES[data["type"]]
        values = {
            name: _value(data[name], types_, most)
            for name, types_, most, needed in _FIELDS[kind]
            if needed or name in data
        }
    except (ValueError, RecursionError, KeyError, TypeError) as error:
        message = _("This message cannot be read. Reload the page.")
        raise Refused("malformed", message) from error
    return kind(**values)


def _value(value: Any, kinds: tuple[type, ...], most: int) -> Any:
    """The value as one of the types. Raises ValueError."""
    for kind in kinds:
        if type(value) is kind and kind in (bool, types.NoneType):
            return value
        if kind is int and type(value) is int and abs(value) < MOST_INT:
            return value
        if kind is float and type(value) in (int, float) and math.isfinite(value):
            return float(value)
        if kind is str and type(value) is str and len(value) <= most and "\0" not in value:
            # A lone half of a pair cannot be stored or sent on.
            return value.encode().decode()
        if type(value) is str and (kind is uuid.UUID or issubclass(kind, Enum)):
            return kind(value)
    raise ValueError
