"""Who may do what with a paper or an attempt."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, cast

from lms.api.permissions import may_moderate_for, may_teach_for, may_use

if TYPE_CHECKING:
    from django.http import HttpRequest

    from assessments.models import Attempt, Paper
    from lms.api.people import Person


def person_of(request: HttpRequest) -> Person:
    """Who asks; the permission table lets nobody through to our routes who is not signed in."""
    return cast("Person", request.user)


def may_edit(person: Person, paper: Paper, on: date) -> bool:
    """Trainers of the paper's provider; the superuser."""
    return person.is_superuser or may_teach_for(person, paper.provider, on)


def may_read(person: Person, paper: Paper, on: date) -> bool:
    """Those who may edit it, and the provider's moderators, who have to judge a course as a whole."""
    return may_edit(person, paper, on) or may_moderate_for(person, paper.provider, on)


def may_sit(person: Person, paper: Paper) -> bool:
    """Whoever a plugin gives access to the paper, as courses do to those enrolled."""
    return may_use(person, paper.subject)


def may_continue(person: Person, attempt: Attempt) -> bool:
    """One's own attempt, while one may sit the paper."""
    return attempt.person_id == person.pk and may_sit(person, attempt.paper)
