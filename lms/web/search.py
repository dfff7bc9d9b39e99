"""Search that knows Chinese: Wagtail's PostgreSQL backend with text and queries cut into words, pairs and pinyin.

PostgreSQL takes a run of Han characters for one word, so what is indexed is cut first: into the words that rjieba
finds, every character, every pair of neighbours (师德 is found in 师德师风, whose words are 师德师 and 风), and the
pinyin and its initials from every character on. All that Wagtail indexes goes through here, the admin's lists too.
"""

import copy
import re
from collections.abc import Callable, Iterable, Iterator
from functools import reduce
from operator import and_, or_
from typing import Any

import pypinyin
import rjieba
from django.contrib.postgres.search import SearchQuery
from modelsearch.backends.database.postgres.postgres import (
    PostgresAutocompleteQueryCompiler,
    PostgresIndex,
    PostgresSearchBackend,
    PostgresSearchQueryCompiler,
)
from modelsearch.backends.database.postgres.query import Lexeme
from modelsearch.index import AutocompleteField, RelatedFields, SearchField
from modelsearch.query import PlainText

PINYIN_RUN = 8
"""How many characters' pinyin is written together: 京师学前教育发展 is found by jingshixueqianjiaoyufazhan."""
PINYIN_OF = 200
"""Pinyin is indexed for a text's first characters only: titles are sought by it, chapters are not."""
QUERY_LENGTH = 100
"""What is sought is cut here; longer queries cost time and find nothing more."""

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_RUNS = re.compile(rf"[{_HAN}]+|[^\W{_HAN}]+", re.UNICODE)
_IS_HAN = re.compile(f"[{_HAN}]")


def _runs(text: str) -> Iterator[tuple[str, bool]]:
    """Runs of Han characters, and of other letters and digits, each with whether it is Han."""
    for found in _RUNS.finditer(text):
        yield found.group(), bool(_IS_HAN.match(found.group()))


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)]


def _pinyin(run: str) -> Iterator[str]:
    syllables = pypinyin.lazy_pinyin(run, errors="ignore")
    for start in range(len(syllables)):
        together = syllables[start : start + PINYIN_RUN]
        yield "".join(together)
        yield "".join(syllable[0] for syllable in together)


def words_to_index(text: str) -> str:
    """The text's searchable words, separated by spaces."""
    words: list[str] = []
    spelt = 0
    for run, han in _runs(text):
        words.append(run)
        if han:
            words += [*rjieba.cut_for_search(run), *run, *_pairs(run)]
            words += _pinyin(run[: max(0, PINYIN_OF - spelt)])
            spelt += len(run)
    return " ".join(words)


def _lexemes_of(run: str, *, han: bool) -> Any:
    """What must be found for a run: Han by its pairs or by its words, the rest by its beginning."""
    if not han:
        return Lexeme(run.lower(), prefix=True)
    if len(run) == 1:
        return Lexeme(run)
    words = [word for word in rjieba.cut(run) if word.strip()]
    ways = [reduce(and_, map(Lexeme, _pairs(run))), reduce(and_, map(Lexeme, words))]
    return reduce(or_, ways)


class CutQuery:
    """A query compiler's part: plain text is cut like what was indexed."""

    def build_tsquery_content(self, query: Any, config: Any = None, invert: bool = False) -> Any:
        """As Wagtail's, except for plain text; text without a letter finds nothing."""
        if not isinstance(query, PlainText) or invert:
            return super().build_tsquery_content(query, config=config, invert=invert)  # type: ignore[misc]
        runs = [_lexemes_of(run, han=han) for run, han in _runs(query.query_string[:QUERY_LENGTH])]
        if not runs:
            return SearchQuery("", config=config)
        return SearchQuery(
            reduce(and_ if query.operator == "and" else or_, runs), search_type="raw", config=config
        )


class QueryCompiler(CutQuery, PostgresSearchQueryCompiler):
    """Search."""


class AutocompleteQueryCompiler(CutQuery, PostgresAutocompleteQueryCompiler):
    """Search while typing, as the admin's lists do."""


def _flat(value: Any) -> str:
    """A field's value as one text; it may be text, a list or a mapping of them, or a number."""
    if isinstance(value, dict):
        value = value.values()
    if isinstance(value, str) or not isinstance(value, Iterable):
        return "" if value is None else str(value)
    return " ".join(map(_flat, value))


def _same(obj: Any) -> Any:
    return obj


def _cut_field(field: Any, inner: Callable[[Any], Any] = _same) -> Any:
    """The same search field, giving its value cut; `inner` gets at the model's object."""
    twin = copy.copy(field)
    if isinstance(field, RelatedFields):
        twin.get_value = lambda obj: field.get_value(inner(obj))
        twin.fields = [_cut_field(one) for one in field.fields]
    elif isinstance(field, SearchField | AutocompleteField):
        twin.get_value = lambda obj: words_to_index(_flat(field.get_value(inner(obj))))
    return twin


class CutObject:
    """An object as the indexer sees it, with every text cut."""

    def __init__(self, obj: Any) -> None:
        self.obj = obj
        self.pk = obj.pk

    def get_search_fields(self) -> list[Any]:
        """The model's search fields, giving cut values."""
        return [_cut_field(field, lambda cut: cut.obj) for field in self.obj.get_search_fields()]


class Index(PostgresIndex):
    """The index, filled with cut text."""

    def add_items(self, model: Any, objs: Iterable[Any]) -> None:
        """Index objects."""
        super().add_items(model, [CutObject(obj) for obj in objs])


class SearchBackend(PostgresSearchBackend):
    """Named by WAGTAILSEARCH_BACKENDS."""

    query_compiler_class = QueryCompiler
    autocomplete_query_compiler_class = AutocompleteQueryCompiler
    index_class = Index
