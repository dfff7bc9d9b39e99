"""What of a video somebody has covered, and the reports that say so."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from media.models.assets import Asset


class Coverage(models.Model):
    """What one person has covered of one video: the sum of their accepted reports, changed under their clock's lock."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    asset = models.ForeignKey(
        Asset, verbose_name=_("video"), on_delete=models.PROTECT, related_name="coverages"
    )
    spans = models.JSONField(_("covered, [from, to] in milliseconds"), default=list)
    covered_ms = models.PositiveIntegerField(_("covered in milliseconds"), default=0)
    position_ms = models.PositiveIntegerField(_("last position in milliseconds"), default=0)
    #: When it was watched: [from, to] in milliseconds of Unix time, apart from each other.
    wall = models.JSONField(_("when it was watched"), default=list)
    #: Shares that the person's trainings ask for, as known when the player was last opened.
    wanted = ArrayField(
        models.DecimalField(max_digits=7, decimal_places=6),
        verbose_name=_("shares asked for"),
        default=list,
    )
    #: The largest share that evidence has been recorded for.
    evidenced = models.DecimalField(_("evidence for"), max_digits=7, decimal_places=6, default=0)
    first_at = models.DateTimeField(_("first opened at"))
    last_at = models.DateTimeField(_("last reported at"), null=True, blank=True)

    class Meta:
        verbose_name = _("coverage")
        verbose_name_plural = _("coverages")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "asset"], name="coverage_once_per_person")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.asset_id} {self.covered_ms}"


class WatchReport(models.Model):
    """One report of a player as it came, and what was accepted of it. Written once."""

    append_only = True

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    asset = models.ForeignKey(
        Asset, verbose_name=_("video"), on_delete=models.PROTECT, related_name="+"
    )
    session = models.CharField(_("player session"), max_length=40)
    seq = models.PositiveIntegerField(_("number"))
    at = models.DateTimeField(_("received at"))
    rate = models.DecimalField(_("speed"), max_digits=6, decimal_places=3)
    claimed = models.JSONField(_("claimed, in milliseconds"))
    accepted = models.JSONField(_("accepted, in milliseconds"))
    flags = ArrayField(models.CharField(max_length=16), verbose_name=_("flags"), default=list)
    wall_from = models.DateTimeField(_("watched from"), null=True)
    device = models.CharField(_("device"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "session", "seq"], name="watch_report_once")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["asset", "person", "at"], name="watch_report_of_asset")
        ]

    def __str__(self) -> str:
        return f"{self.session} {self.seq}"
