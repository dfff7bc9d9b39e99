"""Who may use what a course is made of: whoever takes it. Its provider's people have their own access."""

from typing import Any

from courses.queries import is_enrolled_for


def may_use(person: Any, subject: str) -> bool:
    """Whether somebody takes a course with a step about the subject."""
    return is_enrolled_for(person, subject)
