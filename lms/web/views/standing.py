"""Where somebody stands with their policy, and why: each requirement with its lines, its rule and its paragraph."""

import datetime
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from lms.credit.core.hours import Hours
from lms.credit.core.outlook import Prospect
from lms.credit.domain.gap import gaps_of
from lms.credit.domain.why import Counted, Why, why
from lms.credit.queries.standings import Source, sources_of
from lms.credit.wording import (
    Said,
    exemption_in_words,
    hour_in_words,
    reason_in_words,
    requirement_in_words,
)
from lms.people import rules
from lms.people.models import Person
from lms.people.permissions import require
from lms.web.standing import shown

if TYPE_CHECKING:
    from lms.credit.models.ledger import Transfer

CLOSERS = 5
LINES = 100


@dataclass(frozen=True, kw_only=True)
class LineShown:
    """A line of the record beside a requirement."""

    counted: Counted
    source: Source
    url: str
    reasons: tuple[Said, ...]


@require_safe
def standing(request: HttpRequest, public_id: uuid.UUID | None = None) -> HttpResponse:
    """All requirements of one person, how far each is, and what would close the gaps."""
    person = _person(request, public_id)
    now = timezone.now()
    found = why(person, now)
    context: dict[str, Any] = {"person": person, "own": person == request.user, "stand": None}
    if found:
        stand = shown(found.row, found.as_of)
        by_id = {one.id: one for one in stand.rules}
        gaps = gaps_of(person, found, most=CLOSERS) if context["own"] else []
        context |= {
            "stand": stand,
            "why": found,
            "gaps": [(by_id[one.prospect.now.requirement.id], one.closers) for one in gaps],
        }
    return render(request, "lms/standing.html", context)


@require_safe
def rule(
    request: HttpRequest, requirement: str, public_id: uuid.UUID | None = None
) -> HttpResponse:
    """Why a requirement counts what it counts: inputs, arithmetic, the rule in words and as the source has it."""
    person = _person(request, public_id)
    found = why(person, timezone.now())
    if found is None or (prospect := found.prospect(requirement)) is None:
        raise Http404
    lines = found.of_requirement(prospect)
    page = Paginator(lines, LINES).get_page(request.GET.get("page"))
    sources = sources_of({one.booking for one in page.object_list})
    own = person == request.user
    stand = shown(found.row, found.as_of)
    context = {
        "person": person,
        "own": own,
        "why": found,
        "stand": stand,
        "rule": next(one for one in stand.rules if one.id == requirement),
        "words": requirement_in_words(prospect.now.requirement),
        "hour": Said(hour_in_words(found.rules.hour), found.rules.hour.quote),
        "exempt": prospect.now.exemption
        and exemption_in_words(found.rules, prospect.now.exemption),
        "page": page,
        "lines": [_line(found, one, sources[one.booking], own=own) for one in page.object_list],
        "reasons": _reasons(found, lines),
        **_sums(prospect, lines),
    }
    return render(request, "lms/standing_rule.html", context)


def made_of(booking: "Transfer", at: datetime.datetime) -> dict[str, Any] | None:
    """What the policy makes of one booking: its lines, and the requirements that it counts for. None without one."""
    found = why(booking.person, at)
    if found is None:
        return None
    stand = shown(found.row, found.as_of)
    by_id = {one.id: one for one in stand.rules}
    lines = found.of_booking(booking.pk)
    serves = [
        by_id[one.now.requirement.id]
        for one in found.outlook.prospects
        if any(line.line.counted and found.is_for(one, line.line) for line in lines)
    ]
    return {
        "stand": stand,
        "lines": lines,
        "serves": serves,
        "reasons": _reasons(found, lines),
        "hour": Said(hour_in_words(found.rules.hour), found.rules.hour.quote),
    }


def _person(request: HttpRequest, public_id: uuid.UUID | None) -> Person:
    """Oneself, a teacher of a school where one confirms hours, or of one that one administers."""
    reader: Any = request.user
    if public_id is None or reader.public_id == public_id:
        return reader  # type: ignore[no-any-return] # a Person, once signed in
    person = Person.objects.filter(public_id=public_id, is_active=True).first()
    if person is None:
        raise Http404
    today = timezone.localdate()
    require(
        rules.may_verify_person(reader, person, today)
        or rules.may_oversee_person(reader, person, today)
    )
    return person


def _line(found: Why, one: Counted, source: Source, *, own: bool) -> LineShown:
    said = tuple(reason_in_words(found.rules, reason) for reason in one.line.reasons)
    url = reverse("hours-entry", args=[source.public_id]) if own else ""
    return LineShown(counted=one, source=source, url=url, reasons=said)


def _reasons(found: Why, lines: list[Counted]) -> list[Said]:
    """Each reason that lowered one of the lines, once, beside its paragraph."""
    reasons = dict.fromkeys(reason for one in lines for reason in one.line.reasons)
    return [reason_in_words(found.rules, reason) for reason in reasons]


def _sums(prospect: Prospect, lines: list[Counted]) -> dict[str, Any]:
    """Below the lines: their sum, and for requirements that look at trainings how many there are and the largest."""
    now = [one.line for one in lines if not one.waits and one.line.counted]
    by_training: dict[str, int] = {}
    for line in now:
        key = line.training.id
        by_training[key] = by_training.get(key, 0) + line.counted.hundredths
    return {
        "measure": prospect.now.requirement.counting.measure,
        "claimed": Hours(sum(one.line.claimed.hundredths for one in lines if not one.waits)),
        "counted": Hours(sum(by_training.values())),
        "trainings": len(by_training),
        "largest": Hours(max(by_training.values(), default=0)),
        "each_year": prospect.now.requirement.each_year,
    }
