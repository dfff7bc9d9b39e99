"""A video, the upload it came by, the job that makes it playable, and the renditions that came out."""

import uuid
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from media.enums import AssetState, JobState, Stage
from media.refusals import sentence_for, way_out_for

SUBJECT_PREFIX = "media.asset:"


class Asset(models.Model):
    """One video of a provider. Files lie under MEDIA_ROOT/media/<public_id>/."""

    public_id = models.UUIDField(
        _("public id"), primary_key=True, default=uuid.uuid4, editable=False
    )
    title = models.CharField(_("title"), max_length=120)
    provider = models.ForeignKey(
        "people.Provider",
        verbose_name=_("provider"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    created_at = models.DateTimeField(_("created at"))
    state = models.CharField(
        _("state"), max_length=16, choices=AssetState.choices, default=AssetState.DRAFT
    )
    refusal = models.CharField(_("refused because"), max_length=32, blank=True)
    source_bytes = models.BigIntegerField(_("size of the file"), default=0)
    source_sha256 = models.CharField(_("digest of the file"), max_length=64, blank=True)
    duration_ms = models.PositiveIntegerField(_("length in milliseconds"), default=0)
    #: Names the folder that holds what is played. A new transcode gets a new one: players keep segments for ever.
    build = models.CharField(_("build"), max_length=12, blank=True)

    class Meta:
        verbose_name = _("video")
        verbose_name_plural = _("videos")
        ordering = ["-created_at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["provider", "-created_at"], name="asset_of_provider")
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="asset_ready_has_length_and_build",
                condition=~Q(state=AssetState.READY) | (Q(duration_ms__gt=0) & ~Q(build="")),
            ),
            models.CheckConstraint(
                name="asset_refused_says_why",
                condition=~Q(state=AssetState.REFUSED) | ~Q(refusal=""),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def subject(self) -> str:
        """What evidence calls this video's timeline."""
        return f"{SUBJECT_PREFIX}{self.public_id}"

    @property
    def is_ready(self) -> bool:
        """Whether it can be played."""
        return self.state == AssetState.READY

    @property
    def duration_s(self) -> Decimal:
        """Length in seconds, exact."""
        return Decimal(self.duration_ms) / 1000

    @property
    def refusal_words(self) -> str:
        """Why the video cannot be used, a sentence; empty while nothing is wrong."""
        return sentence_for(self.refusal) if self.refusal else ""

    @property
    def way_out(self) -> str:
        """What whoever uploaded a refused file can do; empty while nothing is wrong."""
        return way_out_for(self.refusal) if self.refusal else ""


class Upload(models.Model):
    """A file on its way to us, in pieces; goes on where it stopped."""

    public_id = models.UUIDField(
        _("public id"), primary_key=True, default=uuid.uuid4, editable=False
    )
    asset = models.OneToOneField(
        Asset, verbose_name=_("video"), on_delete=models.CASCADE, related_name="upload"
    )
    name = models.CharField(_("file name"), max_length=255)
    #: Name, size and date as the browser knows them: what makes the same file chosen again go on.
    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    size = models.BigIntegerField(_("size"))
    received = models.BigIntegerField(_("received"), default=0)
    touched_at = models.DateTimeField(_("last piece at"))

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="upload_receives_no_more_than_its_size",
                condition=Q(size__gt=0, received__gte=0, received__lte=F("size")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_complete(self) -> bool:
        """Whether every byte has come."""
        return self.received == self.size


class Job(models.Model):
    """The making of one video. Who runs it holds a lease; when that runs out, somebody else may."""

    asset = models.OneToOneField(
        Asset, verbose_name=_("video"), on_delete=models.CASCADE, related_name="job"
    )
    state = models.CharField(
        _("state"), max_length=16, choices=JobState.choices, default=JobState.QUEUED
    )
    stage = models.CharField(
        _("stage"), max_length=16, choices=Stage.choices, default=Stage.WAITING
    )
    progress = models.PositiveSmallIntegerField(_("progress in thousandths"), default=0)
    #: Counts runs; every write of a run names its own, so that a run that lost its lease changes nothing.
    attempt = models.PositiveSmallIntegerField(pgettext_lazy("task", "attempt"), default=0)
    task_id = models.CharField(_("task"), max_length=64, blank=True)
    queued_at = models.DateTimeField(_("queued at"))
    lease_until = models.DateTimeField(_("lease until"), null=True, blank=True)
    last_error = models.TextField(_("last error"), blank=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["state", "lease_until"],
                name="job_unfinished",
                condition=Q(state__in=[JobState.QUEUED, JobState.RUNNING]),
            )
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="job_running_has_a_lease",
                condition=~Q(state=JobState.RUNNING) | Q(lease_until__isnull=False),
            ),
            models.CheckConstraint(
                name="job_progress_in_thousandths", condition=Q(progress__lte=1000)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asset_id} {self.state}"


class Rendition(models.Model):
    """One version of a video that a player can choose."""

    asset = models.ForeignKey(
        Asset, verbose_name=_("video"), on_delete=models.CASCADE, related_name="renditions"
    )
    name = models.CharField(_("name"), max_length=8)
    width = models.PositiveSmallIntegerField(_("width"))
    height = models.PositiveSmallIntegerField(_("height"))
    bandwidth = models.PositiveIntegerField(_("bits a second at most"))
    size_bytes = models.BigIntegerField(_("size"))

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["height"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["asset", "name"], name="rendition_once_per_asset")
        ]

    def __str__(self) -> str:
        return self.name
