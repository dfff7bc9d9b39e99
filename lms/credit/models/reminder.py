"""Who was reminded of hours they owe."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.credit.core.hours import Hours
from lms.credit.models.base import AppendOnly


class Reminder(AppendOnly):
    """A verifier or a bureau reminded a teacher of what was owed that day; once a day at the most. Never changed."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="reminders",
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("reminded by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    on = models.DateField(_("day"))
    at = models.DateTimeField(_("at"))
    owed = models.PositiveIntegerField(_("hundredths owed"))
    owed_trainings = models.PositiveIntegerField(_("trainings owed"))
    due = models.DateField(_("by when"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "on"], name="reminder_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.on}"

    @property
    def owed_hours(self) -> Hours:
        """What was owed."""
        return Hours(self.owed)
