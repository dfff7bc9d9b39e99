"""The media plugin."""

from django.utils.translation import gettext_lazy as _

from lms.api.plugins import PluginConfig


class MediaConfig(PluginConfig):
    """Uploads, transcoding, playback and watching."""

    name = "media"
    verbose_name = _("Media")
    version = "0.1.0"
    requires_api = 1
    url_prefix = "media/"
