"""The public pages that say whether a paper is genuine."""

from typing import Any

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from lms.credit.core.codes import read_code
from lms.credit.core.papers import STATEMENT
from lms.credit.domain import checking
from lms.credit.domain.badges import did_document, status_list
from lms.credit.domain.checking import Check, Verdict
from lms.credit.domain.paper import paper
from lms.web.limits import too_often

LIMIT = "check"
STATUS_S = 300
"""How long a status list is kept, here and by whoever fetched it."""
_MOST_DIGITS = 12


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
    """What is true of the paper with this code, and of the link (`t`) that its QR code holds."""
    if limited := too_often(request, LIMIT):
        return limited
    return _verdict(request, checking.check(code[:40], request.GET.get("t", "")[:4000]))


@require_safe
def did(_request: HttpRequest) -> HttpResponse:
    """Our keys, where those who check our badges look for them (did:web)."""
    answer = JsonResponse(did_document(), content_type="application/did+json")
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Cache-Control"] = "public, max-age=3600"
    return answer


@require_safe
def badge_status(request: HttpRequest, purpose: str, number: int) -> HttpResponse:
    """A status list of our badges, the same for everybody for STATUS_S."""
    if limited := too_often(request, LIMIT):
        return limited
    if len(str(number)) > _MOST_DIGITS:
        raise Http404
    key = f"badge-status:{purpose}:{number}"
    token = cache.get(key)
    if token is None:
        token = status_list(purpose, number, at=timezone.now())
        if token is None:
            raise Http404
        cache.set(key, token, STATUS_S)
    answer = HttpResponse(token, content_type="application/vc+jwt")
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Cache-Control"] = f"public, max-age={STATUS_S}"
    return answer


def _compare(request: HttpRequest) -> HttpResponse:
    file: Any = request.FILES.get("file")
    if file is None:
        problem = _("No file came along. Choose the paper's PDF or JSON, then compare.")
    elif file.size > checking.LARGEST_FILE:
        problem = _("The file is larger than 5 MB, so it is none of our papers.")
    else:
        return _verdict(request, checking.check_file(file.read()), by_file=True)
    return _public(render(request, "lms/check.html", {"file_problem": problem}, status=422))


def _verdict(request: HttpRequest, found: Check, *, by_file: bool = False) -> HttpResponse:
    context = {
        "found": found,
        "verdict": found.verdict.value,
        "paper": paper(found.payload) if found.payload else None,
        "is_statement": (found.payload or {}).get("type") == STATEMENT,
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
