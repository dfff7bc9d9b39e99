"""A bureau's register: confirmed hours that wait, registered one by one, by schools, or all of them."""

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lms.credit import errors, tasks
from lms.credit.core.hours import Hours, total
from lms.credit.domain import registration
from lms.credit.domain.decide import Outcome
from lms.credit.domain.register import register as take
from lms.credit.models.register import RegisterRun
from lms.credit.queries.register import Heap, heaps_to_register, to_register, together
from lms.people import queries as people
from lms.people import rules
from lms.people.models import Organisation, Person
from lms.people.permissions import require
from lms.web.paging import shown_on
from lms.web.periods import PeriodFilter

PAGE = 100
SCHOOLS = 100
RECENT = 3


@dataclass(frozen=True, kw_only=True)
class SchoolHeap:
    """A school and what waits of its teachers' hours."""

    school: Organisation
    heap: Heap


@dataclass(frozen=True, kw_only=True)
class Left:
    """Why some could not be registered, and how many."""

    words: str
    count: int


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """What waits: by school, or one by one within a school."""
    person, today = _officer(request)
    asked = PeriodFilter(request.GET, today=today, always=False)
    schools = list(people.schools_registered_by(person, today).order_by("path"))
    chosen = _schools(request.GET.getlist("school")[:1], schools)
    only = [one.pk for one in chosen]
    heaps = heaps_to_register(person, today, schools=only, period=asked.period)
    context: dict[str, Any] = {
        "wide": True,
        "form": asked,
        "schools": schools,
        "chosen": chosen[0] if chosen else None,
        "heap": together(heaps.values()),
        "each": bool(chosen) or "each" in request.GET,
        "runs": RegisterRun.objects.filter(officer=person).order_by("-pk")[:RECENT],
    }
    if context["each"]:
        waiting = to_register(person, today, schools=only, period=asked.period)
        page = Paginator(waiting, PAGE).get_page(request.GET.get("page"))
        context |= {"page": page, "entries": shown_on(page)}
    else:
        listed = [SchoolHeap(school=one, heap=heaps[one.pk]) for one in schools if one.pk in heaps]
        shown = Paginator(listed, SCHOOLS).get_page(request.GET.get("page"))
        context |= {"page": shown, "heaps": shown.object_list}
    return render(request, "lms/register.html", context)


@require_POST
def take_up(request: HttpRequest) -> HttpResponse:
    """Register the bookings or schools sent along, or all that the filter leaves."""
    person, today = _officer(request)
    asked = PeriodFilter(request.POST, today=today, always=False)
    act, back = request.POST.get("act"), _back(request)
    now = timezone.now()
    if act == "ticked" and (bookings := _ids(request.POST.getlist("booking"))[:PAGE]):
        _tell(request, take(officer=person, bookings=bookings, at=now))
        return redirect(back)
    schools = list(people.schools_registered_by(person, today))
    named = request.POST.getlist("school" if act == "schools" else "within")
    chosen = _schools(named, schools)
    if act not in {"schools", "all"} or not asked.is_valid() or (len(chosen) != len(set(named))):
        chosen, act = [], ""
    if not act or (act == "schools" and not chosen):
        messages.warning(request, _("Nothing was chosen. Tick something first, then register it."))
        return redirect(back)
    run = registration.begin(
        officer=person, schools=[one.pk for one in chosen], period=asked.period, at=now
    )
    run = registration.take_piece(run.pk, at=timezone.now())
    if run.ended_at is None:
        _send(run)
    return redirect("register-run", public_id=run.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def run(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """How far a registration of many is; POST sends a worker after one whose worker was lost."""
    person, _today = _officer(request)
    found = get_object_or_404(RegisterRun, public_id=public_id)
    require(found.officer_id == person.pk)
    if request.method == "POST":
        if found.is_lost(timezone.now()):
            RegisterRun.objects.filter(pk=found.pk).update(seen_at=timezone.now())
            _send(found)
        return redirect("register-run", public_id=public_id)
    context = {
        "run": found,
        "hours": Hours(found.hundredths),
        "lost": found.is_lost(timezone.now()),
        "left": [Left(words=_why(code), count=count) for code, count in found.problems.items()],
    }
    template = "lms/register_progress.html" if "part" in request.GET else "lms/register_run.html"
    answer = render(request, template, context)
    answer["Cache-Control"] = "no-store"
    return answer


def _officer(request: HttpRequest) -> tuple[Person, datetime.date]:
    """The signed-in administrator and today; 403 for everybody else."""
    today = timezone.localdate()
    require(rules.is_bureau(request.user, today))
    person: Any = request.user
    return person, today


def _send(run: RegisterRun) -> None:
    transaction.on_commit(lambda: tasks.register_many.enqueue(run.pk))


def _schools(named: Sequence[str], schools: Sequence[Organisation]) -> list[Organisation]:
    """Of the schools in somebody's charge those named by public id."""
    wanted = set(_ids(named))
    return [one for one in schools if one.public_id in wanted]


def _ids(values: Sequence[str]) -> list[uuid.UUID]:
    """The public ids among what was sent; what is none is left out."""
    found = []
    for value in values:
        try:
            found.append(uuid.UUID(value))
        except ValueError:
            continue
    return found


def _back(request: HttpRequest) -> str:
    """The register, narrowed as it was."""
    kept = {
        "school": request.POST.get("within", ""),
        "first": request.POST.get("first", ""),
        "last": request.POST.get("last", ""),
        "each": request.POST.get("each", ""),
    }
    query = urlencode({name: value for name, value in kept.items() if value})
    return reverse("register") + (f"?{query}" if query else "")


def _tell(request: HttpRequest, outcomes: Sequence[Outcome]) -> None:
    """One sentence for what was registered, one for each reason why some were not."""
    moved = [one.transfer for one in outcomes if one.transfer]
    if moved:
        hours = total(one.hours for one in moved).fixed()
        words = ngettext(
            "Registered: %(hours)s hours.",
            "Registered: %(count)d bookings, %(hours)s hours.",
            len(moved),
        )
        messages.success(request, words % {"count": len(moved), "hours": hours})
    for problem in dict.fromkeys(str(one.problem) for one in outcomes if one.problem):
        messages.warning(request, problem)


def _why(code: str) -> str:
    words = {
        errors.OwnHours.code: _("Your own hours: a colleague has to register them"),
        errors.UnknownBooking.code: _("No longer teachers of your schools"),
        errors.AlreadyDecided.code: _("Decided otherwise meanwhile"),
        errors.WrongState.code: _("Not confirmed any more"),
    }
    return words.get(code, code)
