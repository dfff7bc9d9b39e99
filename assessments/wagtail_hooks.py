"""Papers in Wagtail's admin."""

from wagtail import hooks
from wagtail.permissions import register_permission_policy

from assessments.models import Paper
from assessments.policy import PaperPolicy
from assessments.viewsets import paper_chooser_viewset, paper_viewset

register_permission_policy(Paper, PaperPolicy(Paper))


@hooks.register("register_admin_viewset")
def register_viewsets() -> list[object]:
    """List, editor and chooser."""
    return [paper_viewset, paper_chooser_viewset]
