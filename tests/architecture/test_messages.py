"""Every sentence in code and templates has its Chinese: read out by Babel and Django, without GNU gettext."""

import re
from collections import defaultdict
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

from lms.runtime import paths
from lms.runtime.messages import APPS

KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "pgettext_lazy": ((1, "c"), 2),
    "ngettext_lazy": (1, 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# %(name)s, {name} and {{ name }} alike.
PLACEHOLDER = re.compile(r"%\((\w+)\)|\{(\w+)\}")


def sources() -> Iterator[tuple[str, bytes]]:
    for app in APPS:
        for path in sorted((paths.ROOT / app).rglob("*")):
            name = str(path.relative_to(paths.ROOT))
            if path.suffix == ".py" and "migrations" not in path.parts:
                yield name, path.read_bytes()
            elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
                # What is left of the template are calls of gettext; its indentation means nothing.
                calls = templatize(path.read_text()).splitlines()
                yield name, "\n".join(line.lstrip() for line in calls).encode()


def said() -> Iterator[tuple[str, str | tuple[str, ...], str | None]]:
    for name, source in sources():
        for _line, message, _comments, context in extract("python", BytesIO(source), KEYWORDS):
            yield name, message, context


def catalogues() -> list[tuple[Path, Catalog]]:
    found = []
    for app in APPS:
        for path in sorted((paths.ROOT / app).rglob("locale/zh_Hans/LC_MESSAGES/*.po")):
            with path.open("rb") as po:
                found.append((path.relative_to(paths.ROOT), read_po(po)))
    return found


def strings(words: str | tuple[str, ...]) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else tuple(words)


def test_what_a_page_says_has_one_chinese() -> None:
    """Catalogues are merged, so the first of two would be read everywhere: what differs needs a context.

    Names of fields (in small letters), which only the admin shows, are left to themselves.
    """
    chinese: defaultdict[tuple[str, str | None], set[str]] = defaultdict(set)
    for _path, catalogue in catalogues():
        for message in catalogue:
            words = strings(message.id)[0]
            if words and not words[0].islower():
                chinese[words, message.context].add(strings(message.string)[0])
    assert {key: said for key, said in chinese.items() if len(said) > 1} == {}


def test_every_message_has_its_chinese() -> None:
    chinese = {
        (strings(message.id)[0], message.context)
        for _path, catalogue in catalogues()
        for message in catalogue
        if message.id and all(strings(message.string)) and not message.fuzzy
    }
    missing = sorted(
        {
            (name, strings(message)[0])
            for name, message, context in said()
            if (strings(message)[0], context or None) not in chinese
        }
    )
    assert missing == []


def test_no_translation_is_fuzzy_or_loses_a_placeholder() -> None:
    wrong = [
        (str(path), strings(message.id)[0])
        for path, catalogue in catalogues()
        for message in catalogue
        if message.id
        and (
            message.fuzzy
            or not all(strings(message.string))
            or not placeholders(strings(message.string)) <= placeholders(strings(message.id))
            or not placeholders(strings(message.id)[-1:]) <= placeholders(strings(message.string))
        )
    ]
    assert wrong == []


def placeholders(words: tuple[str, ...]) -> set[str]:
    return {left or right for word in words for left, right in PLACEHOLDER.findall(word)}
