"""The text of a policy as TOML: what cannot be read is refused with its line and a reason that a writer understands."""

import re
import tomllib
from typing import Any, Final, NoReturn

from lms.credit.core.policy_table import PolicyError

LONGEST: Final = 200_000
"""Characters of a policy's text."""

_DEEPEST = 20
_PLACE = re.compile(r" \(at (?:line ([0-9]+), column [0-9]+|end of document)\)$")
_BRACKET = re.compile(r"[\[\]{}]")
# A dotted key of very many parts: tomllib needs time for it that grows with the square of their number.
_LONG_KEY = re.compile(r"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){20}""")
_LONG_NUMBER = re.compile(r"[0-9_]{4300}")

# How what tomllib says begins, and what it means for somebody who writes a policy.
MEANINGS: Final = (
    ("Expected '=' after a key", 'must be a key, an equals sign and a value, like kind = "must"'),
    (
        "Expected newline or end",
        "something stands after the value: each key needs a line of its own",
    ),
    ("Invalid statement", "a line begins with a key or with a heading in brackets"),
    (
        "Invalid initial character for a key",
        "a key must stand here: small letters, hyphens, underscores",
    ),
    (
        "Invalid value",
        'is no value: texts and hours stand in straight quotes, "7.5", dates and counts in none',
    ),
    ("Invalid date", "there is no such day"),
    (
        "Cannot declare",
        "this heading stands there twice; only [[...]] in double brackets may come again",
    ),
    (
        "Cannot overwrite a value",
        "this stands there twice: a key may come once under its heading, and a heading that comes"
        " again needs double brackets, [[...]]",
    ),
    ("Duplicate inline table key", "this key stands twice in the braces"),
    ("Cannot mutate", "this belongs to a table that is complete already"),
    ("Cannot redefine", "this belongs to a table that is complete already"),
    ("Unclosed", "a bracket or brace is not closed, or a comma is missing in it"),
    ("Expected ']", "the heading's bracket is not closed"),
    ("Illegal character '\\n'", "the quote at the end of the text is missing"),
    ("Unterminated string", "the quote at the end of the text is missing"),
    ("Expected \"'", "the quote at the end of the text is missing"),
    ("Illegal character", "a control character stands here; delete it"),
    ("Found invalid character", "a control character stands here; delete it"),
    ("Unescaped", "a backslash in a text must be written twice"),
    ("Invalid hex value", "a backslash in a text must be written twice"),
    ("Escaped character", "a backslash in a text must be written twice"),
)


def parsed_toml(name: str, text: str) -> dict[str, Any]:
    """What the text of the file `name` says; PolicyError with line and reason where it is no TOML.

    A byte order mark, as some editors put one first, is no mistake.
    """
    text = text.removeprefix("\ufeff")
    if len(text) > LONGEST:
        raise PolicyError(name, "", "is longer than %(most)s characters", most=LONGEST)
    if found := _LONG_KEY.search(text):
        _refuse(name, _line_at(text, found), "nested too deeply")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _explained(name, text, str(error)) from error
    except RecursionError:
        _refuse(name, _deep_line(text), "nested too deeply")
    except ValueError as error:
        # Python reads no whole number of so many digits.
        found = _LONG_NUMBER.search(text)
        if found is None:
            raise PolicyError(name, "", "cannot be read: %(error)s", error=error) from error
        _refuse(name, _line_at(text, found), "a number has too many digits")


def _refuse(name: str, line: int | None, template: str, **params: object) -> NoReturn:
    error = PolicyError(name, "", template, **params)
    error.line = line
    raise error


def _explained(name: str, text: str, said: str) -> PolicyError:
    place = _PLACE.search(said)
    for begins, meaning in MEANINGS:
        if said.startswith(begins):
            error = PolicyError(name, "", meaning)
            break
    else:
        reason = said[: place.start()] if place else said
        error = PolicyError(name, "", "cannot be read: %(error)s", error=reason)
    if place:
        error.line = int(place[1]) if place[1] else text.rstrip().count("\n") + 1
    return error


def _line_at(text: str, found: re.Match[str]) -> int:
    return text.count("\n", 0, found.start()) + 1


def _deep_line(text: str) -> int | None:
    """The line where brackets lie too deep in each other; those in texts do no harm here."""
    depth = 0
    for found in _BRACKET.finditer(text):
        depth += 1 if found[0] in "[{" else -1
        if depth > _DEEPEST:
            return _line_at(text, found)
    return None
