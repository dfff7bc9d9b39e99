"""Pages of courses: the catalogue, a course, its steps, and what one takes."""

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from courses import cards, queries, rules
from courses.catalogue import Wanted, chip_rows, find
from courses.domain.enrol import enrol as enrol_in
from courses.domain.enrol import leave as leave_course
from courses.errors import CannotEnrol
from courses.models.enrolment import CourseVersion, Enrolment
from courses.models.pages import CoursePage
from lms.api.credit import Outcome, outcome_of
from lms.api.hooks import StepPlace
from lms.api.permissions import require

if TYPE_CHECKING:
    from lms.api.people import Person

PAGE_SIZE = 12


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """All courses that are offered, to find by words and choices. Open to visitors."""
    wanted = Wanted.read(request.GET)
    page = Paginator(find(wanted), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "wanted": wanted,
        "rows": chip_rows(wanted),
        "page": page,
        "cards": cards.for_courses(request.user, page.object_list),
    }
    return render(request, "courses/catalogue.html", context)


@dataclass(frozen=True)
class Seat:
    """Somebody before a course: their enrolment, or None, and the version that they see."""

    course: CoursePage
    enrolment: Enrolment | None
    version: CourseVersion
    newest: CourseVersion | None
    preview: bool


def _seat(request: HttpRequest, key: uuid.UUID) -> Seat:
    """Who sees which version; 404 for a course that is not offered to somebody who does not take it."""
    course = queries.course_with(key)
    if course is None:
        raise Http404
    enrolment = queries.enrolment_of(request.user, course)
    newest = queries.current_version(course)
    version = enrolment.version if enrolment else newest
    preview = enrolment is None and rules.may_preview_course(request.user, course)
    if version is None and preview:
        version = course.versions.order_by("-number").first()
    if version is None:
        raise Http404
    return Seat(course, enrolment, version, newest, preview)


@require_safe
def course(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """A course: what it is worth and what earns that, its modules, and how far one is."""
    seat = _seat(request, key)
    state = queries.states_of(request.user, [seat.version])[seat.version.pk]
    context = {
        "seat": seat,
        "course": seat.course,
        "version": seat.version,
        "state": state,
        "card": cards.of_version(seat.course, seat.version),
        "outcome": _outcome(request, seat, state),
        "can_open": seat.enrolment is not None or seat.preview,
        "newer": seat.enrolment and seat.newest and seat.newest.number > seat.version.number,
    }
    return render(request, "courses/course.html", context)


def _outcome(request: HttpRequest, seat: Seat, state: queries.CourseState) -> Outcome | None:
    """What completing the course came to; None while it is not completed."""
    if seat.enrolment is None or state.next:
        return None
    return outcome_of(cast("Person", request.user), seat.course.training_key)


@require_POST
def enrol(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Take the course, and go on to its first step."""
    found = queries.course_with(key)
    if found is None or not (found.live or queries.enrolment_of(request.user, found)):
        raise Http404
    try:
        enrolment = enrol_in(person=cast("Person", request.user), course=found, at=timezone.now())
    except CannotEnrol as problem:
        messages.error(request, problem.sentence)
        return redirect("courses:course", key)
    state = queries.states_of(request.user, [enrolment.version])[enrolment.version.pk]
    if state.next is None:
        return redirect("courses:course", key)
    return redirect("courses:step", key, state.next.step.key)


@require_POST
def leave(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Leave the course."""
    found = queries.course_with(key)
    if found is None or queries.enrolment_of(request.user, found) is None:
        raise Http404
    leave_course(person=cast("Person", request.user), course=found, at=timezone.now())
    messages.success(
        request, _("You have left the course. What you have learnt and earned is kept.")
    )
    return redirect("courses:mine")


@require_safe
def step(request: HttpRequest, key: uuid.UUID, step: str) -> HttpResponse:
    """One step of a course that one takes: the activity, and where one is in the course."""
    context = _step_context(request, key, step)
    place, version = context["place"], context["version"]
    if place.kind:
        activity = place.kind.present(
            request,
            place.step.ref,
            StepPlace(
                course_title=version.title,
                step_key=place.step.key,
                step_title=place.step.title,
                number=place.number,
                count=context["state"].count,
                minimum=place.step.minimum,
                back_url=reverse("courses:course", args=[key]),
                next_url=context["next_url"],
            ),
        )
        # Rendered by itself: its context and ours shall not meet.
        context["activity"] = render_to_string(
            activity.template, dict(activity.context), request=request
        )
        context["brings_head"] = activity.brings_head
        context["leads_on"] = place.done and activity.brings_head
    return render(request, "courses/step.html", context)


@require_safe
def progress(request: HttpRequest, key: uuid.UUID, step: str) -> HttpResponse:
    """The parts of a step's page that its activity changes while the page is open."""
    context = _step_context(request, key, step)
    # Asked for by activities that are finished in place: what comes next is up to the page.
    context["leads_on"] = context["place"].done
    context["outcome"] = _outcome(request, context["seat"], context["state"])
    return render(request, "courses/step_progress.html", context)


def _step_context(request: HttpRequest, key: uuid.UUID, step: str) -> dict[str, Any]:
    """Where one is in a course. Raises Http404 and PermissionDenied."""
    seat = _seat(request, key)
    require(
        seat.enrolment is not None or seat.preview,
        _("Enrol in the course first, then its modules are open to you."),
    )
    state = queries.states_of(request.user, [seat.version])[seat.version.pk]
    place = next((one for one in state.steps if one.step.key == step), None)
    if place is None:
        raise Http404
    before = state.steps[place.number - 2] if place.number > 1 else None
    after = state.steps[place.number] if place.number < state.count else None
    return {
        "seat": seat,
        "course": seat.course,
        "version": seat.version,
        "state": state,
        "place": place,
        "previous_url": before and _step_url(key, before),
        "next_url": after and _step_url(key, after),
    }


def _step_url(key: uuid.UUID, state: queries.StepState) -> str:
    return reverse("courses:step", args=[key, state.step.key])


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What one takes, unfinished first."""
    page = Paginator(queries.enrolments_of(request.user), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context = {"page": page, "cards": cards.for_enrolments(request.user, page.object_list)}
    return render(request, "courses/mine.html", context)
