"""Courses that would count for what somebody owes."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.urls import reverse

from courses import queries
from courses.enums import Audience
from courses.models.pages import CoursePage
from lms.api.hooks import Opening, Wanted

MOST = 100


def find(person: Any, wanted: Sequence[Wanted]) -> list[Opening]:
    """Published courses for teachers, not yet taken, that fit one of what is wanted; those of most hours first."""
    fits = Q(pk__in=[])
    for one in wanted:
        fits |= _fits(one)
    taken = queries.enrolments_of(person).values("course")
    found = queries.published_courses().filter(fits, audience__contains=[Audience.TEACHER])
    courses = found.exclude(pk__in=taken).defer("modules", "description")
    return [_opening(course) for course in courses.order_by("-hundredths", "title", "pk")[:MOST]]


def _fits(wanted: Wanted) -> Q:
    fits = Q(live=True)  # an empty Q would be lost in an "or", where it means everything
    if wanted.forms:
        fits &= Q(form__in=wanted.forms)
    if wanted.levels:
        fits &= Q(level__in=wanted.levels)
    if wanted.purposes:
        fits &= Q(purpose__in=wanted.purposes)
    if wanted.themes:
        fits &= Q(themes__overlap=list(wanted.themes))
    if wanted.providers is not None:
        fits &= Q(provider__in=wanted.providers)
    return fits


def _opening(course: CoursePage) -> Opening:
    return Opening(
        key=course.training_key,
        title=course.title,
        url=reverse("courses:course", args=[course.key]),
        source=course.provider.name,
        hundredths=course.hundredths,
        form=course.form,
        level=course.level,
        purpose=course.purpose,
        themes=tuple(course.themes),
    )
