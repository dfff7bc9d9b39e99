"""Pages in the admin: the trainer's videos, the upload, one video."""

import uuid
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from lms.api.people import providers_taught_by
from lms.api.permissions import require
from media import queries, rules
from media.domain import playback
from media.models.assets import Asset
from media.views.uploads import progress_json

PER_PAGE = 30


def index(request: HttpRequest) -> HttpResponse:
    """Videos of the providers whom the person works for."""
    person, today = _person(request), timezone.localdate()
    require(bool(queries.providers_seen_by(person, today)))
    page = Paginator(queries.assets_seen_by(person, today), PER_PAGE).get_page(request.GET.get("p"))
    context = {
        "page_title": _("Videos"),
        "header_icon": "media",
        "videos": page,
        "may_upload": bool(providers_taught_by(person, today)),
    }
    return render(request, "media/admin/index.html", context)


def upload(request: HttpRequest) -> HttpResponse:
    """Where files are dropped."""
    providers = providers_taught_by(_person(request), timezone.localdate())
    require(bool(providers), _("Only trainers of a provider upload videos."))
    limit = Decimal(settings.MEDIA_MAX_UPLOAD_BYTES) / 2**30
    context = {
        "page_title": _("Upload videos"),
        "header_icon": "upload",
        "providers": providers,
        "limit_gb": f"{limit.normalize():f}",
        "data": {
            "begin": reverse("media:begin_upload"),
            "piece": reverse("media:upload_piece", args=[uuid.UUID(int=0)]),
            "progress": reverse("media:progress", args=[uuid.UUID(int=0)]),
            "video": reverse("media_admin:video", args=[uuid.UUID(int=0)]),
            "words": upload_words(),
        },
    }
    return render(request, "media/admin/upload.html", context)


def video(request: HttpRequest, asset_id: uuid.UUID) -> HttpResponse:
    """One video: how far it is, and a preview when it is playable."""
    found = Asset.objects.select_related("provider", "uploaded_by", "job").prefetch_related(
        "renditions"
    )
    asset = get_object_or_404(found, pk=asset_id)
    if not rules.may_see_asset(_person(request), asset, timezone.localdate()):
        raise Http404
    context: dict[str, Any] = {
        "page_title": asset.title,
        "header_icon": "media",
        "asset": asset,
        "progress": progress_json(asset),
        "progress_url": reverse("media:progress", args=[asset.pk]),
    }
    if asset.is_ready:
        play = playback.playback_for(asset, at=timezone.now())
        context |= {"poster_url": play.poster_url, "data": {"source": play.master_url}}
    return render(request, "media/admin/video.html", context)


def upload_words() -> dict[str, str]:
    """Sentences for the upload's script."""
    return {
        "waiting": _("Waiting for the upload before it"),
        "sending": _("{percent}% sent, {left} left"),
        "offline": _("The line is down. What was sent is kept; it goes on by itself."),
        "sent": _("Sent. Waiting to be prepared"),
        "refused": _("Not uploaded"),
        "open": _("Open"),
    }


def _person(request: HttpRequest) -> Any:
    return request.user
