"""The baseline: a bare signed-in view behind the same server, middleware and session."""

from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.http import require_POST

from lms.plugins.hooks import PermissionRow, Who
from lms.plugins.registry import registry
from lms.urls import urlpatterns as product


@require_POST
def bare(request: HttpRequest) -> JsonResponse:
    """One durable single-row UPDATE."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE people_person SET joined_on = joined_on WHERE id = %s", [request.user.pk]
        )
    return JsonResponse({"ok": True})


registry.add(PermissionRow(key="bench-bare", who=(Who.SIGNED_IN,)))
urlpatterns = [path("bench/bare/", bare, name="bench-bare"), *product]
