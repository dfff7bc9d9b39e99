"""The replay: how it is cut, who has watched what of it, and what was written where a lesson fell out."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from live.models.lesson import Lesson
from lms.api.models import AppendOnly


class Cut(AppendOnly):
    """From where to where of the recording the replay goes; the newest row tells. The recording stays whole."""

    lesson = models.ForeignKey(
        Lesson, verbose_name=_("live lesson"), on_delete=models.PROTECT, related_name="cuts"
    )
    from_ms = models.PositiveIntegerField(_("from, in milliseconds of the recording"))
    to_ms = models.PositiveIntegerField(_("to, in milliseconds of the recording"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("at"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("cut of a replay")
        verbose_name_plural = _("cuts of replays")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="cut_has_a_length", condition=Q(to_ms__gt=F("from_ms")))
        ]

    def __str__(self) -> str:
        return f"{self.lesson_id} {self.from_ms} {self.to_ms}"


class ReplayCoverage(models.Model):
    """What one person has watched of one recording, in the recording's time; changed under their clock's lock."""

    lesson = models.ForeignKey(
        Lesson, verbose_name=_("live lesson"), on_delete=models.PROTECT, related_name="coverages"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    spans = models.JSONField(_("covered, [from, to] in milliseconds"), default=list)
    position_ms = models.PositiveIntegerField(_("last position in milliseconds"), default=0)
    wall = models.JSONField(_("when it was watched"), default=list)
    #: What live presence and replay reach together of the lesson; 0 until it is settled.
    share = models.DecimalField(_("share of the lesson"), max_digits=7, decimal_places=6, default=0)
    #: The largest share, of those that the person's trainings ask for, that evidence has been recorded for.
    evidenced = models.DecimalField(_("evidence for"), max_digits=7, decimal_places=6, default=0)
    last_at = models.DateTimeField(_("last reported at"), null=True)

    class Meta:
        verbose_name = _("coverage of a replay")
        verbose_name_plural = _("coverages of replays")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["lesson", "person"], name="replay_coverage_once")
        ]

    def __str__(self) -> str:
        return f"{self.lesson_id} {self.person_id}"

    @property
    def watched_s(self) -> int:
        """Seconds of the recording that were watched, each counted once."""
        return int(sum(end - start for start, end in self.spans)) // 1000


class ReplayReport(models.Model):
    """One report of a player as it came, and what was accepted of it. Written once."""

    append_only = True

    lesson = models.ForeignKey(
        Lesson, verbose_name=_("live lesson"), on_delete=models.PROTECT, related_name="+"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    session = models.CharField(_("player session"), max_length=40)
    seq = models.PositiveIntegerField(_("number"))
    at = models.DateTimeField(_("received at"))
    accepted = models.JSONField(_("accepted, in milliseconds"))
    flags = ArrayField(models.CharField(max_length=16), verbose_name=_("flags"), default=list)

    class Meta:
        verbose_name = _("report of a replay's player")
        verbose_name_plural = _("reports of replays' players")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "session", "seq"], name="replay_report_once")
        ]

    def __str__(self) -> str:
        return f"{self.session} {self.seq}"


class Discussion(AppendOnly):
    """What somebody wrote about a lesson that fell out, beside its replay (录播+研讨)."""

    lesson = models.ForeignKey(
        Lesson, verbose_name=_("live lesson"), on_delete=models.PROTECT, related_name="discussions"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    text = models.TextField(_("text"), max_length=2000)
    at = models.DateTimeField(_("at"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("discussion")
        verbose_name_plural = _("discussions")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["lesson", "person"], name="discussion_once")
        ]

    def __str__(self) -> str:
        return f"{self.lesson_id} {self.person_id}"
