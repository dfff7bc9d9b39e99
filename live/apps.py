"""The live plugin."""

from django.utils.translation import gettext_lazy as _

from lms.api.plugins import PluginConfig


class LiveConfig(PluginConfig):
    """Live lessons, rooms and attendance."""

    name = "live"
    verbose_name = _("Live lessons")
    version = "0.1.0"
    requires_api = 1
    url_prefix = "live/"
