"""Trainings that were completed though no hours were left to book."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.credit.core.explained import Explained, explained
from lms.credit.models.base import AppendOnly


class NothingBooked(AppendOnly):
    """Somebody did all that a training asks for, but every minute of it had been counted before.

    No transfer of 0 hours can be written; this row says so instead, once for each training. `facts` are what a booking
    would say: the title, what the training is worth, and where its minutes were counted. Should those bookings not be
    accepted one day, the training is booked then, and the row is history.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    version = models.ForeignKey(
        "credit.TrainingVersion",
        verbose_name=_("version of the training"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    training = models.ForeignKey(
        "credit.Training",
        verbose_name=_("training"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    facts = models.JSONField(_("facts"))
    evidence = ArrayField(models.UUIDField(), verbose_name=_("evidence"))
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("completion without hours")
        verbose_name_plural = _("completions without hours")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "training"], name="nothing_booked_once")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.title}"

    @property
    def title(self) -> str:
        """The training's name that day."""
        return str(self.facts["title"])

    @property
    def explained(self) -> Explained | None:
        """Where its minutes were counted."""
        return explained(self.facts)
