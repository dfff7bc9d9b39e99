"""How a view asks for leave: predicates answer, `require` refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from lms.plugins.hooks import SubjectAccess
from lms.plugins.registry import registry

if TYPE_CHECKING:
    from collections.abc import Collection

    from lms.people.models import Person
    from lms.people.rules import Somebody
    from lms.plugins.hooks import Offer


def require(allowed: bool, why: str = "") -> None:
    """Go on when allowed, else answer 403 with `why` as the page's sentence."""
    if not allowed:
        raise PermissionDenied(why or _("This belongs to somebody else, or needs another duty."))


def may_use(person: Somebody, subject: str) -> bool:
    """Whether any plugin gives the person access to a subject ("media.asset:<uuid>")."""
    if not person.is_authenticated or not person.is_active:
        return False
    return any(access.may_use(person, subject) for access in registry.all(SubjectAccess))


def usable(person: Person, prefix: str) -> set[str]:
    """Of the subjects that begin with `prefix`, those that somebody may use because they take something."""
    return {
        subject
        for access in registry.all(SubjectAccess)
        if access.usable
        for subject in access.usable(person, prefix)
    }


def left(subject: str) -> set[int]:
    """Who once took something about a subject and takes nothing about it now: nobody writes to them of it."""
    return {
        person_id
        for access in registry.all(SubjectAccess)
        if access.left
        for person_id in access.left(subject)
    }


def offered(person: Person, subjects: Collection[str]) -> dict[str, Offer]:
    """Of these subjects, those that somebody may have the use of by beginning something, and where."""
    found: dict[str, Offer] = {}
    for access in registry.all(SubjectAccess):
        if access.offered and subjects:
            found = {**access.offered(person, subjects), **found}
    return found
