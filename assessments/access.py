"""Trainers and moderators may try their provider's papers; learners get access from the course that asks them."""

from django.utils import timezone

from assessments import rules
from assessments.models import subject_of
from assessments.queries import papers_by_ref
from lms.api.people import Person

_PREFIX = subject_of("")


def may_use(person: Person, subject: str) -> bool:
    """Whether a person makes or judges this paper."""
    if not subject.startswith(_PREFIX):
        return False
    ref = subject.removeprefix(_PREFIX)
    paper = papers_by_ref([ref]).get(ref)
    return paper is not None and rules.may_read(person, paper, timezone.localdate())
