"""The permission table: which route opens to whom. A route without a row opens to nobody."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from lms.people import rules
from lms.plugins.hooks import PermissionRow, Who
from lms.plugins.registry import registry

if TYPE_CHECKING:
    from django.urls import ResolverMatch

    from lms.people.rules import Somebody

# Every route below this one is Wagtail's and has one rule: see ADMIN in rows.py.
ADMIN_PREFIX = "admin/"
ADMIN_KEY = "admin"

_PREDICATES = {
    Who.TEACHER: rules.is_teacher,
    Who.TRAINER: rules.is_trainer,
    Who.VERIFIER: rules.is_verifier,
    Who.MODERATOR: rules.is_moderator,
    Who.BUREAU: rules.is_bureau,
}


def row_of(match: ResolverMatch) -> PermissionRow | None:
    """The row of a resolved route: its own, else the admin's for what lies under /admin/, else none."""
    row = registry.get(PermissionRow, match.view_name)
    if row is None and in_admin(match):
        return registry.get(PermissionRow, ADMIN_KEY)
    return row


def in_admin(match: ResolverMatch) -> bool:
    """Whether a route is Wagtail's."""
    return match.route.startswith(ADMIN_PREFIX)


def admits(row: PermissionRow, person: Somebody, on: datetime.date) -> bool:
    """Whether a row lets somebody through that day; what they may do with the object, the view asks.

    A row that names nobody opens to superusers alone.
    """
    if Who.PUBLIC in row.who:
        return True
    if not person.is_authenticated or not person.is_active:
        return False
    if person.is_superuser and not row.who:
        return True
    if row.key == ADMIN_KEY and not person.has_perm("wagtailadmin.access_admin"):
        return False
    return Who.SIGNED_IN in row.who or any(
        predicate(person, on) for who, predicate in _PREDICATES.items() if who in row.who
    )
