"""What a player talks to. A refusal is {"error": code, "message": sentence}."""

import uuid
from http import HTTPStatus
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lms.api.hooks import StepPlace
from lms.api.people import Person
from lms.api.permissions import may_use, require
from media import activity, rules
from media.core.device import device_of
from media.domain import playback, watching
from media.domain.claims import parse_report
from media.domain.errors import Problem
from media.models.assets import SUBJECT_PREFIX, Asset
from media.views.answers import body_of, says_problems, signed_in


@require_POST
@says_problems
def report(request: HttpRequest, asset_id: uuid.UUID) -> HttpResponse:
    """Take a player's report; durable when answered."""
    person = signed_in(request)
    at = timezone.now()
    let_in = playback.has_leave(request.GET.get("leave", ""), person, asset_id, at=at)
    if not let_in and not may_use(person, f"{SUBJECT_PREFIX}{asset_id}"):
        raise Problem(
            "not-yours",
            _("This video belongs to no course that you take. Nothing was counted."),
            HTTPStatus.FORBIDDEN,
        )
    taken = watching.accept(
        person=person,
        asset_id=asset_id,
        claim=parse_report(body_of(request)),
        at=at,
        device=device_of(request.headers.get("User-Agent", "")),
    )
    coverage = taken.coverage
    return JsonResponse(
        {
            "covered": [[start / 1000, end / 1000] for start, end in coverage.spans],
            "seconds": coverage.covered_ms / 1000,
            "fraction": float(taken.fraction),
            "complete": taken.is_complete,
            "accepted": float(round(taken.accepted, 3)),
            "flags": list(taken.flags),
            "needed": [float(one) for one in coverage.wanted],
        }
    )


@require_GET
def page(request: HttpRequest, asset_id: uuid.UUID) -> HttpResponse:
    """The player alone, as teachers see it in a course, for the trainers and moderators of the video's provider."""
    asset = get_object_or_404(Asset.objects.select_related("provider"), pk=asset_id)
    if not rules.may_see_asset(request.user, asset, timezone.localdate()) or not asset.is_ready:
        raise Http404
    person = cast("Person", request.user)
    coverage = watching.open_player(person=person, asset=asset, at=timezone.now())
    place = StepPlace(
        course_title=asset.provider.name,
        step_key="",
        step_title=asset.title,
        number=1,
        count=1,
        minimum=watching.USUAL_MINIMUM,
        back_url="",
        next_url=None,
    )
    context = {"player": activity.player_context(asset, coverage, place)}
    return render(request, "media/watch.html", context)


@require_GET
@says_problems
def links(request: HttpRequest, asset_id: uuid.UUID) -> HttpResponse:
    """New addresses for a player whose old ones have run out."""
    person = signed_in(request)
    asset = get_object_or_404(Asset.objects.select_related("provider"), pk=asset_id)
    if not may_use(person, asset.subject):
        require(rules.may_see_asset(person, asset, timezone.localdate()))
    if not asset.is_ready:
        raise Problem("not-playable", _("This video cannot be played now."), HTTPStatus.CONFLICT)
    return JsonResponse({"source": playback.playback_for(asset, at=timezone.now()).master_url})
