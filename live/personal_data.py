"""What the live plugin keeps about a person."""

from typing import Any

from live.models.lesson import Lesson, Take
from lms.api.people import Person


def export(person: Person) -> dict[str, Any]:
    """The lessons somebody gave, and when they were on air."""
    return {
        "lessons": [
            {"title": one.title, "starts_at": one.starts_at.isoformat()}
            for one in Lesson.objects.filter(trainer=person)
        ],
        "takes": [
            {"lesson": one.lesson.title, "number": one.number, "at": one.started_at.isoformat()}
            for one in Take.objects.filter(by=person).select_related("lesson")
        ],
    }


def erase(person: Person) -> None:
    """Nothing: who taught what is the provider's record, and attendance rests on it."""
