"""Which organisation is under which policy, for a span of time."""

import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lms.credit.errors import BadPolicy
from lms.credit.models.policy import Policy, PolicyAssignment
from lms.people.models.organisations import Organisation


def assign_policy(
    *,
    policy: Policy,
    organisation: Organisation,
    from_on: datetime.date,
    to_on: datetime.date | None,
) -> PolicyAssignment:
    """The policy holds at the organisation and below, first and last day included. Raises BadPolicy."""
    if policy.owner and not organisation.is_within(policy.owner):
        raise BadPolicy(_("This policy belongs to another bureau."))
    if not policy.versions.exists():
        raise BadPolicy(_("Publish the policy first."))
    assignment = PolicyAssignment(
        policy=policy, organisation=organisation, from_on=from_on, to_on=to_on
    )
    return _save(assignment)


def end_assignment(assignment: PolicyAssignment, *, to_on: datetime.date) -> PolicyAssignment:
    """Let it hold for the last time on a day. Raises BadPolicy."""
    assignment.to_on = to_on
    return _save(assignment)


def _save(assignment: PolicyAssignment) -> PolicyAssignment:
    try:
        with transaction.atomic():
            assignment.full_clean()
            assignment.save()
    except ValidationError as error:
        raise BadPolicy(" ".join(error.messages)) from error
    except IntegrityError as error:
        # Somebody else was faster by a moment.
        raise BadPolicy(
            _("This organisation is under a policy already on some of these days.")
        ) from error
    return assignment
