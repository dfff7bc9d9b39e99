"""The live plugin in the admin."""

from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSet

from live.views import chooser


@hooks.register("register_admin_viewset")
def lesson_chooser() -> ViewSet:
    """/admin/lessons/choose/."""
    return chooser.viewset
