"""A teacher's hours: all of them by month, and why each is what it is."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from lms.credit import queries
from lms.credit.core.hours import total
from lms.credit.core.moves import COUNTED
from lms.credit.enums import AccountKind
from lms.credit.queries import Tally
from lms.people import queries as people
from lms.people.models import Person
from lms.web.entries import STATES, Shown, by_month
from lms.web.home import asked_of
from lms.web.paging import page_of, shown_on
from lms.web.views.standing import made_of

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
    chosen = _own(person, public_id) if public_id else None
    if chosen and "pane" in request.GET:
        return render(request, "lms/hours_why.html", _why(person, chosen))
    listed = queries.bookings_of(person)
    if state := request.GET.get("state", ""):
        listed = listed.filter(state=state)
    page = page_of(request, listed, PAGE, chosen)
    entries = shown_on(page)
    tallies = queries.tallies(person)
    year = timezone.localdate().year
    of_year = queries.hours_of_year(person, year)
    context = {
        "page": page,
        "months": by_month(entries, queries.hours_by_month(listed, [one.month for one in entries])),
        "state": state,
        "filters": _filters(tallies),
        "pending": tallies.get(AccountKind.PENDING),
        "rejected": tallies.get(AccountKind.REJECTED),
        "asked": asked_of(person),
        "balance": queries.balance(person),
        "year": year,
        "this_year": total(hours for (_form, state), hours in of_year.items() if state in COUNTED),
        "nothing": queries.nothing_booked(person)[:PAGE],
        "opened": chosen is not None,
        **_why(person, chosen or next(iter(entries), None)),
    }
    return render(request, "lms/hours.html", context)


def _own(person: Person, public_id: uuid.UUID) -> Shown:
    """The person's own booking of that id; for any other there is no such page."""
    found = queries.entry(public_id)
    if found is None or found.booking.person_id != person.pk:
        raise Http404
    return Shown(found)


def _filters(tallies: Mapping[str, Tally]) -> list[Filter]:
    labels = {
        AccountKind.PENDING: _("Waiting"),
        AccountKind.CONFIRMED: _("Confirmed"),
        AccountKind.REGISTERED: _("Registered"),
        AccountKind.REJECTED: _("Not accepted"),
        AccountKind.DISPUTED: _("In question"),
    }
    whole = Filter(state="", label=_("All"), count=sum(one.count for one in tallies.values()))
    # Most teachers never have hours in these: a choice that leads nowhere is none.
    rare = {AccountKind.REGISTERED, AccountKind.DISPUTED}
    return [
        whole,
        *(
            Filter(
                state=state.value,
                label=labels[state],
                count=tallies[state].count if state in tallies else 0,
            )
            for state in STATES
            if state in tallies or state not in rare
        ),
    ]


def _why(person: Person, chosen: Shown | None) -> dict[str, Any]:
    """The panel: the booking, and whom it waits for."""
    if chosen is None:
        return {"chosen": None}
    made = made_of(chosen.entry.booking, timezone.now())
    today = timezone.localdate()
    school = people.school_of(person, today) if chosen.is_pending else None
    verifiers = people.verifiers_of(school, today) if school else ()
    steps = chosen.steps(verifiers, reader=person)
    return {"chosen": chosen, "steps": steps, "made": made, "own": True}
