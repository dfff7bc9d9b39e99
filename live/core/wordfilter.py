"""Whether a line holds one of the words that a room does not show."""

import unicodedata
from collections.abc import Iterable


def plain(text: str) -> str:
    """What is compared: full-width and capital forms made alike, all but letters and digits left out.

    So that neither `Ａ　Ｂ` nor `a-b` gets round `ab`.
    """
    alike = unicodedata.normalize("NFKC", text).casefold()
    return "".join(one for one in alike if unicodedata.category(one)[0] in "LNM")


def words_in(lists: Iterable[str]) -> frozenset[str]:
    """The words of lists that have one a line, ready to compare."""
    return frozenset(word for one in lists for line in one.splitlines() if (word := plain(line)))


def holds_one_of(text: str, words: frozenset[str]) -> bool:
    """Whether any of the words (of `words_in`) stands in the text."""
    bare = plain(text)
    return any(word in bare for word in words)
