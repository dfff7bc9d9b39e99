"""OBS and its like: a lesson's key for its trainer, and the question that a media server asks for who publishes."""

import hmac
import json
import uuid
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.defaultfilters import date
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from live import rules
from live.domain import keys
from live.domain.errors import Refused
from live.views.lessons import lesson_or_404
from lms.api.people import Person
from lms.api.permissions import require

MOST_BYTES = 16 * 1024
_PUBLISHES = {"publish", "on_publish"}
_READS = {"read", "playback"}


@require_POST
def key(request: HttpRequest, lesson_id: uuid.UUID) -> HttpResponse:
    """A new key of the lesson in place of any older one. It is said this once."""
    lesson = lesson_or_404(lesson_id)
    require(rules.may_broadcast(request.user, lesson, timezone.localdate()))
    person = cast("Person", request.user)
    try:
        made, name = keys.make_key(lesson=lesson, by=person, at=timezone.now())
    except Refused as refused:
        return JsonResponse({"error": refused.code, "message": refused.message}, status=409)
    expires = date(timezone.localtime(made.expires_at), "Y-m-d H:i")
    return JsonResponse({"server": settings.RTMP_URL, "key": name, "expires": expires})


@csrf_exempt
@require_POST
def asked(request: HttpRequest) -> HttpResponse:
    """May this stream be published? Asked by nginx-rtmp and SRS (on_publish) and MediaMTX (authHTTPAddress).

    2xx with the body 0 says yes to all three, 403 no. Whoever holds a key may also read what it sends (MediaMTX).
    """
    if not _is_known(request):
        return HttpResponse("1", status=403, content_type="text/plain")
    act, name = _question(request)
    try:
        keys.key_named(name if act in _PUBLISHES | _READS else "", at=timezone.now())
    except Refused as refused:
        # SRS reads a code, nginx-rtmp and MediaMTX the status; the sentence is for their logs.
        return HttpResponse(f"1 {refused.message}".strip(), status=403, content_type="text/plain")
    return HttpResponse("0", content_type="text/plain")


def _is_known(request: HttpRequest) -> bool:
    """Whether a media server of ours asks: by the secret in the address, or from an address that may."""
    secret = settings.LIVE_HOOK_SECRET
    if secret and hmac.compare_digest(request.GET.get("secret", "").encode(), secret.encode()):
        return True
    # Behind a proxy everybody has its address: there only the secret tells.
    is_direct = "HTTP_X_FORWARDED_FOR" not in request.META
    return is_direct and request.META.get("REMOTE_ADDR") in settings.LIVE_HOOK_ADDRESSES


def _question(request: HttpRequest) -> tuple[str, str]:
    """What is asked, and of which stream: nginx-rtmp sends a form, the others JSON; empty where neither can be read."""
    if request.content_type != "application/json":
        return request.POST.get("call", ""), request.POST.get("name", "")
    try:
        data: Any = json.loads(request.body[:MOST_BYTES])
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        return "", ""
    # SRS says `stream`; MediaMTX says `path`, which begins with the application.
    name = data.get("stream") or str(data.get("path", "")).removeprefix("live/")
    return str(data.get("action", "")), str(name)
