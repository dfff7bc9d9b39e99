"""Where in a policy file (TOML) a place such as `requirement[2].counts.forms[0]` stands: its line.

tomllib keeps no lines. It has read the file before, so the file is sound, and this only follows headings and keys.
"""

import re
from collections import Counter

# One piece of TOML: what must be skipped whole, what structures it, or a bare word.
_PIECE = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*"
    r"|\n|\[\[|\]\]|[\[\]{}=,.]"
    r"|[^\s\[\]{}=,.\#\"']+",
    re.DOTALL,
)
_STEPS = re.compile(r"[^.\[\]]+|\[[0-9]+\]")


def line_of(text: str, place: str) -> int | None:
    """The line (from 1) of a place, or of the nearest thing around it that has one; None for the whole file."""
    lines = _lines(text)
    steps = _STEPS.findall(place)
    for end in range(len(steps), 0, -1):
        found = lines.get("".join(_joined(steps[:end])))
        if found:
            return found
    return None


def _joined(steps: list[str]) -> list[str]:
    return [
        step if at == 0 or step.startswith("[") else f".{step}" for at, step in enumerate(steps)
    ]


def _lines(text: str) -> dict[str, int]:
    """Each place of the file with its line."""
    places: dict[str, int] = {}
    heads: Counter[str] = Counter()
    prefix = ""
    for number, statement in _statements(text):
        first = statement[0][1]
        if first in ("[", "[["):
            name = "".join(piece for _, piece in statement if piece not in ("[", "]", "[[", "]]"))
            prefix = _under(name, heads, again=first == "[[")
            places.setdefault(prefix, number)
            places.setdefault(prefix.partition("[")[0], number)
        else:
            follower = _Follower(prefix, places)
            for piece in statement:
                follower.take(*piece)
    return places


def _under(name: str, heads: "Counter[str]", *, again: bool) -> str:
    """The place that a heading opens: `[[a]]` a further one, `[a.b]` a table of the last `[[a]]`."""
    if again:
        heads[name] += 1
        return f"{name}[{heads[name] - 1}]"
    first, dot, rest = name.partition(".")
    return f"{first}[{heads[first] - 1}]{dot}{rest}" if heads[first] else name


def _statements(text: str) -> list[tuple[int, list[tuple[int, str]]]]:
    """Headings and assignments, each with its line and its pieces (and theirs); comments are left out."""
    found: list[tuple[int, list[tuple[int, str]]]] = []
    pieces: list[tuple[int, str]] = []
    line, depth = 1, 0
    for match in _PIECE.finditer(text):
        piece = match[0]
        if piece == "\n":
            line += 1
            if pieces and not depth:
                found.append((pieces[0][0], pieces))
                pieces = []
            continue
        if not piece.startswith("#"):
            pieces.append((line, piece))
            depth += piece.count("[") * (piece in ("[", "[[")) + (piece == "{")
            depth -= piece.count("]") * (piece in ("]", "]]")) + (piece == "}")
        line += piece.count("\n")
    return [*found, (pieces[0][0], pieces)] if pieces else found


class _Follower:
    """Goes along an assignment: its key, and what stands inside its arrays and inline tables."""

    def __init__(self, prefix: str, places: dict[str, int]) -> None:
        self._places = places
        self._inside = [prefix]
        # Of each array that is open, which item comes; None in a table.
        self._items: list[int | None] = [None]
        self._key: list[str] = []

    def take(self, line: int, piece: str) -> None:
        """The next piece."""
        if piece in ("[", "[[", "{"):
            for one in piece:
                self._open(line, None if one == "{" else 0)
        elif piece in ("]", "]]", "}"):
            for _ in piece:
                self._close()
        elif piece == ",":
            self._next()
        elif piece == "=" or self._items[-1] is not None:
            self._places.setdefault(self._place(), line)
        elif piece != ".":
            self._key.append(piece.strip("\"'"))

    def _place(self) -> str:
        if self._items[-1] is not None:
            return f"{self._inside[-1]}[{self._items[-1]}]"
        return ".".join(part for part in (self._inside[-1], *self._key) if part)

    def _open(self, line: int, first: int | None) -> None:
        place = self._place()
        self._places.setdefault(place, line)
        self._inside.append(place)
        self._items.append(first)
        self._key = []

    def _close(self) -> None:
        if len(self._inside) > 1:
            self._inside.pop()
            self._items.pop()
        self._key = []

    def _next(self) -> None:
        if self._items[-1] is not None:
            self._items[-1] += 1
        self._key = []
