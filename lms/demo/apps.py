"""The demo app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DemoConfig(AppConfig):
    """Demo content; no models."""

    name = "lms.demo"
    label = "demo"
    verbose_name = _("Demo content")
