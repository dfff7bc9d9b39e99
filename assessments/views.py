"""Begin, save and hand in. Pages work without scripts; a script saves each choice as it is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from assessments import pages, queries, rules
from assessments.activity import quiz_context
from assessments.domain import attempts
from assessments.domain.evidence import KIND
from assessments.domain.problems import QuizProblem, Unanswered, UnknownAnswer
from assessments.forms import answers_from_form, answers_from_json
from assessments.models import Attempt, Paper
from lms.api.credit import minima_for
from lms.api.permissions import require

if TYPE_CHECKING:
    from lms.api.people import Person

#: A form that lacks something is 422; what cannot be read is 400; what comes too late or twice 409.
_STATUS: Mapping[type[QuizProblem], int] = {Unanswered: 422, UnknownAnswer: 400}


@require_POST
def start(request: HttpRequest, paper_id: UUID) -> HttpResponse:
    """Begin an attempt, or go on with the one that is open; back to the course's page."""
    paper = get_object_or_404(Paper.objects.prefetch_related("questions"), pk=paper_id)
    require(rules.may_sit(rules.person_of(request), paper))
    try:
        attempt = attempts.start(person=rules.person_of(request), paper=paper, at=timezone.now())
    except QuizProblem as problem:
        return _page(request, paper, problem=problem)
    return _back(request, attempt)


@require_http_methods(["GET", "HEAD", "POST"])
def attempt(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    """One's own attempt on a page of its own; POST hands it in."""
    found = _own(rules.person_of(request), attempt_id)
    if request.method != "POST":
        return _page(request, found.paper, attempt=found)
    answers = answers_from_form(request.POST)
    try:
        attempts.submit(attempt=found, answers=answers, at=timezone.now())
    except QuizProblem as problem:
        return _page(request, found.paper, attempt=found, problem=problem, answers=answers)
    return _back(request, found)


@require_POST
def save(request: HttpRequest, attempt_id: UUID) -> JsonResponse:
    """Keep a draft: `{"answers": {question: [option, ...]}}` -> `{"saved": moment}`."""
    found = _own(rules.person_of(request), attempt_id)
    now = timezone.now()
    try:
        attempts.save_answers(attempt=found, answers=answers_from_json(request), at=now)
    except QuizProblem as problem:
        said = {"error": problem.code, "message": str(problem)}
        return JsonResponse(said, status=_STATUS.get(type(problem), 409))
    return JsonResponse({"saved": now.isoformat()})


def _own(person: Person, attempt_id: UUID) -> Attempt:
    # Somebody else's attempt is not found rather than forbidden: nobody learns that it is there.
    found = get_object_or_404(
        Attempt.objects.select_related("paper", "version", "mark"), pk=attempt_id, person=person
    )
    require(rules.may_continue(person, found))
    return found


def _back(request: HttpRequest, attempt: Attempt) -> HttpResponseRedirect:
    target = _return_url(request) or attempt.get_absolute_url()
    response = HttpResponseRedirect(f"{target}#quiz")
    response.status_code = 303
    return response


def _return_url(request: HttpRequest) -> str:
    url = request.POST.get("return", "")
    own = url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)
    return url if own else ""


def _page(
    request: HttpRequest,
    paper: Paper,
    *,
    attempt: Attempt | None = None,
    problem: QuizProblem | None = None,
    answers: Mapping[str, Sequence[str]] | None = None,
) -> HttpResponse:
    found = queries.attempts_of(rules.person_of(request), paper)
    minimum = _minimum(rules.person_of(request), paper)
    # Read anew: a problem may be that somebody's other tab just handed it in.
    shown = next((one for one in found if attempt is None or one.pk == attempt.pk), None)
    context = quiz_context(paper, shown, begun=len(found), minimum=minimum, at=timezone.now())
    if shown and context["state"] == "answer" and answers is not None:
        missing = problem.keys if isinstance(problem, Unanswered) else ()
        context["questions"] = pages.questions_to_answer(shown, answers, missing)
    context |= {"return_url": _return_url(request), "next_url": None, "said": problem}
    status = _STATUS.get(type(problem), 409) if problem else 200
    return render(request, "assessments/attempt.html", {"quiz": context}, status=status)


def _minimum(person: Person, paper: Paper) -> Decimal | None:
    # Outside of a course's page: the least that one of the person's trainings asks for.
    return min(minima_for(person=person, kind=KIND, subject=paper.subject), default=None)
