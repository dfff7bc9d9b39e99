"""Predicates over persons and their duties, and how a view asks for leave."""

from lms.people.permissions import left, may_use, offered, require, usable
from lms.people.rules import (
    is_assistant,
    is_bureau,
    is_moderator,
    is_teacher,
    is_trainer,
    is_verifier,
    may_moderate_for,
    may_oversee,
    may_oversee_person,
    may_publish,
    may_register_person,
    may_see_works_of,
    may_teach_for,
    may_verify_person,
    may_verify_school,
)
from lms.plugins.hooks import PermissionRow, Who

__all__ = [
    "PermissionRow",
    "Who",
    "is_assistant",
    "is_bureau",
    "is_moderator",
    "is_teacher",
    "is_trainer",
    "is_verifier",
    "left",
    "may_moderate_for",
    "may_oversee",
    "may_oversee_person",
    "may_publish",
    "may_register_person",
    "may_see_works_of",
    "may_teach_for",
    "may_use",
    "may_verify_person",
    "may_verify_school",
    "offered",
    "require",
    "usable",
]
