"""What people agree to, for everybody to read before they do."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lms.people import consent


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept about people, why, for how long, and what they may ask for."""
    return render(request, "lms/privacy.html", {"dated": consent.DATED})


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    """What people and the site promise each other."""
    return render(request, "lms/terms.html", {"dated": consent.DATED})
