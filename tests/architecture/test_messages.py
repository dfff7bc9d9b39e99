"""Every sentence in code and templates has its Chinese: read out by Babel and Django, without GNU gettext."""

import re
from collections import defaultdict
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po
from django.apps import apps
from django.db.models import Model
from django.utils import translation
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
SMALL_LETTERS = re.compile(r"[a-z]")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
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


def test_names_of_models_and_fields_their_help_and_choices_are_chinese() -> None:
    """What nobody named, or named without a translation, the admin would show in English."""
    with translation.override("zh-hans"):
        english = [
            (model._meta.label, name, str(words))
            for model in apps.get_models()
            if ours(model)
            for name, words in shown_of(model)
            if SMALL_LETTERS.search(str(words)) and not CHINESE.search(str(words))
        ]
    assert english == [("people.Person", "language", "English")]  # as every language names itself


def shown_of(model: type[Model]) -> Iterator[tuple[str, object]]:
    """The words by which a model and the fields that it declares are shown."""
    yield "", model._meta.verbose_name
    yield "", model._meta.verbose_name_plural
    for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
        if field.auto_created or declared_elsewhere(model, field.name):
            continue
        yield field.name, field.verbose_name
        yield field.name, field.help_text
        for _value, label in field.flatchoices:
            yield field.name, label


def declared_elsewhere(model: type[Model], name: str) -> bool:
    """Whether a library's abstract model brought the field."""
    bases = [base for base in model.__mro__[1:] if hasattr(base, "_meta") and not ours(base)]
    return any(name in {one.name for one in base._meta.get_fields()} for base in bases)


def ours(model: type[Model]) -> bool:
    return model.__module__.split(".")[0] in APPS


def placeholders(words: tuple[str, ...]) -> set[str]:
    return {left or right for word in words for left, right in PLACEHOLDER.findall(word)}
