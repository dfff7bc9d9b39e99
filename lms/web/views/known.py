"""A person's hours of a period as they were known on a day, and what has changed since."""

import uuid
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from lms.credit import queries
from lms.credit.queries.known import StatementLine, statement_lines
from lms.credit.queries.register import school_today
from lms.people import queries as people
from lms.people import rules
from lms.people.models import Person
from lms.people.permissions import require
from lms.web.entries import Shown, badge_of
from lms.web.periods import PeriodFilter, half_year

PAGE = 50


class KnownLine:
    """A line for the page: the booking as known then, and where its hours lie now."""

    def __init__(self, line: StatementLine) -> None:
        """Ready words for a template that asks nothing."""
        self.line = line
        self.shown = Shown(line.entry)
        self.hours = line.hours
        self.late = line.late
        self.recorded_at = line.entry.booking.recorded_at
        self.changed = line.state != line.state_now
        self.now = badge_of(line.state_now)
        self.moved = line.since[-1] if line.since else None


@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """One's own."""
    person: Any = request.user
    return _page(request, person)


@require_safe
def of_teacher(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A teacher's, for their school's verifier and their bureau."""
    teacher = people.person_by(public_id)
    if teacher is None:
        raise Http404
    require(rules.may_see_papers_of(request.user, teacher, timezone.localdate()))
    return _page(request, teacher)


@require_safe
def teachers(request: HttpRequest) -> HttpResponse:
    """The teachers of the schools that one answers for, by name."""
    user: Any = request.user
    today = timezone.localdate()
    schools = {one.pk: one for one in people.schools_answered_for_by(user, today).order_by("path")}
    named = request.GET.get("school")
    chosen = next((one for one in schools.values() if str(one.public_id) == named), None)
    words = request.GET.get("q", "").strip().replace("\0", "")
    found = people.teachers_of([chosen] if chosen else schools.values(), today)
    if words:
        found = found.filter(name__icontains=words)
    page = Paginator(found.annotate(school=school_today(today, "pk")), PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "wide": True,
        "page": page,
        "listed": [(one, schools.get(_school_of(one))) for one in page.object_list],
        "schools": schools.values(),
        "chosen": chosen,
        "words": words,
        "moves": bool(people.organisations_overseen_by(user, today)),
    }
    return render(request, "lms/teachers.html", context)


def _school_of(person: Any) -> int:
    key: int = person.school
    return key


def _page(request: HttpRequest, person: Person) -> HttpResponse:
    today, now = timezone.localdate(), timezone.now()
    asked = PeriodFilter(request.GET, today=today)
    period, known_at = asked.period or half_year(today), asked.known_at(now)
    lines = [KnownLine(one) for one in statement_lines(person, period, known_at)]
    context = {
        "person": person,
        "is_own": person == request.user,
        "form": asked,
        "period": period,
        "known_at": known_at,
        "balance": queries.balance(person, known_at, period),
        "now_balance": queries.balance(person, None, period),
        "lines": [one for one in lines if one.line.then],
        "since": [one for one in lines if one.changed],
    }
    return render(request, "lms/known.html", context, status=200 if asked.is_valid() else 422)
