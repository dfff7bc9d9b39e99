"""What a lesson came to: the report, as a page and as a file; reminding, declaring an outage, cutting the replay."""

import datetime
import uuid
from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from live import pictures, queries, rules, workbook
from live.domain import outages, replays
from live.domain.errors import Refused
from live.domain.report import Report, remind_absent, report_of
from live.enums import Happening
from live.forms import CutForm, OutageForm
from live.models.lesson import Lesson
from live.views.lessons import lesson_or_404
from lms.api.people import Person
from lms.api.permissions import require

PAGE_SIZE = 50
FILTER_FROM = 12
"""A list of no more lines is seen at a glance."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
def report(request: HttpRequest, lesson_id: uuid.UUID) -> HttpResponse:
    """Who was there, when, and what became of it."""
    return _page(request, *_report(request, lesson_id))


def _page(
    request: HttpRequest,
    lesson: Lesson,
    found: Report,
    *,
    outage_form: OutageForm | None = None,
    cut_form: CutForm | None = None,
) -> HttpResponse:
    """The report; with a form that was refused, in place and with what was filled in."""
    now = timezone.now()
    today = timezone.localdate(now)
    replay = replays.replay_of(lesson)
    name, outcome = request.GET.get("name", "").strip(), request.GET.get("state", "")
    shown = [
        line for line in found.lines if name in line.person.name and outcome in ("", line.outcome)
    ]
    context = {
        "lesson": lesson,
        "report": found,
        "page": Paginator(shown, PAGE_SIZE).get_page(request.GET.get("page")),
        "name": name,
        "outcome": outcome,
        "is_long": len(found.lines) > FILTER_FROM,
        "crowd": found.most
        and pictures.crowd(
            found.crowd,
            [(start / found.step_s, end / found.step_s) for start, end in found.out],
            label=_("How many were there over time"),
        ),
        "may_enter": rules.may_attend(request.user, lesson, today),
        "may_declare": queries.may_declare(cast("Person", request.user), lesson, today),
        "may_cut": replay is not None and rules.may_broadcast(request.user, lesson, today),
        "may_remind": found.is_settled and bool(found.absent),
        "to_remind": found.to_remind(now),
        "outage_form": outage_form or OutageForm(initial=_whole(lesson)),
        "cut_form": cut_form
        or CutForm(
            initial={
                "from_s": replay.cut_ms[0] // 1000 if replay else 0,
                "to_s": replay.cut_ms[1] // 1000 if replay else 0,
            }
        ),
        "replay": replay,
    }
    refused = outage_form or cut_form
    return render(request, "live/report.html", context, status=400 if refused else 200)


def _whole(lesson: Lesson) -> dict[str, datetime.datetime]:
    """From when to when a lesson was given: where an outage lies, to be narrowed."""
    happened = {event.kind: event.at for event in lesson.events.all()}
    found = {"from_at": happened.get(Happening.STARTED), "to_at": happened.get(Happening.ENDED)}
    return {name: at for name, at in found.items() if at is not None}


@require_GET
def file(request: HttpRequest, lesson_id: uuid.UUID) -> HttpResponse:
    """The report for Excel."""
    _lesson, found = _report(request, lesson_id)
    response = HttpResponse(workbook.workbook(found), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="lesson-{lesson_id}.xlsx"'
    return response


@require_POST
def remind(request: HttpRequest, lesson_id: uuid.UUID) -> HttpResponse:
    """Remind those who were absent."""
    lesson, _found = _report(request, lesson_id)
    try:
        count = remind_absent(lesson=lesson, by=cast("Person", request.user), at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        words = ngettext("%(count)d person reminded.", "%(count)d people reminded.", count)
        nobody = _("All of them were reminded within the last day.")
        messages.success(request, words % {"count": count} if count else nobody)
    return redirect("live:report", lesson_id=lesson.pk)


@require_POST
def outage(request: HttpRequest, lesson_id: uuid.UUID) -> HttpResponse:
    """Declare that the room was down."""
    lesson = lesson_or_404(lesson_id)
    person = cast("Person", request.user)
    require(
        queries.may_declare(person, lesson, timezone.localdate()),
        _("Only an assistant of the lesson and the bureau declare an outage."),
    )
    form = OutageForm(request.POST)
    if form.is_valid():
        try:
            outages.declare(lesson=lesson, by=person, at=timezone.now(), **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Declared. The lesson is being settled anew."))
            return redirect("live:report", lesson_id=lesson.pk)
    return _page(request, *_report(request, lesson_id), outage_form=form)


@require_POST
def cut(request: HttpRequest, lesson_id: uuid.UUID) -> HttpResponse:
    """Let the replay begin and end elsewhere."""
    lesson = lesson_or_404(lesson_id)
    require(rules.may_broadcast(request.user, lesson, timezone.localdate()))
    form = CutForm(request.POST)
    if form.is_valid():
        try:
            replays.cut(
                lesson=lesson,
                from_ms=form.cleaned_data["from_s"] * 1000,
                to_ms=form.cleaned_data["to_s"] * 1000,
                by=cast("Person", request.user),
                at=timezone.now(),
            )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("The replay is cut. The recording is kept whole."))
            return redirect("live:report", lesson_id=lesson.pk)
    return _page(request, *_report(request, lesson_id), cut_form=form)


def _report(request: HttpRequest, lesson_id: uuid.UUID) -> tuple[Lesson, Report]:
    lesson = lesson_or_404(lesson_id)
    require(
        queries.may_see_report(cast("Person", request.user), lesson, timezone.localdate()),
        _("The report is for those who gave the lesson, its provider and the bureau."),
    )
    found = report_of(lesson, timezone.now())
    if found is None:
        raise Http404
    return lesson, found
