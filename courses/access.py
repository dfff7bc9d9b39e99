"""Who may use what a course is made of: whoever takes it. Its provider's people have their own access."""

from collections.abc import Collection
from typing import Any

from django.urls import reverse

from courses import queries
from lms.api.hooks import Offer


def may_use(person: Any, subject: str) -> bool:
    """Whether somebody takes a course with a step about the subject."""
    return queries.is_enrolled_for(person, subject)


def offered(person: Any, subjects: Collection[str]) -> dict[str, Offer]:
    """Of subjects, those of courses of the catalogue that somebody does not take yet."""
    return {
        subject: Offer(title=title, url=reverse("courses:course", args=[key]))
        for subject, (key, title) in queries.courses_about(person, subjects).items()
    }
