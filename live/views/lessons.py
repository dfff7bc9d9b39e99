"""Pages of live lessons: the list, the studio, the picture."""

import uuid
from typing import Any, cast

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from live import queries, rules, words
from live.agenda import agenda_of
from live.core import steady
from live.core.tape import US, recorded_us
from live.domain import lessons as acts
from live.domain import silence, store, watching
from live.domain.errors import Refused
from live.enums import LessonState, RoomRole
from live.forms import ScheduleForm
from live.models.lesson import Lesson
from live.room import tickets
from live.views.beside import replay_context
from lms.api.people import Person, Provider, providers_taught_by
from lms.api.permissions import require
from media.api import office_program


def lesson_or_404(lesson_id: uuid.UUID) -> Lesson:
    """The lesson of an address."""
    lesson = queries.lesson_named(lesson_id)
    if lesson is None:
        raise Http404
    return lesson


@require_GET
def lessons(request: HttpRequest) -> HttpResponse:
    """Lessons one takes, gives or works for, and those one could enrol for."""
    person = cast("Person", request.user)
    context = {
        "agenda": agenda_of(person, request.GET.get("page"), timezone.now()),
        "may_schedule": rules.may_schedule(person),
    }
    return render(request, "live/lessons.html", context)


@require_http_methods(["GET", "POST"])
def schedule(request: HttpRequest) -> HttpResponse:
    """Plan a lesson; the way goes on to its studio."""
    person = cast("Person", request.user)
    taught = providers_taught_by(person, timezone.localdate())
    providers = Provider.objects.filter(pk__in=[one.pk for one in taught])
    form = ScheduleForm(request.POST or None, providers=providers)
    if request.method == "POST" and form.is_valid():
        lesson = acts.schedule(trainer=person, at=timezone.now(), **form.cleaned_data)
        return redirect("live:plan", lesson_id=lesson.pk)
    return render(request, "live/schedule.html", {"form": form}, status=400 if form.errors else 200)


@require_GET
def studio(request: HttpRequest, lesson_id: uuid.UUID) -> HttpResponse:
    """Where a lesson is given."""
    lesson = lesson_or_404(lesson_id)
    require(
        rules.may_broadcast(request.user, lesson, timezone.localdate()),
        _("Only the trainer of this lesson and its co-hosts can give it."),
    )
    if lesson.state == LessonState.ENDED:
        return redirect("live:watch", lesson_id=lesson.pk)
    data = {
        "socket": f"/live/studio/{lesson.pk}/socket",
        "end": reverse("live:end", args=[lesson.pk]),
        "watch": reverse("live:watch", args=[lesson.pk]),
        "slides": reverse("live:slides", args=[lesson.pk]),
        "silence": settings.LIVE_SILENCE_MINUTES,
        "lesson": str(lesson.pk),
        "recorded": store.recorded_s(lesson.pk),
        "room": _room(request, lesson),
        "panel": _panel(request, lesson),
        "stage": {"words": words.stage()},
        "away": _away_s(lesson),
        "words": words.studio(),
    }
    return render(
        request,
        "live/studio.html",
        {
            **_room_context(RoomRole.HOST),
            "lesson": lesson,
            "data": data,
            "level_places": range(0, 98, 7),
            "pen_colours": words.pen_colours(),
            "has_office": office_program() is not None,
            "rtmp_url": settings.RTMP_URL if settings.RTMP_PORT else "",
        },
    )


@require_POST
def end(request: HttpRequest, lesson_id: uuid.UUID) -> HttpResponse:
    """End a lesson; its replay is there at once."""
    lesson = lesson_or_404(lesson_id)
    require(rules.may_broadcast(request.user, lesson, timezone.localdate()))
    try:
        acts.end(person=cast("Person", request.user), lesson=lesson, at=steady.now())
    except Refused as refused:
        return JsonResponse({"error": refused.code, "message": refused.message}, status=409)
    return JsonResponse({"watch": reverse("live:watch", args=[lesson.pk])})


@require_GET
def watch(request: HttpRequest, lesson_id: uuid.UUID) -> HttpResponse:
    """The lesson on air, or its replay; a sentence where there is neither."""
    lesson = lesson_or_404(lesson_id)
    person, today = cast("Person", request.user), timezone.localdate()
    require(
        rules.may_attend(request.user, lesson, today),
        _(
            "This lesson is for those who take its course. Enrol under “Courses”, then open this link again."
        ),
    )
    is_ended = lesson.state == LessonState.ENDED
    may_see_report = queries.may_see_report(person, lesson, today)
    replay = replay_context(lesson, person) if is_ended else None
    if lesson.state == LessonState.CANCELLED or (is_ended and not replay):
        context = {"lesson": lesson, "is_ended": is_ended, "may_see_report": may_see_report}
        return render(request, "live/nothing_to_see.html", context)
    panel = _panel(request, lesson)
    context = {
        **_room_context(panel["role"]),
        "lesson": lesson,
        "may_broadcast": rules.may_broadcast(request.user, lesson, today),
        "data": _watch_data(lesson)
        | {
            "room": _room(request, lesson),
            "panel": panel,
            "stage": {"words": words.stage()},
        },
        "is_ended": is_ended,
        "may_see_report": may_see_report,
        "replay": replay,
        "has_small": settings.LIVE_SMALL_LESSONS > 0,
        "has_near": settings.LIVE_LOW_DELAY_VIEWERS > 0 and not is_ended,
    }
    return render(request, "live/watch.html", context)


@require_GET
def links(request: HttpRequest, lesson_id: uuid.UUID) -> HttpResponse:
    """New addresses for a page whose old ones have run out."""
    lesson = lesson_or_404(lesson_id)
    require(rules.may_attend(request.user, lesson, timezone.localdate()))
    return JsonResponse(_addresses(lesson))


@require_GET
def ticket(request: HttpRequest, lesson_id: uuid.UUID) -> HttpResponse:
    """A new ticket for a page whose old one has run out; the rules are asked anew."""
    lesson = lesson_or_404(lesson_id)
    require(rules.may_attend(request.user, lesson, timezone.localdate()))
    return JsonResponse(_room(request, lesson))


def _room(request: HttpRequest, lesson: Lesson) -> dict[str, str]:
    """What a page needs to enter the lesson's room; its view has asked whether the person may attend."""
    person = cast("Person", request.user)
    return {
        "ticket": tickets.issue(
            lesson_id=lesson.pk,
            person_id=person.pk,
            name=person.name,
            role=rules.role_in(person, lesson, timezone.localdate()),
            language=translation.get_language(),
            at=timezone.now(),
        ),
        "socket": f"/live/room/{lesson.pk}/socket",
        "renew": reverse("live:ticket", args=[lesson.pk]),
    }


def _panel(request: HttpRequest, lesson: Lesson) -> dict[str, Any]:
    """What the room's panels need besides the socket. The giver of a lesson looks after its room from the studio."""
    return {
        "role": rules.role_in(request.user, lesson, timezone.localdate()),
        "file": reverse("live:file", args=[lesson.pk, uuid.UUID(int=0)]),
        "upload": reverse("live:files", args=[lesson.pk]),
        "words": words.room(),
    }


def _room_context(role: RoomRole) -> dict[str, Any]:
    return {
        "role": role,
        "reactions": words.reactions(),
        "windows": (30, 60, 90, 120),
        "slows": (5, 15, 30, 60),
        "option_numbers": range(1, 7),
    }


def _away_s(lesson: Lesson) -> float | None:
    """Seconds since a lesson on air showed anything; None where it is not."""
    if lesson.state != LessonState.LIVE:
        return None
    return max(0.0, steady.now_us() / US - silence.since_of(lesson))


def _addresses(lesson: Lesson) -> dict[str, str]:
    found = watching.addresses_of(lesson.pk, at=timezone.now())
    return {"live": found.live_url, "replay": found.replay_url, "state": found.state_url}


def _watch_data(lesson: Lesson) -> dict[str, Any]:
    return {
        "addresses": _addresses(lesson),
        "links": reverse("live:links", args=[lesson.pk]),
        "near": f"/live/near/{lesson.pk}/socket",
        "ended": lesson.state == LessonState.ENDED,
        "live": lesson.state == LessonState.LIVE,
        "recorded": recorded_us(store.takes_of(lesson.pk)) / US,
        "words": words.watch(),
    }
