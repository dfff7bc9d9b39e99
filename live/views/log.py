"""The log of a lesson's chat: all that was written, also what others did not see, and what was done about it."""

import uuid
from typing import cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from live import queries
from live.enums import Looked
from live.views.lessons import lesson_or_404
from lms.api.people import Person
from lms.api.permissions import require

PAGE_SIZE = 100


@require_GET
def log(request: HttpRequest, lesson_id: uuid.UUID) -> HttpResponse:
    """For whoever may read the report, already while the lesson is on air."""
    lesson = lesson_or_404(lesson_id)
    require(
        queries.may_see_report(cast("Person", request.user), lesson, timezone.localdate()),
        _("The chat's log is for those who give the lesson, its provider and the bureau."),
    )
    words, which = request.GET.get("words", "").strip()[:60], request.GET.get("which", "")
    which = which if which in Looked.values else ""
    found = queries.chat_log(lesson, words=words, which=which)
    context = {
        "lesson": lesson,
        "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        "mutes": queries.mutes_of(lesson),
        "words": words,
        "which": which,
        "choices": Looked.choices,
    }
    return render(request, "live/log.html", context)
