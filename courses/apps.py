"""The courses plugin."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from lms.api.plugins import PluginConfig


class CoursesConfig(PluginConfig):
    """Catalogue, modules, enrolment and progress."""

    name = "courses"
    verbose_name = _("Courses")
    version = "0.1.0"
    requires_api = 1
    url_prefix = "courses/"

    def ready(self) -> None:
        """Register what it contributes; every migrated database gets its catalogue."""
        super().ready()
        post_migrate.connect(_make_catalogue, sender=self)


def _make_catalogue(sender: AppConfig, **_signal: Any) -> None:
    from courses.domain.catalogue import ensure_catalogue  # noqa: PLC0415 - models load after apps

    ensure_catalogue()
