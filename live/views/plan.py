"""A lesson before it begins: its page for hosts, changes, co-hosts, the way to it, the calendar's entry."""

import uuid
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from live import rules
from live.domain import calendar as calendars
from live.domain import lessons
from live.domain.errors import Refused
from live.enums import LessonState
from live.forms import CoHostForm, LessonForm
from live.models.lesson import Lesson
from live.pictures import qr_of
from live.views.lessons import lesson_or_404
from lms.api.people import Person
from lms.api.permissions import require


@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, lesson_id: uuid.UUID) -> HttpResponse:
    """What hosts see of a lesson: its data, who gives it, how others come to it."""
    lesson = _own(request, lesson_id)
    form = LessonForm(request.POST or None, initial=_data_of(lesson))
    if request.method == "POST" and form.is_valid():
        try:
            lessons.edit(lesson=lesson, at=timezone.now(), **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Saved. Those who take it hear of another time by e-mail."))
            return redirect("live:plan", lesson_id=lesson.pk)
    return _page(request, lesson, form, CoHostForm(lesson=lesson))


@require_POST
def cancel(request: HttpRequest, lesson_id: uuid.UUID) -> HttpResponse:
    """Call a lesson off, which everybody hears of and nobody can take back: only with a tick (`sure`)."""
    lesson = _own(request, lesson_id)
    if not request.POST.get("sure"):
        messages.error(request, _("Nothing was cancelled. Tick first that you mean it."))
        return redirect("live:plan", lesson_id=lesson.pk)
    try:
        lessons.cancel(person=cast("Person", request.user), lesson=lesson, at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Cancelled. Those who take it hear of it by e-mail."))
    return redirect("live:plan", lesson_id=lesson.pk)


@require_POST
def co_hosts(request: HttpRequest, lesson_id: uuid.UUID) -> HttpResponse:
    """Add a co-host, or take one away (`remove`)."""
    lesson = _own(request, lesson_id)
    if removed := _uuid(request.POST.get("remove", "")):
        lesson.co_hosts.remove(*lesson.co_hosts.filter(public_id=removed))
        return redirect("live:plan", lesson_id=lesson.pk)
    form = CoHostForm(request.POST, lesson=lesson)
    if not form.is_valid():
        return _page(request, lesson, LessonForm(initial=_data_of(lesson)), form)
    lesson.co_hosts.add(form.cleaned_data["person"])
    return redirect("live:plan", lesson_id=lesson.pk)


@require_GET
def calendar(request: HttpRequest, lesson_id: uuid.UUID) -> HttpResponse:
    """The lesson for one's calendar."""
    lesson = lesson_or_404(lesson_id)
    today = timezone.localdate()
    require(rules.may_attend(request.user, lesson, today))
    body = calendars.file_of(lesson, timezone.now())
    answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = (
        f'attachment; filename="lesson-{timezone.localtime(lesson.starts_at):%Y%m%d}.ics"'
    )
    return answer


def _own(request: HttpRequest, lesson_id: uuid.UUID) -> Lesson:
    lesson = lesson_or_404(lesson_id)
    require(
        rules.may_broadcast(request.user, lesson, timezone.localdate()),
        _("Only the trainer of this lesson and its co-hosts can give it."),
    )
    return lesson


def _data_of(lesson: Lesson) -> dict[str, Any]:
    return {name: getattr(lesson, name) for name in ("title", "starts_at", "planned_minutes")}


def _uuid(value: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(value)
    except ValueError:
        return None


def _page(
    request: HttpRequest, lesson: Lesson, form: LessonForm, co_host_form: CoHostForm
) -> HttpResponse:
    url = settings.SITE_URL + reverse("live:watch", args=[lesson.pk])
    context: dict[str, Any] = {
        "lesson": lesson,
        "form": form,
        "co_host_form": co_host_form,
        "co_hosts": lesson.co_hosts.all(),
        "url": url,
        "qr": qr_of(url),
        "may_change": lesson.state == LessonState.SCHEDULED,
    }
    bad = form.errors or co_host_form.errors
    return render(request, "live/plan.html", context, status=400 if bad else 200)
