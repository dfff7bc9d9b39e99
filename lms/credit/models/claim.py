"""Hours claimed with proof: trainings held elsewhere, and rosters of study at school."""

import datetime
import uuid
from collections.abc import Sequence
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.credit.core.hours import Hours, total
from lms.credit.core.lines import HERE, Line
from lms.credit.enums import Form, Level, ProofKind, Purpose
from lms.credit.fields import Span, private_storage
from lms.credit.models.base import AppendOnly, erasable


def _between(on: str, start: str, end: str) -> Span:
    day = datetime.date.fromisoformat(on)
    first, last = (
        datetime.datetime.combine(day, datetime.time.fromisoformat(one), HERE)
        for one in (start, end)
    )
    return first, last


class Claim(AppendOnly):
    """A training that somebody says was held, for one teacher or, as a roster, for many. Never changed.

    `sessions`: [{"on": ISO day, "hundredths": int, "from": "09:00" | "", "to": "12:00" | ""}], by day. The provider is
    one we know, or named in words, or the school itself (neither).
    """

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    brought_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("brought by"),
        on_delete=models.PROTECT,
        related_name="claims_brought",
    )
    brought_at = models.DateTimeField(_("brought at"))
    is_roster = models.BooleanField(_("roster"), default=False)
    title = models.CharField(_("title"), max_length=200)
    provider = models.ForeignKey(
        "people.Provider",
        verbose_name=_("provider"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    held_by = models.CharField(_("provider in words"), max_length=120, blank=True)
    form = models.CharField(_("form"), max_length=16, choices=Form.choices)
    level = models.CharField(_("level"), max_length=16, choices=Level.choices)
    themes = models.JSONField(_("themes"), default=list)
    purpose = models.CharField(_("purpose"), max_length=16, choices=Purpose.choices)
    sessions = models.JSONField(_("sessions"))
    assessments = models.JSONField(_("assessments"), null=True)
    diploma_on = models.DateField(_("day of the diploma"), null=True)

    class Meta(AppendOnly.Meta):
        verbose_name = _("claim")
        verbose_name_plural = _("claims")

    def __str__(self) -> str:
        return self.title

    @property
    def key(self) -> str:
        """The key of its training, and the subject of its evidence."""
        return f"credit.claim:{self.public_id}"

    @property
    def lines(self) -> tuple[Line, ...]:
        """What each session is worth, with its day."""
        return tuple(
            Line(datetime.date.fromisoformat(one["on"]), Hours(one["hundredths"]))
            for one in self.sessions
        )

    @property
    def walls(self) -> tuple[tuple[Span, ...], ...]:
        """From when to when each session was; nothing where that is not known."""
        return tuple(
            (_between(one["on"], one["from"], one["to"]),) if one["from"] and one["to"] else ()
            for one in self.sessions
        )

    @property
    def hours(self) -> Hours:
        """All of it."""
        return total(line.hours for line in self.lines)

    @property
    def days(self) -> Sequence[datetime.date]:
        """Its days, in order."""
        return sorted({line.on for line in self.lines})


class ClaimPart(AppendOnly):
    """One teacher's part of a claim: what is decided, each by itself."""

    claim = models.ForeignKey(
        Claim, verbose_name=_("claim"), on_delete=models.PROTECT, related_name="parts"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="claim_parts",
    )

    class Meta(AppendOnly.Meta):
        verbose_name = _("part of a claim")
        verbose_name_plural = _("parts of claims")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["claim", "person"], name="claim_part_once")
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.person_id}"


class ClaimDecision(AppendOnly):
    """Who checked a part of a claim, and what came of it: a booking, or a refusal with a reason (ClaimWords)."""

    part = models.OneToOneField(
        ClaimPart,
        verbose_name=_("part"),
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="decision",
    )
    booking = models.OneToOneField(
        "credit.Transfer",
        verbose_name=_("booking"),
        on_delete=models.PROTECT,
        null=True,
        related_name="claim_decision",
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("checked by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    at = models.DateTimeField(_("checked at"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("decision about a claim")
        verbose_name_plural = _("decisions about claims")

    def __str__(self) -> str:
        return f"{self.part_id}"

    @property
    def accepted(self) -> bool:
        """Whether hours were booked."""
        return self.booking_id is not None

    @property
    def because(self) -> str:
        """The reason of a refusal; empty without one, or once it was erased."""
        kept = getattr(self, "kept_words", None)
        return kept.text if kept else ""


class ClaimWords(models.Model):
    """Why a part of a claim was refused: erasable one day."""

    append_only = True

    decision = models.OneToOneField(
        ClaimDecision,
        verbose_name=_("decision"),
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="kept_words",
    )
    text = models.CharField(_("reason"), max_length=500)

    class Meta:
        verbose_name = _("reason about a claim")
        verbose_name_plural = _("reasons about claims")
        triggers: ClassVar[list[Any]] = erasable("decision_id")

    def __str__(self) -> str:
        return self.text


class ClaimProof(AppendOnly):
    """A file brought as proof. `digest`: SHA-256 of it as brought; `likeness`: a picture's perceptual hash."""

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    claim = models.ForeignKey(
        Claim, verbose_name=_("claim"), on_delete=models.PROTECT, related_name="proofs"
    )
    kind = models.CharField(_("kind"), max_length=8, choices=ProofKind.choices)
    digest = models.CharField(_("digest"), max_length=64, db_index=True)
    likeness = models.BigIntegerField(_("likeness"), null=True)
    size = models.PositiveIntegerField(_("bytes kept"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("proof of a claim")
        verbose_name_plural = _("proofs of claims")

    def __str__(self) -> str:
        return self.digest[:12]


class ProofFile(models.Model):
    """Where a proof's bytes lie: erasable one day, the file with the row."""

    append_only = True

    proof = models.OneToOneField(
        ClaimProof,
        verbose_name=_("proof"),
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="kept_file",
    )
    file = models.FileField(_("file"), storage=private_storage, upload_to="proofs/%Y/%m")

    class Meta:
        verbose_name = _("file of a proof")
        verbose_name_plural = _("files of proofs")
        triggers: ClassVar[list[Any]] = erasable("proof_id")

    def __str__(self) -> str:
        return str(self.file)
