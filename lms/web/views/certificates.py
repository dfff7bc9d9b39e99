"""Certificates: the file for its owner, and the public pages that say whether one is genuine."""

import io
import uuid
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from lms.credit import queries
from lms.credit.core.codes import read_code
from lms.credit.domain import statements
from lms.credit.domain.paper import paper
from lms.credit.domain.statements import Check, Verdict
from lms.credit.errors import NotConfirmed
from lms.people import rules
from lms.people.permissions import require
from lms.web.limits import too_often

LIMIT = "check"


@require_safe
def certificate(request: HttpRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """The PDF, for whose hours these are and for the school's verifier. Issued the first time that it is asked for."""
    person: Any = request.user
    now = timezone.now()
    entry = queries.entry(public_id)
    if entry is None:
        raise Http404
    owner = entry.booking.person
    require(owner.pk == person.pk or rules.may_verify_person(person, owner, timezone.localdate()))
    try:
        issued = statements.issue_certificate(entry.booking, at=now)
    except NotConfirmed as refused:
        messages.warning(request, str(refused))
        page = "hours-entry" if owner.pk == person.pk else "desk-entry"
        return redirect(page, public_id=public_id)
    name = _("Certificate %(name)s %(code)s.pdf") % {"name": owner.name, "code": issued.code}
    answer = FileResponse(
        io.BytesIO(statements.render(issued)),
        as_attachment=True,
        filename=name,
        content_type="application/pdf",
    )
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Where a code is entered or a file compared; the file is read once and kept nowhere."""
    if limited := too_often(request, LIMIT):
        return limited
    if request.method == "POST":
        return _compare(request)
    typed = request.GET.get("code", "").strip()
    if not typed:
        return _public(render(request, "lms/check.html"))
    code = read_code(typed)
    if code:
        return redirect("check-code", code=code)
    problem = _("A code has 16 letters and digits, such as 7K3Q-0ZBM-9A1T-XW52. Compare it again.")
    context = {"typed": typed[:40], "code_problem": problem}
    return _public(render(request, "lms/check.html", context, status=422))


@require_safe
def check_code(request: HttpRequest, code: str) -> HttpResponse:
    """What is true of the certificate with this code, and of the link (`t`) that its QR code holds."""
    if limited := too_often(request, LIMIT):
        return limited
    return _verdict(request, statements.check(code[:40], request.GET.get("t", "")[:4000]))


def _compare(request: HttpRequest) -> HttpResponse:
    file: Any = request.FILES.get("file")
    if file is None:
        problem = _("No file came along. Choose the certificate's PDF, then compare.")
    elif file.size > statements.LARGEST_FILE:
        problem = _("The file is larger than 5 MB, so it is none of our certificates.")
    else:
        return _verdict(request, statements.check_file(file.read()), by_file=True)
    return _public(render(request, "lms/check.html", {"file_problem": problem}, status=422))


def _verdict(request: HttpRequest, found: Check, *, by_file: bool = False) -> HttpResponse:
    context = {
        "found": found,
        "verdict": found.verdict.value,
        "paper": paper(found.payload) if found.payload else None,
        "differences": [
            {"label": _label(one.field), "at_hand": one.at_hand, "issued": one.issued}
            for one in found.differences
        ],
        "by_file": by_file,
        "at": timezone.localtime(),
    }
    status = 404 if found.verdict == Verdict.UNKNOWN and not by_file else 200
    return _public(render(request, "lms/check_result.html", context, status=status))


def _label(field: str) -> str:
    labels = {
        "name": _("Name"),
        "hours": pgettext("certificate", "Hours"),
        "from": _("First day"),
        "to": _("Last day"),
    }
    return labels.get(field, field)


def _public(answer: HttpResponse) -> HttpResponse:
    """Names stand on these pages: no search engine, no shared cache."""
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["Cache-Control"] = "private, no-store"
    return answer
