"""What a person may see and settle about themselves."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from lms.people import queries as people
from lms.web import personal


@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """Name, school, duties, and the ways to change how one signs in and what the pages look like."""
    person: Any = request.user
    today = timezone.localdate()
    context = {
        "roles": people.roles_of(person, today),
        "duties": people.duties_of(person, today),
        "moves": people.moves_of(person),
    }
    return render(request, "lms/me.html", context)


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """All that is kept about the person, as a JSON file."""
    person: Any = request.user
    answer = JsonResponse(
        personal.export(person), json_dumps_params={"ensure_ascii": False, "indent": 2}
    )
    answer["Content-Disposition"] = f'attachment; filename="my-data-{timezone.localdate()}.json"'
    answer["Cache-Control"] = "no-store"
    return answer
