"""Lessons, what happened to them, and the takes of their recording. Segments are files: see live.core.tape."""

import uuid
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from live.enums import Happening, LessonState
from lms.api.models import AppendOnly

SUBJECT_PREFIX = "live.lesson:"


class Lesson(models.Model):
    """A lesson that a provider gives at a time. Its state is read from its events."""

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
    trainer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("trainer"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    co_hosts = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("co-hosts"), related_name="+", blank=True
    )
    #: They look after the room: questions, hands, chat. They do not send.
    assistants = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("assistants"), related_name="+", blank=True
    )
    starts_at = models.DateTimeField(_("starts at"))
    planned_minutes = models.PositiveSmallIntegerField(_("planned minutes"))
    #: The rule that presence is judged by; set when the lesson is planned. How much of it one has to attend says the
    #: course that holds it.
    answer_at = models.DecimalField(
        _("share of sign-ins to answer"),
        max_digits=4,
        decimal_places=3,
        default=Decimal("0.5"),
    )
    join_by_s = models.PositiveSmallIntegerField(_("late after (seconds)"), default=600)
    grace_s = models.PositiveSmallIntegerField(_("silence that is borne (seconds)"), default=45)
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("live lesson")
        verbose_name_plural = _("live lessons")
        ordering = ["-starts_at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["provider", "-starts_at"], name="lesson_of_provider")
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="lesson_has_a_length",
                condition=Q(planned_minutes__gt=0, planned_minutes__lte=600),
            ),
            models.CheckConstraint(
                name="lesson_has_a_rule",
                # Three beats of 15 s may be lost before anybody counts as gone.
                condition=Q(answer_at__gte=0, answer_at__lte=1, grace_s__gte=30, grace_s__lte=300),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def subject(self) -> str:
        """What evidence calls the timeline of this lesson and its replay."""
        return f"{SUBJECT_PREFIX}{self.public_id}"

    @property
    def state(self) -> LessonState:
        """Where it is; reads its events, which lists prefetch."""
        happened = {event.kind for event in self.events.all()}
        if Happening.ENDED in happened:
            return LessonState.ENDED
        if Happening.CANCELLED in happened:
            return LessonState.CANCELLED
        return LessonState.LIVE if Happening.STARTED in happened else LessonState.SCHEDULED


class LessonEvent(AppendOnly):
    """A lesson was started or ended, by whom and when: presence is reckoned from it."""

    lesson = models.ForeignKey(
        Lesson, verbose_name=_("live lesson"), on_delete=models.PROTECT, related_name="events"
    )
    kind = models.CharField(_("kind"), max_length=16, choices=Happening.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("at"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("event of a lesson")
        verbose_name_plural = _("events of lessons")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["lesson", "kind"], name="lesson_event_once")
        ]

    def __str__(self) -> str:
        return f"{self.lesson_id} {self.kind}"


class Take(AppendOnly):
    """One unbroken transmission. The newest take of a lesson is the one that is on air."""

    lesson = models.ForeignKey(
        Lesson, verbose_name=_("live lesson"), on_delete=models.PROTECT, related_name="takes"
    )
    number = models.PositiveSmallIntegerField(_("number"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    #: Which open studio page sends it: after a dropped line the same page takes over from itself unasked.
    studio = models.UUIDField(_("studio"))
    started_at = models.DateTimeField(_("started at"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("take")
        verbose_name_plural = _("takes")
        ordering = ["number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["lesson", "number"], name="take_once_per_lesson")
        ]

    def __str__(self) -> str:
        return f"{self.lesson_id} {self.number}"
