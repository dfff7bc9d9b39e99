"""Where each teacher stands with their policy: derived from the ledger, kept current by whoever writes to it."""

import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.credit.core.hours import Hours


class Standing(models.Model):
    """One row for everybody who is under a policy. Can be thrown away: `manage.py standings` makes all of it anew.

    `sequence` is the number of the last transfer that it knows of, `as_of` the day it was worked out for; `stale` says
    that posts or policies have changed since.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="standing",
    )
    organisation = models.ForeignKey(
        "people.Organisation",
        verbose_name=_("organisation"),
        on_delete=models.CASCADE,
        related_name="standings",
    )
    """Where the person is counted: the school of the post that began last, by which the policy holds."""
    version = models.ForeignKey(
        "credit.PolicyVersion",
        verbose_name=_("version of a policy"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    as_of = models.DateField(_("as of"))
    sequence = models.PositiveIntegerField(_("last transfer"))
    stale = models.BooleanField(_("stale"), default=False)
    met = models.BooleanField(_("met"))
    would_meet = models.BooleanField(_("would be met"))
    counted = models.PositiveIntegerField(_("hundredths counted"))
    required = models.PositiveIntegerField(_("hundredths required"))
    owed = models.PositiveIntegerField(_("hundredths owed"))
    would_owe = models.PositiveIntegerField(_("hundredths owed after what waits"))
    owed_trainings = models.PositiveIntegerField(_("trainings owed"))
    due = models.DateField(_("by when"), null=True)
    requirements: "models.JSONField[Any, Any]" = models.JSONField(_("requirements"))
    """Those that apply, in the policy's order, as `domain.standing.as_data` writes them: amounts in hundredths of
    hours, or in numbers of trainings."""

    school: "models.JSONField[Any, Any]" = models.JSONField(_("part of the school's"), default=dict)
    """For each requirement of the school that counts this person, whether they have done their part (by id)."""

    class Meta:
        verbose_name = _("standing")
        verbose_name_plural = _("standings")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["organisation", "due", "person"],
                condition=Q(met=False),
                name="standing_behind",
            ),
            models.Index(fields=["person"], condition=Q(stale=True), name="standing_stale"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.as_of}"

    @property
    def would_owe_hours(self) -> Hours:
        """What of these would be left once all that waits went through."""
        return Hours(self.would_owe)

    @property
    def owed_hours(self) -> Hours:
        """The fewest hours that meet all that is due on `due`."""
        return Hours(self.owed)

    def days_left(self, today: datetime.date) -> int | None:
        """From today to the nearest day by which something is owed."""
        return None if self.due is None else (self.due - today).days
