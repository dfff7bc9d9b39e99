"""The plugins app."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PluginsConfig(AppConfig):
    """Discovery, registry and checks of plugins."""

    name = "lms.plugins"
    label = "plugins"
    verbose_name = _("Plugins")

    def ready(self) -> None:
        """Register the system checks."""
        import_module("lms.plugins.checks")
