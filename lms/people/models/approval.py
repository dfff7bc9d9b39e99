"""Approval of courses by a colleague."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractGroupApprovalTask

from lms.people.models.person import Person


class PeerApprovalTask(AbstractGroupApprovalTask):
    """Wagtail's approval by a group, but nobody approves what they own or handed in themselves."""

    class Meta:
        verbose_name = _("approval by a colleague")
        verbose_name_plural = _("approvals by a colleague")

    def get_actions(self, obj: Any, user: Person) -> list[tuple[str, Any, bool]]:
        """None on one's own work; the group's otherwise."""
        state = obj.current_workflow_state
        makers = {getattr(obj, "owner_id", None), state.requested_by_id if state else None}
        return [] if user.pk in makers else super().get_actions(obj, user)

    @classmethod
    def get_description(cls) -> Any:
        """What the admin says of this kind of task."""
        return _("Members of the groups can approve the work of others, never their own.")
