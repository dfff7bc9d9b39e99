"""The chooser of videos: only those of the providers whom the trainer works for."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column

from lms.api.choosers import OwnChooserViewSet
from media import queries
from media.blocks import CHOOSER, asset_line
from media.enums import AssetState
from media.models.assets import Asset


def _length(asset: Asset) -> str:
    minutes, seconds = divmod(asset.duration_ms // 1000, 60)
    return f"{minutes}:{seconds:02d}" if asset.duration_ms else "—"


class AssetChooserViewSet(OwnChooserViewSet):
    """Addresses under /admin/videos/choose/."""

    model = Asset
    icon = "media"
    choose_one_text = _("Choose a video")
    choose_another_text = _("Choose another video")
    columns = (
        Column("length", label=_("Length"), accessor=_length),
        Column("state", label=_("State"), accessor="get_state_display"),
        Column("provider", label=_("Provider"), accessor="provider"),
    )

    def own(self, request: Any) -> QuerySet[Asset]:
        """Videos of the request's trainer that can be played or soon will be."""
        found = queries.assets_seen_by(request.user, timezone.localdate())
        return found.exclude(state__in=[AssetState.DRAFT, AssetState.REFUSED])

    def line_of(self, one: Asset) -> str:
        """Title, length and state."""
        return asset_line(one)


viewset = AssetChooserViewSet(CHOOSER, url_prefix="videos/choose")
