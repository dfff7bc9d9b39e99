"""A school's verifier: what waits, what earned it, and a decision on one or on several at once."""

import datetime
import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from lms.credit import queries
from lms.credit.core.hours import Hours, total
from lms.credit.domain.confirm import confirm, reject
from lms.credit.domain.decide import Outcome
from lms.credit.enums import AccountKind
from lms.credit.errors import AlreadyDecided, ReasonMissing
from lms.people import rules
from lms.people.models import Person
from lms.people.permissions import require
from lms.web.entries import Shown
from lms.web.home import waiting_for
from lms.web.paging import page_of, shown_on
from lms.web.views.standing import made_of

PAGE = 50
DECIDED = (AccountKind.CONFIRMED, AccountKind.REGISTERED, AccountKind.REJECTED)


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """All that waits, the flagged first, with the oldest opened beside the list."""
    person, today = _verifier(request)
    return _waiting(request, person, today, None)


@require_safe
def entry(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One booking with its evidence; `?pane=1` is the pane alone, for the script that swaps it in."""
    person, today = _verifier(request)
    found = queries.entry(public_id)
    if found is None:
        raise Http404
    require(rules.may_verify_person(person, found.booking.person, today))
    chosen = Shown(found)
    if "pane" in request.GET:
        return render(
            request,
            "lms/desk_evidence.html",
            {"chosen": chosen, "steps": chosen.steps([person], reader=person), **_made(chosen)},
        )
    if chosen.is_pending:
        return _waiting(request, person, today, chosen)
    return _decided(request, person, today, chosen)


@require_safe
def decided(request: HttpRequest) -> HttpResponse:
    """What was decided for these teachers, the newest first."""
    person, today = _verifier(request)
    return _decided(request, person, today, None)


@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Confirm or reject the bookings sent along; says for each that could not be decided why."""
    person, _today = _verifier(request)
    bookings = _bookings(request)
    act = request.POST.get("act")
    if act not in {"confirm", "reject"} or not bookings:
        messages.warning(request, _("Nothing was chosen. Tick some hours first, then decide."))
        return redirect("desk")
    at = timezone.now()
    if act == "confirm":
        in_order = request.POST.get("in_order", "")
        asked = [] if in_order.strip() else _asked_about(person, bookings)
        if asked:
            return _ask_in_order(request, asked, bookings, None)
        try:
            outcomes = confirm(verifier=person, bookings=bookings, at=at, in_order=in_order)
        except ReasonMissing as missing:
            asked = _asked_about(person, bookings)
            return _ask_in_order(request, asked, bookings, missing)
    else:
        try:
            outcomes = reject(
                verifier=person, bookings=bookings, because=request.POST.get("because", ""), at=at
            )
        except ReasonMissing as missing:
            return _ask_why(request, person, bookings, missing)
    _tell(request, act, outcomes)
    return redirect(_next(request))


def _verifier(request: HttpRequest) -> tuple[Person, datetime.date]:
    """The signed-in verifier and today; 403 for everybody else."""
    today = timezone.localdate()
    require(rules.is_verifier(request.user, today))
    person: Any = request.user
    return person, today


def _waiting(
    request: HttpRequest, person: Person, today: datetime.date, chosen: Shown | None
) -> HttpResponse:
    waiting = queries.waiting_for(person, today)
    page = page_of(request, waiting, PAGE, chosen)
    entries = shown_on(page)
    flagged = [one for one in entries if one.undecided]
    plain = [one for one in entries if not one.undecided]
    opened = chosen is not None
    chosen = chosen or next(iter([*flagged, *plain]), None)
    context = {
        "wide": True,
        "page": page,
        "flagged": flagged,
        "flagged_hours": total(one.hours for one in flagged),
        "plain": plain,
        "plain_hours": total(one.hours for one in plain),
        "waiting": waiting_for(person, today),
        "chosen": chosen,
        "opened": opened,
        "steps": chosen.steps([person], reader=person) if chosen else (),
        **_made(chosen),
    }
    return render(request, "lms/desk.html", context)


def _decided(
    request: HttpRequest, person: Person, today: datetime.date, chosen: Shown | None
) -> HttpResponse:
    found = queries.decided_for(person, today)
    state = request.GET.get("state", "")
    if state in DECIDED:
        found = found.filter(state=state)
    page = page_of(request, found, PAGE, chosen)
    entries = shown_on(page)
    opened = chosen is not None
    chosen = chosen or next(iter(entries), None)
    context = {
        "wide": True,
        "page": page,
        "entries": entries,
        "state": state,
        "chosen": chosen,
        "opened": opened,
        "steps": chosen.steps([person], reader=person) if chosen else (),
        **_made(chosen),
    }
    return render(request, "lms/desk_decided.html", context)


def _made(chosen: Shown | None) -> dict[str, Any]:
    """What the policy makes of the booking in the pane."""
    if chosen is None:
        return {}
    return {"made": made_of(chosen.entry.booking, timezone.now()), "person": chosen.person}


def _bookings(request: HttpRequest) -> list[uuid.UUID]:
    """The public ids sent along; what is none is left out."""
    found = []
    for value in request.POST.getlist("booking"):
        try:
            found.append(uuid.UUID(value))
        except ValueError:
            continue
    return found


def _ask_why(
    request: HttpRequest, person: Person, bookings: Sequence[uuid.UUID], missing: ReasonMissing
) -> HttpResponse:
    """The page that asks for the reason: where no script opened the dialog, or nothing was written in it."""
    wanted = set(bookings)
    waiting = queries.pending_for(person, timezone.localdate())
    chosen = [Shown(one) for one in waiting if one.id in wanted]
    written = request.POST.get("because", "")
    context = {
        "chosen": chosen,
        "hours": total(one.hours for one in chosen),
        "because": written,
        "problem": str(missing) if "because" in request.POST else "",
        "then": request.POST.get("then", ""),
    }
    return render(request, "lms/desk_reject.html", context, status=422)


def _asked_about(person: Person, bookings: Sequence[uuid.UUID]) -> list[Shown]:
    """Those of the bookings that wait for this verifier and have an undecided flag."""
    found = queries.flagged_for(person, timezone.localdate(), bookings)
    return [Shown(one) for one in queries.entries_at(found)]


def _ask_in_order(
    request: HttpRequest,
    asked: Sequence[Shown],
    bookings: Sequence[uuid.UUID],
    missing: ReasonMissing | None,
) -> HttpResponse:
    """The page that asks why flagged evidence is in order: where no script opened the dialog, or nothing was said."""
    written = "in_order" in request.POST
    context = {
        "chosen": asked,
        "hours": total(one.hours for one in asked),
        "bookings": bookings,
        "in_order": request.POST.get("in_order", ""),
        "problem": str(missing or ReasonMissing()) if written else "",
        "then": request.POST.get("then", ""),
    }
    return render(request, "lms/desk_in_order.html", context, status=422)


def _tell(request: HttpRequest, act: str, outcomes: Sequence[Outcome]) -> None:
    """One sentence for what was done, one for each that was not."""
    moved = [one.transfer for one in outcomes if one.transfer]
    if moved:
        hours = total(Hours(one.hundredths) for one in moved)
        said = {"count": len(moved), "hours": hours.fixed()}
        if act == "confirm":
            words = ngettext(
                "Confirmed: %(hours)s hours.", "Confirmed: %(count)d bookings, %(hours)s hours.", len(moved)
            )  # fmt: skip
        else:
            words = ngettext(
                "Sent back: %(hours)s hours. The teacher sees your reason.",
                "Sent back: %(count)d bookings, %(hours)s hours. The teachers see your reason.",
                len(moved),
            )
        messages.success(request, words % said)
    shown = _decided_elsewhere(outcomes)
    for outcome in outcomes:
        if outcome.problem is None:
            continue
        which = shown.get(outcome.booking)
        if which is None:
            messages.warning(request, str(outcome.problem))
        else:
            said = {"name": which.person.name, "title": which.title, "problem": outcome.problem}
            messages.warning(request, _("%(name)s, %(title)s: %(problem)s") % said)


def _decided_elsewhere(outcomes: Sequence[Outcome]) -> dict[uuid.UUID, Shown]:
    """The bookings that a colleague was faster with; of others that were refused nothing may be said."""
    taken = [one.booking for one in outcomes if isinstance(one.problem, AlreadyDecided)]
    if not taken:
        return {}
    transfers = queries.last_of([pk for pk, _person in queries.booking_ids(taken).values()])
    return {one.id: Shown(one) for one in queries.entries_at(transfers)}


def _next(request: HttpRequest) -> str:
    """Where to go on: the booking that the page names, else the desk."""
    try:
        return reverse("desk-entry", args=[uuid.UUID(request.POST.get("then", ""))])
    except ValueError:
        return reverse("desk")
