"""A bureau takes many hours into its register: how far it is."""

import datetime
import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.credit.core.periods import Period


class RegisterRun(models.Model):
    """What an officer asked to register, and how far it got. It is done in pieces, each a transaction.

    `schools`: keys of those it is about; none: all in the officer's charge. `cursor`: the key of the last transfer that
    was looked at.
    """

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("asked for by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    schools = ArrayField(models.BigIntegerField(), verbose_name=_("schools"), default=list)
    first = models.DateField(_("first day"), null=True)
    last = models.DateField(_("last day"), null=True)
    asked_at = models.DateTimeField(_("asked for at"))
    total = models.PositiveIntegerField(_("bookings at the start"))
    registered = models.PositiveIntegerField(_("registered"), default=0)
    hundredths = models.PositiveBigIntegerField(_("hundredths registered"), default=0)
    problems = models.JSONField(_("left, by the reason's code"), default=dict)
    cursor = models.BigIntegerField(_("looked at up to"), default=0)
    seen_at = models.DateTimeField(_("last sign of life"))
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        verbose_name = _("registration of many")
        verbose_name_plural = _("registrations of many")

    def __str__(self) -> str:
        return f"{self.done}/{self.total}"

    @property
    def period(self) -> Period | None:
        """The days that the hours have to have a part on."""
        return Period(self.first, self.last) if self.last else None

    @property
    def left(self) -> int:
        """How many could not be registered."""
        return sum(self.problems.values())

    @property
    def done(self) -> int:
        """How many were looked at."""
        return self.registered + self.left

    def is_lost(self, at: datetime.datetime) -> bool:
        """Whether it has been silent for so long that its worker must have died."""
        return self.ended_at is None and at - self.seen_at > datetime.timedelta(minutes=2)
