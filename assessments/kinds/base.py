"""What a kind of question is, and the kinds there are. Other plugins add theirs in `register`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from string import ascii_lowercase
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.core.marking import Rule

if TYPE_CHECKING:
    from django.utils.functional import Promise

#: One letter an option, and nobody reads more than this on a phone.
MOST_OPTIONS = 12
RIGHT_SIGNS = ("*", "＊")


class Malformed(ValueError):
    """What an author wrote cannot be a question of this kind; the message is a translated sentence."""


@dataclass(frozen=True, kw_only=True)
class Option:
    """A possible answer; `key` is one short word, stable within its question."""

    key: str
    text: str
    right: bool

    def as_json(self) -> dict[str, Any]:
        """How it is stored."""
        return {"key": self.key, "text": self.text, "right": self.right}


@dataclass(frozen=True, kw_only=True)
class QuestionKind:
    """A kind of question.

    `parse` turns an author's lines into options (raises Malformed), `lines` is its inverse for the editor, `rule` marks
    an answer. `several`: more than one option may be chosen. `how` is said beside the question, before it is answered.
    """

    key: str
    label: str | Promise
    how: str | Promise
    several: bool
    parse: Callable[[Sequence[str]], tuple[Option, ...]]
    lines: Callable[[Sequence[Option]], list[str]]
    rule: Rule
    order: int = 0


class Kinds:
    """The kinds of question that are installed, by key."""

    def __init__(self) -> None:
        """Start empty."""
        self._by_key: dict[str, QuestionKind] = {}

    def add(self, *kinds: QuestionKind) -> None:
        """Add kinds. A key that is taken is a mistake of whoever installs two plugins: said at start."""
        for kind in kinds:
            if self._by_key.get(kind.key, kind) is not kind:
                raise ValueError(f"Two plugins contribute question kind {kind.key!r}. Remove one.")
            self._by_key[kind.key] = kind

    def get(self, key: str) -> QuestionKind | None:
        """The kind, or None when its plugin is not installed."""
        return self._by_key.get(key)

    def all(self) -> tuple[QuestionKind, ...]:
        """Every kind, in the order in which an author is offered them."""
        return tuple(sorted(self._by_key.values(), key=lambda kind: (kind.order, kind.key)))


kinds = Kinds()


def starred(lines: Sequence[str]) -> tuple[Option, ...]:
    """Options from lines, right ones beginning with a star; at least two, all different."""
    options = []
    for key, line in zip(ascii_lowercase, lines, strict=False):
        text = line.lstrip("*＊ \t　")
        if not text:
            raise Malformed(_("An option is empty. Write its text after the star."))
        options.append(Option(key=key, text=text, right=line.startswith(RIGHT_SIGNS)))
    if len(lines) > MOST_OPTIONS:
        raise Malformed(
            ngettext("At most %(most)d option.", "At most %(most)d options.", MOST_OPTIONS)
            % {"most": MOST_OPTIONS}
        )
    if len(options) < 2:
        raise Malformed(_("Write at least two options, one a line."))
    if len({option.text for option in options}) < len(options):
        raise Malformed(_("Two options say the same."))
    return tuple(options)


def star_lines(options: Sequence[Option]) -> list[str]:
    """The inverse of `starred`."""
    return [f"* {option.text}" if option.right else option.text for option in options]
