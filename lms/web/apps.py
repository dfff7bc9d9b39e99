"""The web app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    """The platform's own pages; no models."""

    name = "lms.web"
    label = "web"
    verbose_name = _("Web")
