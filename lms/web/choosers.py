"""A chooser of Wagtail's admin that offers, and lets through, only what is somebody's own."""

from typing import Any

from django.db.models import Model, QuerySet
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import chooser
from wagtail.admin.viewsets.chooser import ChooserViewSet


class _OfViewSet:
    """A view that asks its viewset what may be chosen."""

    request: Any
    title_column: Column
    viewset: Any = None
    """The `OwnChooserViewSet` that made the view."""

    def get_object_list(self) -> QuerySet[Any]:
        return self.viewset.own(self.request)

    @property
    def columns(self) -> list[Column]:
        return [self.title_column, *self.viewset.columns]

    def get_object(self, pk: str) -> Model:
        """What is another's cannot be chosen by its address either: 404."""
        return self.get_object_list().get(pk=pk)

    def get_objects(self, pks: list[str]) -> QuerySet[Any]:
        return self.get_object_list().filter(pk__in=pks)

    def get_display_title(self, instance: Model) -> str:
        return self.viewset.line_of(instance)


class _Choose(_OfViewSet, chooser.ChooseView):
    """The chooser's window."""


class _ChooseResults(_OfViewSet, chooser.ChooseResultsView):
    """Its list alone, when searched or turned over."""


class _Chosen(_OfViewSet, chooser.ChosenView):
    """What was chosen."""


class _ChosenMultiple(_OfViewSet, chooser.ChosenMultipleView):
    """The same for several."""


class OwnChooserViewSet(ChooserViewSet):
    """A chooser whose `own` says what may be chosen; beside the title its list has `columns`."""

    register_widget = False
    per_page = 20
    columns: tuple[Column, ...] = ()
    choose_view_class = _Choose
    choose_results_view_class = _ChooseResults
    chosen_view_class = _Chosen
    chosen_multiple_view_class = _ChosenMultiple

    def own(self, request: Any) -> QuerySet[Any]:
        """What whoever asks may choose, with what the columns show."""
        raise NotImplementedError

    def line_of(self, one: Any) -> str:
        """What a form says of the one that is chosen."""
        return str(one)

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Every view knows whose it is."""
        return super().get_common_view_kwargs(viewset=self, **kwargs)

    def inject_view_methods(self, view_class: Any, method_names: list[str]) -> Any:
        """Nothing to inject: Wagtail's would put all there is in place of one's own."""
        return view_class
