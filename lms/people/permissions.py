"""How a view asks for leave: predicates answer, `require` refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from lms.plugins.hooks import SubjectAccess
from lms.plugins.registry import registry

if TYPE_CHECKING:
    from lms.people.rules import Somebody


def require(allowed: bool, why: str = "") -> None:
    """Go on when allowed, else answer 403 with `why` as the page's sentence."""
    if not allowed:
        raise PermissionDenied(why or _("This belongs to somebody else, or needs another duty."))


def may_use(person: Somebody, subject: str) -> bool:
    """Whether any plugin gives the person access to a subject ("media.asset:<uuid>")."""
    if not person.is_authenticated or not person.is_active:
        return False
    return any(access.may_use(person, subject) for access in registry.all(SubjectAccess))
