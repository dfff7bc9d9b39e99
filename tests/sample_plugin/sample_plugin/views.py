"""One public page."""

from django.http import HttpRequest, HttpResponse


def about(request: HttpRequest) -> HttpResponse:
    """What this plugin is."""
    return HttpResponse("A page to read.", content_type="text/plain")
