"""The live plugin."""

from importlib import import_module
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from live.core import steady
from lms.api.plugins import PluginConfig


class LiveConfig(PluginConfig):
    """Live lessons, rooms and attendance."""

    name = "live"
    verbose_name = _("Live lessons")
    version = "0.1.0"
    requires_api = 1
    url_prefix = "live/"

    def ready(self) -> None:
        """All processes that keep lessons count them by one clock."""
        super().ready()
        steady.share(
            lambda: Path(settings.MEDIA_ROOT) / "clock",
            # By name: models cannot be imported yet.
            lambda: import_module("live.domain.clock").asked(),
        )
