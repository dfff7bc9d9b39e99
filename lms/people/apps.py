"""The people app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    """Persons, organisations, roles and duties."""

    name = "lms.people"
    label = "people"
    verbose_name = _("People")
