"""Finding courses: what an address asks for, what fits it, and how many each further choice would leave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, Count, F, Func, QuerySet, Value
from django.utils.translation import gettext_lazy as _

from courses.enums import Audience
from courses.models.pages import CoursePage
from courses.queries import published_courses
from lms.api.credit import Form, Level, Theme

if TYPE_CHECKING:
    from django.http import QueryDict

MOST_FOUND = 1000
"""A search looks no further than this many courses, the best first."""
LONGEST_QUERY = 100


@dataclass(frozen=True)
class Facet:
    """One property to choose by: its words, and the column (an array of words where `many`)."""

    name: str
    label: Any
    words: Mapping[str, Any]
    many: bool = False

    def narrow(self, courses: QuerySet[CoursePage], chosen: Sequence[str]) -> QuerySet[CoursePage]:
        """The courses that have one of the chosen words."""
        if not chosen:
            return courses
        lookup = "overlap" if self.many else "in"
        return courses.filter(**{f"{self.name}__{lookup}": list(chosen)})

    def words_of(self, alike: Mapping[str, Any]) -> frozenset[str]:
        """The words that courses of these properties have."""
        value = alike[self.name]
        return frozenset(value) if self.many else frozenset((str(value),))


FACETS = (
    Facet("audience", _("Audience"), dict(Audience.choices), many=True),
    Facet(
        "is_required", _("Required or elective"), {"True": _("Required"), "False": _("Elective")}
    ),
    Facet("form", _("Form"), dict(Form.choices)),
    Facet("level", _("Level"), dict(Level.choices)),
    Facet("themes", _("Theme"), dict(Theme.choices), many=True),
)


@dataclass(frozen=True)
class Wanted:
    """What an address asks for. Whatever it says that means nothing is left out."""

    q: str
    provider: str
    chosen: Mapping[str, tuple[str, ...]]

    @classmethod
    def read(cls, query: QueryDict) -> Wanted:
        """From the address's query string; PostgreSQL's text has no NUL."""
        chosen = {
            facet.name: tuple(word for word in facet.words if word in query.getlist(facet.name))
            for facet in FACETS
        }
        return cls(
            q=query.get("q", "").replace("\x00", "").strip()[:LONGEST_QUERY],
            provider=query.get("provider", "").replace("\x00", "")[:LONGEST_QUERY],
            chosen={name: words for name, words in chosen.items() if words},
        )

    def toggled(self, name: str, word: str) -> str:
        """The query string with one choice more, or one less."""
        before = self.chosen.get(name, ())
        after = tuple(one for one in before if one != word) if word in before else (*before, word)
        return self.query_string(dict(self.chosen) | {name: after})

    def query_string(self, chosen: Mapping[str, Sequence[str]] | None = None) -> str:
        """The address's query string; always with its question mark, so that it can stand alone as a link."""
        pairs = [("q", self.q)] * bool(self.q) + [("provider", self.provider)] * bool(self.provider)
        for name, words in (self.chosen if chosen is None else chosen).items():
            pairs += [(name, word) for word in words]
        return "?" + urlencode(pairs)


@dataclass(frozen=True)
class Chip:
    """One choice: where it leads, and how many courses it leaves."""

    label: Any
    count: int
    chosen: bool
    url: str


@dataclass(frozen=True)
class ChipRow:
    """A facet's choices."""

    label: Any
    chips: tuple[Chip, ...]


def find(wanted: Wanted) -> QuerySet[CoursePage]:
    """The courses that fit, with what a card shows: the best match first, without a search the latest first."""
    return _narrowed(_sought(wanted), wanted).defer("modules", "description")


def chip_rows(wanted: Wanted) -> tuple[ChipRow, ...]:
    """The choices there are; each counts what fits all other facets. One query, and one for the search."""
    # Courses whose properties are all alike, counted: fewer rows than courses, with every facet's counts in them.
    names = [facet.name for facet in FACETS]
    groups = list(_sought(wanted).order_by().values(*names).annotate(n=Count("pk")))
    rows = []
    for facet in FACETS:
        counts = _counts(facet, groups, wanted)
        chosen = wanted.chosen.get(facet.name, ())
        chips = tuple(
            Chip(label, counts.get(word, 0), word in chosen, wanted.toggled(facet.name, word))
            for word, label in facet.words.items()
            if counts.get(word) or word in chosen
        )
        if chosen or len(chips) > (0 if facet.many else 1):
            rows.append(ChipRow(facet.label, chips))
    return tuple(rows)


def _counts(facet: Facet, groups: Iterable[Mapping[str, Any]], wanted: Wanted) -> Counter[str]:
    """How many courses have each word of a facet, of those that fit the choices in all others."""
    others = [
        (other, set(wanted.chosen[other.name]))
        for other in FACETS
        if other is not facet and other.name in wanted.chosen
    ]
    counts: Counter[str] = Counter()
    for group in groups:
        if all(other.words_of(group) & chosen for other, chosen in others):
            counts.update(dict.fromkeys(facet.words_of(group), group["n"]))
    return counts


def _narrowed(courses: QuerySet[CoursePage], wanted: Wanted) -> QuerySet[CoursePage]:
    for facet in FACETS:
        courses = facet.narrow(courses, wanted.chosen.get(facet.name, ()))
    return courses


def _sought(wanted: Wanted) -> QuerySet[CoursePage]:
    courses = published_courses()
    if wanted.provider:
        courses = courses.filter(provider__slug=wanted.provider)
    if not wanted.q:
        return courses.order_by("-first_published_at", "-pk")
    found = CoursePage.objects.live().search(wanted.q)[:MOST_FOUND].get_queryset()
    keys = list(found.values_list("pk", flat=True))
    place = partial(Func, function="array_position")
    ranked = Value(keys, output_field=ArrayField(BigIntegerField()))
    return courses.filter(pk__in=keys).order_by(place(ranked, F("pk")))
