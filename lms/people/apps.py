"""The people app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from lms.plugins.registry import registry


class PeopleConfig(AppConfig):
    """Persons, organisations, roles and duties."""

    name = "lms.people"
    label = "people"
    verbose_name = _("People")

    def ready(self) -> None:
        """Add the platform's own lines of the permission table."""
        from lms.people.personal_data import PERSONAL_DATA  # noqa: PLC0415 - needs models
        from lms.people.rows import PLATFORM_ROWS  # noqa: PLC0415 - its predicates need the enums' translations

        registry.add(*PLATFORM_ROWS, PERSONAL_DATA)
