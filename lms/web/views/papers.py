"""Certificates and statements as files, for whose hours they are and for those who answer for them."""

import io
import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lms.credit import queries
from lms.credit.core.papers import counted
from lms.credit.domain import statements
from lms.credit.domain.badges import badge_of
from lms.credit.errors import CreditError, NotConfirmed
from lms.credit.models.statement import Certificate, Statement
from lms.people import queries as people
from lms.people import rules
from lms.people.models import Person
from lms.people.permissions import require
from lms.web.forms import PeriodForm

PAGE = 20
TYPES = {"pdf": "application/pdf", "json": "application/json", "jwt": "application/vc+jwt"}


@require_safe
def certificate(request: HttpRequest, public_id: uuid.UUID, form: str) -> HttpResponseBase:
    """The paper of a booking, for whose hours these are and who answers for them. Issued when first asked for."""
    person: Any = request.user
    entry = queries.entry(public_id)
    if entry is None:
        raise Http404
    owner = entry.booking.person
    require(rules.may_see_papers_of(person, owner, timezone.localdate()))
    try:
        issued = statements.issue_certificate(entry.booking, at=timezone.now())
    except NotConfirmed as refused:
        messages.warning(request, str(refused))
        if owner.pk == person.pk:
            return redirect("hours-entry", public_id=public_id)
        is_verifier = rules.may_verify_person(person, owner, timezone.localdate())
        return redirect("desk-entry", public_id=public_id) if is_verifier else redirect("home")
    name = _("Certificate %(name)s %(code)s") % {"name": owner.name, "code": issued.code}
    return _file(issued, form, name)


@require_safe
def statement(request: HttpRequest, code: str, form: str) -> HttpResponseBase:
    """A statement that was issued, anew: with the proofs that there are by now."""
    issued = Statement.objects.filter(code=code).select_related("person").first()
    if issued is None:
        raise Http404
    require(rules.may_see_papers_of(_user(request), issued.person, timezone.localdate()))
    name = _("Statement of hours %(name)s %(code)s") % {"name": issued.person.name, "code": code}
    return _file(issued, form, name)


@require_http_methods(["GET", "HEAD", "POST"])
def own_statements(request: HttpRequest) -> HttpResponse:
    """One's own statements, and the form for another."""
    return _statements(request, _user(request))


@require_http_methods(["GET", "HEAD", "POST"])
def statements_of(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A teacher's statements, for their school's verifier and their bureau."""
    owner = people.person_by(public_id)
    if owner is None:
        raise Http404
    require(rules.may_see_papers_of(_user(request), owner, timezone.localdate()))
    return _statements(request, owner)


def _statements(request: HttpRequest, owner: Person) -> HttpResponse:
    today = timezone.localdate()
    form = PeriodForm(
        request.POST or None,
        initial={"first": today.replace(month=1, day=1), "last": today, "known_on": today},
    )
    if request.method == "POST" and form.is_valid():
        try:
            issued = statements.issue_statement(owner, **form.cleaned_data, at=timezone.now())
        except CreditError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The statement is issued. Download it below."))
            return redirect(f"{request.path}#{issued.code}")
    listed = Statement.objects.filter(person=owner).order_by("-issued_at", "-pk")
    page = Paginator(listed, PAGE).get_page(request.GET.get("page"))
    context = {
        "owner": owner,
        "is_own": owner == request.user,
        "form": form,
        "page": page,
        "listed": [_shown(one) for one in page.object_list],
    }
    answer = render(request, "lms/statements.html", context, status=422 if form.errors else 200)
    answer["Cache-Control"] = "private, no-store"
    return answer


def _shown(issued: Statement) -> dict[str, Any]:
    """A line of the list."""
    payload = issued.payload
    return {
        "code": issued.code,
        "first": payload["period"]["from"],
        "last": payload["period"]["to"],
        "hours": counted(payload["totals"]),
        "issued_at": issued.issued_at,
        "pdf": reverse("statement", args=[issued.code]),
        "json": reverse("statement-json", args=[issued.code]),
    }


def _file(issued: statements.Issued, form: str, name: str) -> FileResponse:
    content = MAKE[form](issued)
    answer = FileResponse(
        io.BytesIO(content),
        as_attachment=True,
        filename=f"{name}.{form}",
        content_type=TYPES[form],
    )
    answer["Cache-Control"] = "private, no-store"
    return answer


def _badge(issued: statements.Issued) -> bytes:
    if not isinstance(issued, Certificate):
        raise Http404
    return badge_of(issued).encode()


MAKE = {"pdf": statements.render, "json": statements.file_of, "jwt": _badge}


def _user(request: HttpRequest) -> Any:
    return request.user
