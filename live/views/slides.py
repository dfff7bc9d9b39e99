"""What the studio asks about slides."""

import uuid
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from live import rules
from live.domain import slides, watching
from live.domain.errors import Refused
from live.models.slides import Deck
from live.views.lessons import lesson_or_404
from lms.api.people import Person
from lms.api.permissions import require

_PIECE = 2**18
_STATUS = {
    "too-large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "disk-full": HTTPStatus.INSUFFICIENT_STORAGE,
}


@require_http_methods(["GET", "PUT"])
def slides_of(request: HttpRequest, lesson_id: uuid.UUID) -> HttpResponse:
    """GET: the lesson's slides, and how far they are. PUT with `?name=`: a file more."""
    lesson = lesson_or_404(lesson_id)
    require(rules.may_broadcast(request.user, lesson, timezone.localdate()))
    if request.method == "PUT":
        name = request.GET.get("name", "").strip() or _("Slides")
        by = cast("Person", request.user)
        try:
            slides.add(lesson=lesson, name=name, pieces=_pieces(request), by=by, at=timezone.now())
        except Refused as refused:
            body = {"error": refused.code, "message": refused.message}
            return JsonResponse(body, status=_STATUS.get(refused.code, HTTPStatus.CONFLICT))
    base = watching.addresses_of(lesson.pk, at=timezone.now()).slides_url
    decks = [_deck_json(deck) for deck in lesson.decks.all()]
    return JsonResponse({"base": base, "decks": decks})


def _pieces(request: HttpRequest) -> Iterator[bytes]:
    while piece := request.read(_PIECE):
        yield piece


def _deck_json(deck: Deck) -> dict[str, Any]:
    return {
        "id": str(deck.pk),
        "name": deck.name,
        "state": deck.state,
        "pages": deck.pages,
        "made": deck.made,
        "problem": slides.sentence_for(deck.refusal),
    }
