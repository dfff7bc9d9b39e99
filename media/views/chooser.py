"""The chooser of videos: only those of the providers whom the trainer works for."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import chooser
from wagtail.admin.viewsets.chooser import ChooserViewSet

from media import queries
from media.blocks import CHOOSER, asset_line
from media.enums import AssetState
from media.models.assets import Asset


class OwnAssets:
    """Videos of the request's trainer that can be played or soon will be."""

    request: Any
    title_column: Column

    def get_object_list(self) -> QuerySet[Asset]:
        """What may be chosen."""
        found = queries.assets_seen_by(self.request.user, timezone.localdate())
        return found.exclude(state__in=[AssetState.DRAFT, AssetState.REFUSED])

    @property
    def columns(self) -> list[Column]:
        """Title, length, state."""
        return [
            self.title_column,
            Column("length", label=_("Length"), accessor=_length),
            Column("state", label=_("State"), accessor="get_state_display"),
            Column("provider", label=_("Provider"), accessor="provider"),
        ]


class Choose(OwnAssets, chooser.ChooseView):
    """The chooser."""


class ChooseResults(OwnAssets, chooser.ChooseResultsView):
    """Its list, when searched or turned over."""


class Chosen(OwnAssets, chooser.ChosenView):
    """What was chosen."""

    def get_object(self, pk: str) -> Asset:
        """Nobody chooses another provider's video by its address."""
        return self.get_object_list().get(pk=pk)

    def get_display_title(self, instance: Asset) -> str:
        """Title, length and state."""
        return asset_line(instance)


class ChosenMultiple(OwnAssets, chooser.ChosenMultipleView):
    """What was chosen, several at once."""

    def get_objects(self, pks: list[str]) -> QuerySet[Asset]:
        """As for one."""
        return self.get_object_list().filter(pk__in=pks)


class AssetChooserViewSet(ChooserViewSet):
    """Addresses under /admin/videos/choose/."""

    model = Asset
    icon = "media"
    choose_one_text = _("Choose a video")
    choose_another_text = _("Choose another video")
    register_widget = False
    per_page = 20
    choose_view_class = Choose
    choose_results_view_class = ChooseResults
    chosen_view_class = Chosen
    chosen_multiple_view_class = ChosenMultiple

    def inject_view_methods(self, view_class: Any, method_names: list[str]) -> Any:
        """Wagtail would put its own, unlimited list in place of ours."""
        return view_class


def _length(asset: Asset) -> str:
    minutes, seconds = divmod(asset.duration_ms // 1000, 60)
    return f"{minutes}:{seconds:02d}" if asset.duration_ms else "—"


viewset = AssetChooserViewSet(CHOOSER, url_prefix="videos/choose")
