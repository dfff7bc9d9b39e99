"""A teacher's hours: all of them by month, and why each is what it is."""

import uuid
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from lms.credit import queries
from lms.credit.enums import AccountKind
from lms.people import queries as people
from lms.people.models import Person
from lms.web.entries import Shown, by_month, hours_of_year, newest_first

PAGE = 30


@dataclass(frozen=True, kw_only=True)
class Filter:
    """One way to narrow the list, and how many it leaves."""

    state: str
    label: str | Promise
    count: int


@require_safe
def hours(request: HttpRequest, public_id: uuid.UUID | None = None) -> HttpResponse:
    """The list with the chosen booking beside it; `?pane=1` is that panel alone, for the script that swaps it in."""
    person: Any = request.user
    entries = newest_first(queries.entries_of(person))
    chosen = _named(entries, public_id) if public_id else None
    if chosen and "pane" in request.GET:
        return render(request, "lms/hours_why.html", _why(person, chosen))
    filters = _filters(entries)
    state = request.GET.get("state", "")
    listed = [one for one in entries if one.state == state] if state else entries
    page = _page(request, listed, chosen)
    chosen = chosen or next(iter(page.object_list), None)
    year = timezone.localdate().year
    context = {
        "page": page,
        "months": by_month(list(page.object_list)),
        "state": state,
        "filters": filters,
        "counts": {one.state: one.count for one in filters},
        "balance": queries.balance(person),
        "year": year,
        "this_year": hours_of_year(entries, AccountKind.CONFIRMED, year),
        "waits_since": min(
            (one.entry.booking.recorded_at for one in entries if one.is_pending), default=None
        ),
        "opened": public_id is not None,
        **_why(person, chosen),
    }
    return render(request, "lms/hours.html", context)


def _named(entries: list[Shown], public_id: uuid.UUID) -> Shown:
    for one in entries:
        if one.entry.id == public_id:
            return one
    raise Http404


def _page(request: HttpRequest, listed: list[Shown], chosen: Shown | None) -> Page[Shown]:
    """The page asked for; without a number the one that holds the chosen booking."""
    pages = Paginator(listed, PAGE)
    if "page" not in request.GET and chosen in listed:
        return pages.get_page(listed.index(chosen) // PAGE + 1)
    return pages.get_page(request.GET.get("page"))


def _filters(entries: list[Shown]) -> list[Filter]:
    counts = Counter(one.state for one in entries)
    labels = {
        AccountKind.PENDING: _("Waiting"),
        AccountKind.CONFIRMED: _("Confirmed"),
        AccountKind.REJECTED: _("Not accepted"),
    }
    whole = Filter(state="", label=_("All"), count=len(entries))
    return [
        whole,
        *(
            Filter(state=state.value, label=label, count=counts[state.value])
            for state, label in labels.items()
        ),
    ]


def _why(person: Person, chosen: Shown | None) -> dict[str, Any]:
    """The panel: the booking, and whom it waits for."""
    if chosen is None:
        return {"chosen": None}
    today = timezone.localdate()
    school = people.school_of(person, today) if chosen.is_pending else None
    verifiers = people.verifiers_of(school, today).exclude(pk=person.pk) if school else ()
    return {"chosen": chosen, "steps": chosen.steps(verifiers)}
