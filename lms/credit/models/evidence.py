"""What a person did, and what they take part in."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.credit.fields import SpansField
from lms.credit.models.base import AppendOnly, erasable


class Evidence(AppendOnly):
    """A fact about a person's learning, with the server's times, in its own words: readable without its plugin.

    `amount` is the share (0 to 1) of the subject. `spans` are stretches of the subject's timeline, as the kind defines
    them; `wall` is when it happened. `digest` is SHA-256 over the canonical bytes of all of it; of what may have to be
    erased one day (EvidenceDetail) it holds `detail_digest` alone.
    """

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="evidence",
    )
    kind = models.CharField(_("kind"), max_length=60)
    subject = models.CharField(_("subject"), max_length=120)
    source_key = models.CharField(_("source"), max_length=200, unique=True)
    amount = models.DecimalField(_("share"), max_digits=7, decimal_places=6)
    spans = models.JSONField(_("stretches"), default=list)
    wall = SpansField(_("wall-clock time"))
    facts = models.JSONField(_("facts"), default=dict)
    detail_digest = models.CharField(_("digest of the detail"), max_length=64, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))
    digest = models.CharField(_("digest"), max_length=64)

    class Meta(AppendOnly.Meta):
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["person", "subject", "kind"], name="evidence_of_person_by_subject")
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(amount__gte=0, amount__lte=1), name="evidence_amount_is_a_share"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

    @property
    def detail(self) -> dict[str, Any]:
        """Devices, sessions and the like; empty without any, or once it was erased."""
        kept = getattr(self, "kept_detail", None) if self.detail_digest else None
        return kept.data if kept else {}


class EvidenceDetail(models.Model):
    """What of a piece of evidence names a device, a session or a line: proved by the evidence, erasable one day."""

    append_only = True

    evidence = models.OneToOneField(
        Evidence,
        verbose_name=_("evidence"),
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="kept_detail",
    )
    salt = models.BinaryField(_("salt"), max_length=16)
    data = models.JSONField(_("detail"))

    class Meta:
        verbose_name = _("detail of evidence")
        verbose_name_plural = _("details of evidence")
        triggers: ClassVar[list[Any]] = erasable("evidence_id")

    def __str__(self) -> str:
        return f"{self.evidence_id}"


class Participation(models.Model):
    """A person takes part in a training, under the rule of the version that was current when they joined."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="participations",
    )
    training = models.ForeignKey(
        "credit.Training",
        verbose_name=_("training"),
        on_delete=models.PROTECT,
        related_name="participations",
    )
    version = models.ForeignKey(
        "credit.TrainingVersion",
        verbose_name=_("version"),
        on_delete=models.PROTECT,
        related_name="participations",
    )
    joined_at = models.DateTimeField(_("joined at"))

    class Meta:
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "training"], name="participation_once")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.training_id}"


class PersonClock(models.Model):
    """How many seconds a person may still be credited with now: one row a person, locked by every report."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="+",
    )
    balance_us = models.BigIntegerField(_("microseconds left"))
    last_at = models.DateTimeField(_("as of"))

    class Meta:
        verbose_name = _("clock")
        verbose_name_plural = _("clocks")

    def __str__(self) -> str:
        return f"{self.balance_us} µs at {self.last_at.isoformat()}"
