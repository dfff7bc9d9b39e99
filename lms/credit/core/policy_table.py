"""A table of a policy file, read key by key, so that every mistake is told with its place."""

import difflib
import re
from collections.abc import Collection
from datetime import date, datetime
from typing import Any, NoReturn

from lms.credit.core.hours import NO_HOURS, Hours

# Of C0 and C1 all but tab and line ends: no database keeps the first of them, and nobody sees the others.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_LONGEST_WORD = 60


class PolicyError(ValueError):
    """A policy file that cannot be used: which file, where in it, and what is wrong there.

    `template` and `params` are the reason as a sentence with %-places, for whoever has it in another language.
    """

    line: int | None = None
    """The line of the file, where it could be found."""

    def __init__(self, file: str, place: str, template: str, **params: object) -> None:
        """`place` is a path like `requirement[2].counts.forms[0]`, empty for the whole file."""
        self.file, self.place, self.template, self.params = file, place, template, params
        self.reason = template % params
        super().__init__(file, place, self.reason)

    def __str__(self) -> str:
        line = f" (line {self.line})" if self.line else ""
        return ": ".join(part for part in (self.file, self.place, self.reason) if part) + line


class Table:
    """One table of the file. Every key must be asked for, or `finish` refuses it as unknown."""

    def __init__(self, file: str, place: str, content: object) -> None:
        """Refuse anything but a table."""
        self._file, self.place = file, place
        if not isinstance(content, dict):
            raise PolicyError(file, place, "must be a table of keys and values")
        self._content: dict[str, Any] = content
        self._asked: list[str] = []

    def refuse(self, key: str, template: str, **params: object) -> NoReturn:
        """Raise PolicyError at `key` (empty: at the table itself)."""
        place = f"{self.place}.{key}" if self.place and key else self.place or key
        raise PolicyError(self._file, place, template, **params)

    def has(self, key: str) -> bool:
        """Whether the key is there; it then counts as known."""
        self._asked.append(key)
        return key in self._content

    def finish(self) -> None:
        """Refuse the first key that nobody asked for."""
        for key in self._content:
            if key not in self._asked:
                self._refuse_unknown(key, self._asked)

    def _get(self, key: str) -> Any:
        if not self.has(key):
            self.refuse(key, "is missing")
        return self._content[key]

    def text(self, key: str) -> str:
        """A text that is not blank."""
        value = self._get(key)
        if not isinstance(value, str) or not value.strip():
            self.refuse(key, 'must be a text in quotes, like "..."')
        if _CONTROL.search(value):
            self.refuse(key, "must be a text without control characters")
        return value.strip()

    def word(self, key: str, allowed: Collection[str]) -> str:
        """One of the allowed words."""
        return self._checked_word(key, self._get(key), allowed)

    def words(self, key: str, allowed: Collection[str]) -> frozenset[str]:
        """A list of allowed words, none twice; without the key, none."""
        if not self.has(key):
            return frozenset()
        value = self._content[key]
        if not isinstance(value, list) or not value:
            self.refuse(key, 'must be a list of words, like ["..."], and not empty')
        found = [
            self._checked_word(f"{key}[{place}]", word, allowed) for place, word in enumerate(value)
        ]
        for place, word in enumerate(found):
            if word in found[:place]:
                self.refuse(f"{key}[{place}]", "%(word)r stands there twice", word=word)
        return frozenset(found)

    def _checked_word(self, key: str, word: object, allowed: Collection[str]) -> str:
        if not isinstance(word, str) or word not in allowed:
            self._refuse_word(key, word, allowed)
        return word

    def _refuse_word(self, key: str, word: object, allowed: Collection[str]) -> NoReturn:
        known, meant = ", ".join(allowed) or "none", _meant(word, allowed)
        if len(repr(word)) > _LONGEST_WORD:
            word = f"{str(word)[:_LONGEST_WORD]}…"
        if meant:
            self.refuse(
                key,
                "unknown word %(word)r, did you mean %(meant)r? (known: %(known)s)",
                word=word,
                meant=meant,
                known=known,
            )
        self.refuse(key, "unknown word %(word)r (known: %(known)s)", word=word, known=known)

    def _refuse_unknown(self, key: str, known: Collection[str]) -> NoReturn:
        names = ", ".join(dict.fromkeys(known))
        if meant := _meant(key, known):
            self.refuse(
                key,
                "unknown key, did you mean %(meant)r? (known: %(known)s)",
                meant=meant,
                known=names,
            )
        self.refuse(key, "unknown key (known: %(known)s)", known=names)

    def flag(self, key: str) -> bool | None:
        """True or false; without the key, None."""
        if not self.has(key):
            return None
        value = self._content[key]
        if not isinstance(value, bool):
            self.refuse(key, "must be true or false")
        return value

    def whole(self, key: str, least: int, most: int) -> int:
        """A whole number between two others."""
        value = self._get(key)
        if type(value) is not int or not least <= value <= most:
            self.refuse(
                key, "must be a whole number from %(least)s to %(most)s", least=least, most=most
            )
        return value

    def whole_of(self, key: str, allowed: Collection[int]) -> int:
        """One of some whole numbers."""
        value = self._get(key)
        if type(value) is not int or value not in allowed:
            self.refuse(key, "must be one of %(known)s", known=", ".join(map(str, allowed)))
        return value

    def hours(self, key: str, most: Hours) -> Hours:
        """Hours, in quotes: a number without them is not exact."""
        value = self._get(key)
        if not isinstance(value, str):
            self.refuse(key, 'must be hours in quotes, like "7.5"')
        try:
            found = Hours.parse(value)
        except ValueError:
            self.refuse(key, NO_HOURS, text=value[:40])
        if found > most:
            self.refuse(key, "must be at most %(most)s hours", most=most)
        return found

    def day(self, key: str) -> date:
        """A date, without quotes: 2011-01-01."""
        value = self._get(key)
        if not isinstance(value, date) or isinstance(value, datetime):
            self.refuse(key, "must be a date without quotes, like 2011-01-01")
        if not 1900 <= value.year <= 2999:
            self.refuse(key, "must lie in the years 1900 to 2999")
        return value

    def holds_table(self, key: str) -> bool:
        """Whether a table stands at the key, rather than a single value."""
        return self.has(key) and isinstance(self._content[key], dict)

    def table(self, key: str) -> "Table":
        """A table inside this one."""
        return Table(self._file, self._place_of(key), self._get(key))

    def tables(self, key: str) -> list["Table"]:
        """The tables headed [[key]], perhaps none."""
        if not self.has(key):
            return []
        value = self._content[key]
        if not isinstance(value, list):
            self.refuse(key, "must be headed [[%(name)s]], in double brackets", name=key)
        return [
            Table(self._file, f"{self._place_of(key)}[{place}]", content)
            for place, content in enumerate(value)
        ]

    def _place_of(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place else key


def _meant(word: object, known: Collection[str]) -> str:
    close = difflib.get_close_matches(str(word), list(known), n=1)
    return close[0] if close else ""
