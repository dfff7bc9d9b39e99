"""What the upload page talks to: JSON answers, pieces of a file as bodies."""

import uuid
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lms.api.people import Provider
from lms.api.permissions import require
from media import rules
from media.domain import uploads
from media.domain.errors import Problem
from media.models.assets import Asset, Upload
from media.views.answers import fields_of, says_problems, signed_in

_PIECE = 2**18


@require_POST
@says_problems
def begin_upload(request: HttpRequest) -> HttpResponse:
    """Begin an upload, or find the unfinished one of the same file: where to go on."""
    person = signed_in(request)
    fields = fields_of(request, name=str, size=int, stamp=str, title=str, provider=str)
    provider = _provider(fields["provider"])
    require(rules.may_upload_for(person, provider, timezone.localdate()))
    fields["provider"] = provider
    upload = uploads.begin(**fields, by=person, at=timezone.now())
    return JsonResponse(_upload_json(upload), status=HTTPStatus.CREATED)


@require_http_methods(["GET", "PUT"])
@says_problems
def upload_piece(request: HttpRequest, upload_id: uuid.UUID) -> HttpResponse:
    """GET: how much has come. PUT with `?offset=`: the next piece, on disk when answered."""
    person = signed_in(request)
    upload = get_object_or_404(Upload.objects.select_related("asset__provider"), pk=upload_id)
    require(rules.may_upload_for(person, upload.asset.provider, timezone.localdate()))
    if request.method == "PUT":
        offset = request.GET.get("offset", "")
        if not offset.isdecimal() or len(offset) > 15:
            raise Problem("wrong-offset", _("The address does not say where this piece belongs."))
        upload = uploads.receive(
            upload_id, offset=int(offset), pieces=_pieces(request), at=timezone.now()
        )
    return JsonResponse(_upload_json(upload))


@require_GET
@says_problems
def progress(request: HttpRequest, asset_id: uuid.UUID) -> HttpResponse:
    """How far the making of a video is."""
    person = signed_in(request)
    asset = get_object_or_404(Asset.objects.select_related("provider", "job"), pk=asset_id)
    require(rules.may_see_asset(person, asset, timezone.localdate()))
    return JsonResponse(progress_json(asset))


def progress_json(asset: Asset) -> dict[str, Any]:
    """State, stage and thousandths in words and numbers."""
    job = getattr(asset, "job", None)
    return {
        "state": asset.state,
        "stateWords": asset.get_state_display(),
        "stage": job.get_stage_display() if job else "",
        "progress": job.progress if job else 0,
        "problem": asset.refusal_words,
        "wayOut": asset.way_out,
    }


def _provider(public_id: str) -> Provider:
    try:
        return get_object_or_404(Provider, public_id=uuid.UUID(public_id))
    except ValueError:
        raise Http404 from None


def _pieces(request: HttpRequest) -> Iterator[bytes]:
    while piece := request.read(_PIECE):
        yield piece


def _upload_json(upload: Upload) -> dict[str, Any]:
    return {
        "id": str(upload.pk),
        "asset": str(upload.asset_id),
        "offset": upload.received,
        "size": upload.size,
        "piece": settings.MEDIA_CHUNK_BYTES,
        "complete": upload.is_complete,
    }
