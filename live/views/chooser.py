"""The chooser of live lessons: only those of the providers whom the trainer works for."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic import chooser
from wagtail.admin.viewsets.chooser import ChooserViewSet

from live import queries
from live.blocks import CHOOSER
from live.models.lesson import Lesson
from live.wording import lesson_line


class OwnLessons:
    """Lessons of the providers of the request's trainer, the latest first."""

    request: Any
    title_column: Column

    def get_object_list(self) -> QuerySet[Lesson]:
        """What may be chosen."""
        return queries.lessons_seen_by(self.request.user, timezone.localdate())

    @property
    def columns(self) -> list[Column]:
        """Title, when, whose."""
        return [
            self.title_column,
            DateColumn("starts_at", label=_("Starts at"), accessor="starts_at"),
            Column("provider", label=_("Provider"), accessor="provider"),
        ]


class Choose(OwnLessons, chooser.ChooseView):
    """The chooser."""


class ChooseResults(OwnLessons, chooser.ChooseResultsView):
    """Its list, when searched or turned over."""


class Chosen(OwnLessons, chooser.ChosenView):
    """What was chosen."""

    def get_object(self, pk: str) -> Lesson:
        """Nobody chooses another provider's lesson by its address."""
        return self.get_object_list().get(pk=pk)

    def get_display_title(self, instance: Lesson) -> str:
        """Title, when, how long."""
        return lesson_line(instance)


class ChosenMultiple(OwnLessons, chooser.ChosenMultipleView):
    """What was chosen, several at once."""

    def get_objects(self, pks: list[str]) -> QuerySet[Lesson]:
        """As for one."""
        return self.get_object_list().filter(pk__in=pks)


class LessonChooserViewSet(ChooserViewSet):
    """Addresses under /admin/lessons/choose/."""

    model = Lesson
    icon = "media"
    choose_one_text = _("Choose a live lesson")
    choose_another_text = _("Choose another live lesson")
    register_widget = False
    per_page = 20
    choose_view_class = Choose
    choose_results_view_class = ChooseResults
    chosen_view_class = Chosen
    chosen_multiple_view_class = ChosenMultiple

    def inject_view_methods(self, view_class: Any, method_names: list[str]) -> Any:
        """Wagtail would put its own, unlimited list in place of ours."""
        return view_class


viewset = LessonChooserViewSet(CHOOSER, url_prefix="lessons/choose")
