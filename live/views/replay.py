"""The replay's page talks to these: what was watched, and what is written where a lesson fell out."""

import uuid
from http import HTTPStatus
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from live import rules
from live.domain import presence, replays
from live.domain.errors import Refused
from live.views.lessons import lesson_or_404
from lms.api.credit import asked_of
from lms.api.people import Person
from lms.api.permissions import require
from media.api import Problem, parse_report


@require_POST
def replayed(request: HttpRequest, lesson_id: uuid.UUID) -> HttpResponse:
    """Take a report of the replay's player; durable when answered."""
    lesson = lesson_or_404(lesson_id)
    require(rules.may_attend(request.user, lesson, timezone.localdate()))
    person = cast("Person", request.user)
    try:
        claim = parse_report(request.body)
        taken = replays.accept(person=person, lesson=lesson, claim=claim, at=timezone.now())
    except Problem as problem:
        return JsonResponse(
            {"error": problem.code, "message": str(problem.message)}, status=problem.status
        )
    except Refused as refused:
        return JsonResponse(
            {"error": refused.code, "message": refused.message}, status=HTTPStatus.CONFLICT
        )
    coverage = taken.coverage
    needed = asked_of(lesson.subject, [person.pk]).get(person.pk, presence.USUAL_SHARE)
    return JsonResponse(
        {
            "covered": [[start / 1000, end / 1000] for start, end in coverage.spans],
            "seconds": sum(end - start for start, end in coverage.spans) / 1000,
            "fraction": float(coverage.share),
            # For the bar beside the replay, in seconds of the lesson.
            "counted": [[start / 1_000_000, end / 1_000_000] for start, end in taken.stretches],
            "complete": coverage.share >= needed,
            "accepted": float(round(taken.counted.outcome.seconds, 3)),
            "flags": [str(flag) for flag in taken.counted.outcome.flags],
            "needed": [float(needed)],
        }
    )


@require_POST
def discuss(request: HttpRequest, lesson_id: uuid.UUID) -> HttpResponse:
    """Keep what somebody writes about a lesson that fell out."""
    lesson = lesson_or_404(lesson_id)
    require(rules.may_attend(request.user, lesson, timezone.localdate()))
    try:
        replays.discuss(
            lesson=lesson,
            person=cast("Person", request.user),
            text=request.POST.get("text", ""),
            at=timezone.now(),
        )
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Kept. What you watch of the replay counts."))
    return redirect("live:watch", lesson_id=lesson.pk)
