"""Questions about hours and evidence: both sides on one page, and a named person's decision."""

import datetime
import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lms.credit import queries
from lms.credit.domain import dispute, flags
from lms.credit.enums import AccountKind, FlagAct
from lms.credit.errors import CreditError, ReasonMissing
from lms.credit.queries import flags as flag_reads
from lms.people import queries as people
from lms.people import rules
from lms.people.models import Person
from lms.people.permissions import require
from lms.web.entries import Shown
from lms.web.paging import page_of, shown_on
from lms.web.questions import Question

PAGE = 50
ACTS = {"raise": dispute.dispute, "uphold": dispute.uphold, "dismiss": dispute.dismiss}


@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """What waits for the signed-in verifier or officer: hours in question, and appeals about evidence."""
    person: Any = request.user
    today = timezone.localdate()
    disputed = queries.disputed_of(people.teachers_decided_by(person, today))
    page = page_of(request, disputed, PAGE, None)
    registered = people.teachers_of(people.schools_registered_by(person, today), today)
    appeals = flag_reads.appeals_of(registered.exclude(pk=person.pk))
    context = {
        "page": page,
        "entries": shown_on(page),
        "appeals": [Question(one) for one in appeals],
    }
    return render(request, "lms/questions_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One booking with what each side said; POST raises a question, takes it back or decides it."""
    person: Any = request.user
    today = timezone.localdate()
    found = queries.entry(public_id)
    if found is None:
        raise Http404
    chosen = Shown(found)
    require(chosen.person == person or rules.may_decide_for(person, chosen.person, today))
    problem = ""
    if request.method == "POST":
        try:
            problem = _act(request, person, chosen)
        except ReasonMissing as missing:
            problem = str(missing)
        if not problem:
            return redirect("question", public_id=public_id)
    context = _sides(person, chosen, today) | {
        "problem": problem,
        "words": request.POST.get("because", ""),
    }
    return render(request, "lms/question.html", context, status=422 if problem else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def flag(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One flag with its facts; the teacher answers, a verifier or the bureau decides."""
    person: Any = request.user
    today = timezone.localdate()
    found = flag_reads.flag_by_id(public_id)
    if found is None:
        raise Http404
    mine = found.person == person
    require(mine or rules.may_decide_for(person, found.person, today))
    problem = ""
    if request.method == "POST":
        words, at = request.POST.get("because", ""), timezone.now()
        act = request.POST.get("act", "")
        try:
            if act == FlagAct.ANSWER:
                flags.answer(person=person, flag=found, text=words, at=at)
            else:
                flags.decide(by=person, flag=found, act=_decision(act), because=words, at=at)
        except CreditError as error:
            problem = str(error)
        else:
            messages.success(request, _("Kept. Both sides read it here."))
            return redirect("flag", public_id=public_id)
    shown = Question(found)
    context = {
        "question": shown,
        "mine": mine,
        "can_answer": mine and shown.can_answer,
        "can_decide": not mine and flags.may_decide(person, found, today),
        "problem": problem,
        "words": request.POST.get("because", ""),
    }
    return render(request, "lms/flag.html", context, status=422 if problem else 200)


def _decision(act: str) -> FlagAct:
    return FlagAct(act) if act in FlagAct.values else FlagAct.ANSWER


def _act(request: HttpRequest, person: Person, chosen: Shown) -> str:
    """Do what the form asks; the sentence of what stands in the way, or nothing."""
    act = ACTS.get(request.POST.get("act", ""))
    if act is None:
        return _("Nothing was chosen. Use one of the buttons.")
    because = request.POST.get("because", "")
    (outcome,) = act(by=person, bookings=[chosen.entry.id], because=because, at=timezone.now())
    if outcome.problem:
        return str(outcome.problem)
    messages.success(request, _("Kept. Both sides read it here."))
    return ""


def _sides(person: Person, chosen: Shown, today: datetime.date) -> dict[str, Any]:
    """Who may do what now, and what a decision would mean."""
    mine = chosen.person == person
    disputed = chosen.entry.state == AccountKind.DISPUTED
    pile = chosen.entry.standing
    before = pile[-2].state if disputed and len(pile) > 1 else ""
    raised = disputed and pile[-1].by_id == person.pk
    officer = rules.may_register_person(person, chosen.person, today)
    raisable = {AccountKind.REJECTED} if mine else {AccountKind.CONFIRMED, AccountKind.REGISTERED}
    return {
        "chosen": chosen,
        "steps": chosen.steps((), reader=person),
        "mine": mine,
        "can_raise": chosen.entry.state in raisable,
        "can_withdraw": raised,
        "can_decide": disputed
        and not raised
        and not mine
        and (officer or before != AccountKind.REGISTERED),
        "consequences": _("Right: the hours are confirmed. Left as it was: they stay not accepted.")
        if before == AccountKind.REJECTED
        else _(
            "Right: the hours are not accepted. Left as it was: they lie where they lay before."
        ),
    }
