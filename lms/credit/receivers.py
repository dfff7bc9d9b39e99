"""What changes a standing without a transfer: posts, the day of joining, policies and where they hold."""

from typing import Any

from django.db.models.signals import post_delete, post_save

from lms.credit.domain import standing
from lms.credit.models.policy import PolicyAssignment, PolicyVersion
from lms.people.models.person import Person
from lms.people.models.roles import RoleSpell


def connect() -> None:
    """Listen; called when the app is ready. Who writes such rows in bulk calls `standing.mark_stale` themselves."""
    for model, receiver in (
        (RoleSpell, _post_changed),
        (PolicyAssignment, _assignment_changed),
    ):
        for signal in (post_save, post_delete):
            signal.connect(receiver, sender=model, dispatch_uid="credit.standing")
    post_save.connect(_person_changed, sender=Person, dispatch_uid="credit.standing")
    post_save.connect(_version_published, sender=PolicyVersion, dispatch_uid="credit.standing")


def _post_changed(instance: RoleSpell, **_: Any) -> None:
    standing.mark_stale([instance.person_id])


def _person_changed(
    instance: Person, created: bool, update_fields: frozenset[str] | None, **_: Any
) -> None:
    if not created and (update_fields is None or "joined_on" in update_fields):
        standing.mark_stale([instance.pk])


def _assignment_changed(instance: PolicyAssignment, **_: Any) -> None:
    standing.mark_stale_under(instance.organisation)


def _version_published(instance: PolicyVersion, **_: Any) -> None:
    standing.mark_stale_with(instance.policy)
