"""How often one address may ask for a public page."""

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

WINDOW_S = 60


def too_often(request: HttpRequest, what: str) -> HttpResponse | None:
    """The answer 429 once an address has asked for `what` more than PUBLIC_CHECKS_PER_MINUTE times in this minute.

    allauth's own limits leave GET out, and these pages are opened by GET.
    """
    minute = int(timezone.now().timestamp()) // WINDOW_S
    key = f"limit:{what}:{get_adapter().get_client_ip(request)}:{minute}"
    # Kept for longer than its minute lasts: it must not end between the two steps.
    cache.add(key, 0, 2 * WINDOW_S)
    if cache.incr(key) <= settings.PUBLIC_CHECKS_PER_MINUTE:
        return None
    return render(request, "429.html", status=429)
