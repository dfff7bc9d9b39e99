"""What this plugin keeps about a person."""

from typing import Any

from assessments.models import Attempt
from lms.api.people import Person


def export(person: Person) -> dict[str, Any]:
    """Every attempt with what was chosen and scored."""
    attempts = Attempt.objects.filter(person=person).select_related("version", "mark")
    return {"attempts": [_attempt(one) for one in attempts.order_by("started_at", "pk")]}


def _attempt(attempt: Attempt) -> dict[str, Any]:
    mark = getattr(attempt, "mark", None)
    return {
        "quiz": attempt.version.content["title"],
        "attempt": attempt.number,
        "started_at": attempt.started_at.isoformat(),
        "answers": mark.answers if mark else attempt.answers,
        "submitted_at": mark.submitted_at.isoformat() if mark else None,
        "score": str(mark.amount) if mark else None,
    }


def erase(person: Person) -> None:
    """Drafts go. Marks stay: they are what hours were booked for, and name the person by key only."""
    Attempt.objects.filter(person=person, mark__isnull=True).delete()
