"""The chooser of live lessons: only those of the providers whom the trainer works for."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn

from live import queries
from live.blocks import CHOOSER
from live.models.lesson import Lesson
from live.wording import lesson_line
from lms.api.choosers import OwnChooserViewSet


class LessonChooserViewSet(OwnChooserViewSet):
    """Addresses under /admin/lessons/choose/."""

    model = Lesson
    icon = "media"
    choose_one_text = _("Choose a live lesson")
    choose_another_text = _("Choose another live lesson")
    columns = (
        DateColumn("starts_at", label=_("Starts at"), accessor="starts_at"),
        Column("provider", label=_("Provider"), accessor="provider"),
    )

    def own(self, request: Any) -> QuerySet[Lesson]:
        """Lessons of the providers of the request's trainer, the latest first."""
        return queries.lessons_seen_by(request.user, timezone.localdate())

    def line_of(self, one: Lesson) -> str:
        """Title, when, how long."""
        return lesson_line(one)


viewset = LessonChooserViewSet(CHOOSER, url_prefix="lessons/choose")
