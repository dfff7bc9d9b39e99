"""Who may do what with a course; admin, views and templates ask the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from lms.api.permissions import may_moderate_for, may_publish, may_see_works_of

if TYPE_CHECKING:
    from courses.models.pages import CoursePage


def may_publish_course(person: Any, course: CoursePage) -> bool:
    """Is a moderator of its provider today and did not make it."""
    return may_publish(person, course.provider, course.makers(), timezone.localdate())


def may_moderate_course(person: Any, course: CoursePage) -> bool:
    """Is a moderator of its provider today."""
    return may_moderate_for(person, course.provider, timezone.localdate())


def may_preview_course(person: Any, course: CoursePage) -> bool:
    """Sees its steps without being enrolled: trainers and moderators of its provider today."""
    return may_see_works_of(person, course.provider, timezone.localdate())
