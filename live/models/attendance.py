"""What a lesson came to for each person, and the outages that were declared for it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from live.enums import AttendanceState
from live.models.lesson import Lesson
from lms.api.models import AppendOnly


class Outage(AppendOnly):
    """The room was down for a while: declared afterwards, by whom and why. Presence is bridged by rule."""

    lesson = models.ForeignKey(
        Lesson, verbose_name=_("live lesson"), on_delete=models.PROTECT, related_name="outages"
    )
    from_at = models.DateTimeField(pgettext_lazy("moment", "from"))
    to_at = models.DateTimeField(pgettext_lazy("moment", "to"))
    because = models.CharField(_("reason"), max_length=300)
    #: Who could not attend completes the lesson by its replay and something written (录播+研讨).
    has_fallback = models.BooleanField(_("replay and discussion instead"), default=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("at"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("declared outage")
        verbose_name_plural = _("declared outages")
        ordering = ["from_at", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="outage_has_a_length", condition=Q(to_at__gt=F("from_at")))
        ]

    def __str__(self) -> str:
        return f"{self.lesson_id} {self.from_at:%H:%M}"


class Settlement(models.Model):
    """How far settling a lesson has come. `outages`: how many declared ones it has reckoned with."""

    lesson = models.OneToOneField(
        Lesson,
        verbose_name=_("live lesson"),
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="settlement",
    )
    outages = models.PositiveSmallIntegerField(_("outages"), default=0)
    begun_at = models.DateTimeField(_("begun at"))
    finished_at = models.DateTimeField(_("finished at"), null=True)

    class Meta:
        verbose_name = _("settlement")
        verbose_name_plural = _("settlements")

    def __str__(self) -> str:
        return str(self.lesson_id)


class Attendance(models.Model):
    """One person's lesson as it was settled: what the report shows. The evidence that hours rest on is lms.credit's."""

    lesson = models.ForeignKey(
        Lesson, verbose_name=_("live lesson"), on_delete=models.PROTECT, related_name="attendances"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    state = models.CharField(_("state"), max_length=16, choices=AttendanceState.choices)
    #: [from, to] in microseconds after the start.
    stretches = models.JSONField(_("there"), default=list)
    #: Of these, what a declared outage bridged.
    bridged = models.JSONField(_("bridged"), default=list)
    attended_us = models.BigIntegerField(_("attended (microseconds)"), default=0)
    share = models.DecimalField(_("share of the lesson"), max_digits=7, decimal_places=6, default=0)
    is_late = models.BooleanField(_("came late"), default=False)
    asked = models.PositiveSmallIntegerField(_("sign-ins asked"), default=0)
    answered = models.PositiveSmallIntegerField(_("sign-ins answered"), default=0)
    #: The share that was asked of the person; None where nobody asked anything of them.
    asked_share = models.DecimalField(
        _("share asked for"), max_digits=7, decimal_places=6, null=True
    )
    outages = models.PositiveSmallIntegerField(_("outages"), default=0)
    settled_at = models.DateTimeField(_("settled at"))

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["lesson", "person"], name="attendance_once_per_person")
        ]

    def __str__(self) -> str:
        return f"{self.lesson_id} {self.person_id} {self.state}"

    @property
    def attended_s(self) -> int:
        """Whole seconds attended live."""
        return self.attended_us // 1_000_000

    @property
    def bridged_s(self) -> int:
        """Whole seconds of them that a declared outage bridged."""
        return sum(end - start for start, end in self.bridged) // 1_000_000

    @property
    def counts(self) -> bool:
        """Whether what was attended stands for itself: somebody was there, and showed it often enough when asked."""
        return self.state not in (AttendanceState.ABSENT, AttendanceState.UNSEEN)


class Reminder(AppendOnly):
    """Somebody who was absent was reminded of the replay."""

    lesson = models.ForeignKey(
        Lesson, verbose_name=_("live lesson"), on_delete=models.PROTECT, related_name="reminders"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("at"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["person", "-at"], name="lesson_reminder_of_person")
        ]

    def __str__(self) -> str:
        return f"{self.lesson_id} {self.person_id}"
