"""What views of JSON share: problems as answers, bodies within bounds, who is signed in."""

import json
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from media.domain.claims import MOST_BYTES
from media.domain.errors import Problem

View = Callable[..., HttpResponse]


def says_problems(view: View) -> View:
    """Turn a Problem into its JSON answer."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Problem as problem:
            body = {"error": problem.code, "message": str(problem.message), **problem.extra}
            return JsonResponse(body, status=problem.status)

    return answer


def signed_in(request: HttpRequest) -> Any:
    """The person; raises Problem for whoever is signed out."""
    if not request.user.is_authenticated:
        raise Problem(
            "signed-out",
            _("You are signed out. Sign in again; what you watched is kept on this device."),
            HTTPStatus.UNAUTHORIZED,
        )
    return request.user


def body_of(request: HttpRequest) -> bytes:
    """The body, if it is of a size that a report can have. Raises Problem."""
    length = request.headers.get("Content-Length") or "0"
    if not length.isdecimal() or int(length) > MOST_BYTES:
        raise Problem(
            "too-large",
            _("This report is too large to be one. Nothing was counted."),
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        )
    return request.body


def fields_of(request: HttpRequest, **kinds: type) -> dict[str, Any]:
    """The fields of a JSON object, each of its kind. Raises Problem."""
    try:
        data = json.loads(body_of(request))
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict) or any(
        type(data.get(name)) is not kind for name, kind in kinds.items()
    ):
        raise Problem("malformed", _("This request cannot be read. Reload the page and try again."))
    return {name: data[name] for name in kinds}
