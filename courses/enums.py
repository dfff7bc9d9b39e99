"""The words of courses."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Audience(TextChoices):
    """Whom a course is for."""

    TEACHER = "teacher", pgettext_lazy("audience", "Teachers")
    PRINCIPAL = "principal", pgettext_lazy("audience", "Principals")


class HourLength(IntegerChoices):
    """How many minutes of learning a credit hour stands for, as the provider's policy has it."""

    MINUTES_45 = 45, _("1 hour = 45 minutes")
    MINUTES_50 = 50, _("1 hour = 50 minutes")
    MINUTES_60 = 60, _("1 hour = 60 minutes")
