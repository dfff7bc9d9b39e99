"""The block by which a course's editor chooses a video."""

import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets.chooser import BaseChooser
from wagtail.blocks import DecimalBlock, FieldBlock, StructBlock, StructValue

from media.models.assets import Asset

CHOOSER = "media_asset_chooser"


class AssetChooserWidget(BaseChooser):
    """Opens the chooser; shows title, length and state of what is chosen."""

    model = Asset
    icon = "media"
    choose_one_text = _("Choose a video")
    choose_another_text = _("Choose another video")
    chooser_modal_url_name = f"{CHOOSER}:choose"
    show_edit_link = False

    def get_instance(self, value: Any) -> Asset | None:
        """The video of a public id."""
        if isinstance(value, Asset):
            return value
        try:
            return Asset.objects.filter(pk=uuid.UUID(str(value))).first()
        except ValueError:
            return None

    def get_display_title(self, instance: Asset) -> str:
        """Title, length and state."""
        return asset_line(instance)

    def get_value_data_from_instance(self, instance: Asset) -> dict[str, Any]:
        """What the widget's script needs."""
        return {"id": str(instance.pk), "title": self.get_display_title(instance), "edit_url": None}


class AssetRefBlock(FieldBlock):
    """A video, stored as its public id: courses hold no foreign key to a plugin."""

    def __init__(self, **kwargs: Any) -> None:
        self.widget = AssetChooserWidget()
        self.field = forms.CharField(widget=self.widget)
        super().__init__(**kwargs)

    def get_form_state(self, value: Any) -> dict[str, Any] | None:
        """What the editor shows of the stored id."""
        return self.widget.get_value_data(value) if value else None

    def clean(self, value: Any) -> str:
        """The id of a video that exists."""
        asset = self.widget.get_instance(super().clean(value))
        if asset is None:
            raise ValidationError(_("This video is no longer here. Choose another one."))
        return str(asset.pk)

    class Meta:
        icon = "media"


class VideoValue(StructValue):
    """`ref` and `minimum`, as courses read them of every activity."""

    @property
    def ref(self) -> str:
        """The video's public id."""
        return str(self["ref"] or "")

    @property
    def minimum(self) -> Decimal:
        """The share that has to be watched."""
        return Decimal(self["minimum"])


def asset_block() -> StructBlock:
    """A video and the share of it that completes the activity."""
    return StructBlock(
        [
            ("ref", AssetRefBlock(label=_("Video"))),
            (
                "minimum",
                DecimalBlock(
                    label=_("Share to watch"),
                    help_text=_(
                        "From 0.1 to 1: with 0.9, nine tenths of the video count as watched."
                    ),
                    min_value=Decimal("0.1"),
                    max_value=1,
                    max_digits=4,
                    decimal_places=3,
                    default=Decimal("0.9"),
                ),
            ),
        ],
        label=_("Video"),
        icon="media",
        value_class=VideoValue,
    )


def asset_line(asset: Asset) -> str:
    """Title, length and state on one line."""
    minutes, seconds = divmod(asset.duration_ms // 1000, 60)
    length = f" · {minutes}:{seconds:02d}" if asset.duration_ms else ""
    return f"{asset.title}{length} · {asset.get_state_display()}"
