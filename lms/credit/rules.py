"""Who may read, write and assign policies."""

import datetime
from typing import TYPE_CHECKING

from lms.people.rules import is_bureau, may_oversee

if TYPE_CHECKING:
    from lms.credit.models.policy import Policy
    from lms.people.models.organisations import Organisation
    from lms.people.rules import Somebody


def may_edit_policy(person: "Somebody", policy: "Policy", on: datetime.date) -> bool:
    """Administers the policy's owner, or what stands above it. What came with the platform nobody edits."""
    return policy.owner is not None and may_oversee(person, policy.owner, on)


def may_use_policy(person: "Somebody", policy: "Policy", on: datetime.date) -> bool:
    """May read it in the admin, copy and assign it: what came with the platform, one's own, and one's bureau's."""
    if not is_bureau(person, on):
        return False
    if policy.owner is None or may_oversee(person, policy.owner, on):
        return True
    return person.is_authenticated and any(
        duty.organisation is not None and duty.organisation.is_within(policy.owner)
        for duty in person.duties_on(on)
        if duty.kind == "bureau_admin"
    )


def may_assign_to(person: "Somebody", organisation: "Organisation", on: datetime.date) -> bool:
    """Administers the organisation or one above it."""
    return may_oversee(person, organisation, on)
