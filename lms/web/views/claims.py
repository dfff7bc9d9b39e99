"""Hours claimed with proof: bringing, checking, and the files, for whom they concern."""

import datetime
import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from lms.credit.domain import claims
from lms.credit.enums import ProofKind
from lms.credit.errors import BadClaim, ReasonMissing
from lms.credit.models.claim import Claim, ClaimPart, ClaimProof
from lms.credit.queries import claims as reads
from lms.people import queries as people
from lms.people import rules
from lms.people.models import Person
from lms.people.permissions import require
from lms.web.claim_forms import ROWS, ClaimForm, RosterForm, SessionFormSet
from lms.web.claims import ShownClaim, ShownPart

MOST = 100


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """What was claimed for oneself, the rosters one brought, and what one has to check."""
    person: Any = request.user
    today = timezone.localdate()
    decider = rules.is_verifier(person, today) or rules.is_bureau(person, today)
    waiting = reads.to_check(people.teachers_decided_by(person, today), person) if decider else ()
    context = {
        "mine": [ShownPart(one) for one in reads.parts_of(person)[:MOST]],
        "rosters": list(reads.brought_by(person)[:MOST]),
        "to_check": [ShownPart(one) for one in waiting[:MOST]],
        "may_claim": rules.is_teacher(person, today),
        "may_bring": rules.is_verifier(person, today),
        "decider": decider,
    }
    return render(request, "lms/claims.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A teacher claims a training held elsewhere."""
    require(rules.is_teacher(request.user, timezone.localdate()))
    return _bring(request, ClaimForm, {})


@require_http_methods(["GET", "HEAD", "POST"])
def roster(request: HttpRequest) -> HttpResponse:
    """A verifier brings a roster for teachers of the school."""
    person: Any = request.user
    today = timezone.localdate()
    require(rules.is_verifier(person, today))
    teachers = people.teachers_of(people.schools_verified_by(person, today), today)
    return _bring(request, RosterForm, {"teachers": teachers.exclude(pk=person.pk)})


def _bring(request: HttpRequest, form_class: type[ClaimForm], more: dict[str, Any]) -> HttpResponse:
    person: Any = request.user
    status = 200
    if request.method == "POST" and "more" not in request.POST:
        form = form_class(request.POST, request.FILES, **more)
        days = SessionFormSet(_without_empty_rows(request.POST), prefix="on")
        if form.is_valid() and days.is_valid():
            sessions = tuple(one.session() for one in days)
            try:
                claim = claims.bring(
                    by=person,
                    claimed=form.claimed(sessions),
                    files=form.cleaned_data["proofs"],
                    at=timezone.now(),
                    people_=form.cleaned_data.get("people"),
                )
            except BadClaim as bad:
                form.add_error(None, str(bad))
            else:
                messages.success(request, _("Brought. Somebody else checks it now."))
                return redirect("claim", public_id=claim.public_id)
        status = 422
    elif request.method == "POST":
        form = form_class(initial=_kept(request.POST), **more)
        rows = _rows(request.POST)
        days = SessionFormSet(initial=[*rows, *[{}] * ROWS], prefix="on")
    else:
        form = form_class(**more)
        days = SessionFormSet(initial=[{}] * ROWS, prefix="on")
    context = {"form": form, "days": days, "roster": bool(more)}
    return render(request, "lms/claim_form.html", context, status=status)


def _rows(sent: Any) -> list[dict[str, str]]:
    """The rows that say anything, by the fields' names."""
    total = sent.get("on-TOTAL_FORMS", "0")
    rows = [
        {name: sent.get(f"on-{number}-{name}", "") for name in ("on", "hours", "start", "end")}
        for number in range(min(int(total) if total.isdecimal() else 0, 100))
    ]
    return [row for row in rows if any(row.values())]


def _without_empty_rows(sent: Any) -> dict[str, str]:
    """The formset's data with the rows left blank taken out."""
    rows = _rows(sent) or [dict.fromkeys(("on", "hours", "start", "end"), "")]
    data = {f"on-{number}-{name}": row[name] for number, row in enumerate(rows) for name in row}
    return data | {"on-TOTAL_FORMS": str(len(rows)), "on-INITIAL_FORMS": "0"}


def _kept(sent: Any) -> dict[str, Any]:
    many = {"themes", "assessments", "people"}
    return {name: sent.getlist(name) if name in many else sent.get(name) for name in sent}


@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One claim with its proof; who checks it sees what else is on record and decides."""
    person: Any = request.user
    today = timezone.localdate()
    found, parts = _open(person, public_id, today)
    mine = [one for one in parts if claims.may_check(person, one, today)]
    problem = ""
    if request.method == "POST":
        require(bool(mine))
        problem = _decide(request, person, mine)
        if not problem:
            return redirect("claim", public_id=public_id)
    waiting = [one for one in mine if not ShownPart(one).decision]
    shown = ShownClaim(found, tuple(ShownPart(one) for one in parts), checker=bool(mine))
    context = {
        "claim": shown,
        "waiting": [ShownPart(one) for one in waiting],
        "likenesses": shown.likenesses_for(person, today) if mine else (),
        "problem": problem,
        "because": request.POST.get("because", ""),
    }
    return render(request, "lms/claim.html", context, status=422 if problem else 200)


@require_safe
def proof(request: HttpRequest, public_id: uuid.UUID, proof_id: uuid.UUID) -> HttpResponseBase:
    """A file: a picture to look at (drawn by us), anything else only to take along."""
    person: Any = request.user
    found, _parts = _open(person, public_id, timezone.localdate())
    files = ClaimProof.objects.select_related("kept_file")
    row = files.filter(claim=found, public_id=proof_id).first()
    kept = getattr(row, "kept_file", None)
    if row is None or kept is None:
        raise Http404
    picture = row.kind == ProofKind.PICTURE
    answer = FileResponse(
        kept.file.open("rb"),
        as_attachment=not picture,
        filename=f"{row.digest[:12]}.{'jpg' if picture else 'pdf'}",
        content_type="image/jpeg" if picture else "application/pdf",
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _open(
    person: Person, public_id: uuid.UUID, today: datetime.date
) -> tuple[Claim, list[ClaimPart]]:
    """The claim and those of its parts that concern this person; 404 where none does."""
    parts = list(
        reads.parts_whole(ClaimPart.objects.filter(claim__public_id=public_id)).order_by("pk")
    )
    if not parts:
        raise Http404
    found = parts[0].claim
    if found.brought_by_id == person.pk:
        return found, parts
    decided = people.teachers_decided_by(person, today)
    concerned = set(
        ClaimPart.objects.filter(claim=found)
        .filter(Q(person=person) | Q(person__in=decided.order_by().values("pk")))
        .values_list("pk", flat=True)
    )
    own = [one for one in parts if one.pk in concerned]
    require(bool(own))
    return found, own


def _decide(request: HttpRequest, person: Person, parts: Sequence[ClaimPart]) -> str:
    """Accept or refuse the ticked parts; the sentence of what stands in the way, or nothing."""
    ticked = set(request.POST.getlist("part"))
    wanted = [one for one in parts if str(one.pk) in ticked]
    act = request.POST.get("act")
    if not wanted or act not in {"accept", "refuse"}:
        return _("Nothing was chosen. Tick who it is about, then decide.")
    at = timezone.now()
    try:
        outcomes = (
            claims.accept(by=person, parts=wanted, at=at)
            if act == "accept"
            else claims.refuse(
                by=person, parts=wanted, because=request.POST.get("because", ""), at=at
            )
        )
    except ReasonMissing as missing:
        return str(missing)
    done = sum(one.decision is not None for one in outcomes)
    if done:
        words = ngettext("Decided for %(count)d teacher.", "Decided for %(count)d teachers.", done)
        messages.success(request, words % {"count": done})
    for one in outcomes:
        if one.problem:
            messages.warning(request, f"{one.part.person.name}: {one.problem}")
    return ""
