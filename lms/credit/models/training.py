"""What hours are booked for."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from lms.credit.core import chain
from lms.credit.core.hours import Hours
from lms.credit.core.needs import Asked
from lms.credit.models.base import AppendOnly


class Training(models.Model):
    """A training through all its versions. The key is its plugin's: `courses.course:<uuid>`."""

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    key = models.CharField(_("key"), max_length=120, unique=True)

    class Meta:
        verbose_name = _("training")
        verbose_name_plural = _("trainings")

    def __str__(self) -> str:
        return self.key


class TrainingVersion(AppendOnly):
    """A training as it was declared one day: its facts, and the evidence that completes it, all as data.

    `facts`: title, form, level, themes, purpose, provider ({id, name} or null), hundredths, minutes_per_hour, content.
    `needs`: a list of {kind, subject, minimum, title, weight_s}, or with {kinds, length_ms} for kind where kinds
    are united; all of them must be met. Bookings are chained to the `digest` of both.
    """

    training = models.ForeignKey(
        Training, verbose_name=_("training"), on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveIntegerField(_("version"))
    facts = models.JSONField(_("facts"))
    needs = models.JSONField(_("needed evidence"))
    digest = models.CharField(_("digest"), max_length=64)
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("declared by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    declared_at = models.DateTimeField(_("declared at"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("version of a training")
        verbose_name_plural = _("versions of trainings")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["training", "number"], name="training_number_unique")
        ]

    def __str__(self) -> str:
        return f"{self.facts['title']} ({self.number})"

    @property
    def hours(self) -> Hours:
        """What completing it is worth."""
        return Hours(self.facts["hundredths"])

    @property
    def title(self) -> str:
        """Its name that day."""
        return str(self.facts["title"])

    @cached_property
    def asked(self) -> tuple[Asked, ...]:
        """Its needs, read."""
        return tuple(Asked.of(need) for need in self.needs)

    def content_digest(self) -> str:
        """SHA-256 over what it declares; `digest` keeps it from the first day."""
        return chain.digest(
            {
                "key": self.training.key,
                "version": self.number,
                "facts": self.facts,
                "needs": self.needs,
            }
        )
