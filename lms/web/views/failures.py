"""What is answered where a view failed."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import get_template
from django.utils.translation import gettext as _
from django.views.defaults import server_error
from redis.exceptions import RedisError

from lms.people.middleware import wants_json

UNREACHABLE = (OperationalError, InterfaceError, RedisError)

#: How soon to ask again: the embedded database is back within seconds of its end.
RETRY_AFTER_S = 2


def failed(request: HttpRequest) -> HttpResponse:
    """503 with Retry-After while the database or Redis cannot be reached; 500 for every other fault. JSON to programs.

    Called while the error is handled. Asks the database for nothing.
    """
    if not isinstance(sys.exc_info()[1], UNREACHABLE):
        return server_error(request)
    answer: HttpResponse
    if wants_json(request):
        message = _("The site cannot be used at this moment. Nothing was changed. Try again soon.")
        answer = JsonResponse({"error": "unavailable", "message": message}, status=503)
    else:
        # The page asks again by itself, but sends nothing twice.
        was_sent = request.method not in {"GET", "HEAD"}
        told = {"retry_after_s": RETRY_AFTER_S, "was_sent": was_sent}
        answer = HttpResponse(get_template("503.html").render(told), status=503)
    answer["Retry-After"] = str(RETRY_AFTER_S)
    answer["Cache-Control"] = "no-store"
    return answer
