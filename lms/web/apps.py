"""The web app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from lms.plugins.registry import registry


class WebConfig(AppConfig):
    """The platform's own pages; no models."""

    name = "lms.web"
    label = "web"
    verbose_name = _("Web")

    def ready(self) -> None:
        """Add the platform's places and its lines of the permission table."""
        from lms.web import checks  # noqa: F401, PLC0415 - registers them
        from lms.web.contributions import register  # noqa: PLC0415 - reaches models

        register(registry)
