"""Papers as trainers edit them, what of them was asked in an attempt, and what an attempt scored."""

import uuid
from typing import Any

import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable


def _only_grows(table: str) -> list[pgtrigger.Trigger]:
    """The wall behind the missing grants: whoever holds more rights than the application is refused too."""
    return [
        pgtrigger.Protect(
            name=f"{table}_only_grows", operation=pgtrigger.Update | pgtrigger.Delete
        ),
        pgtrigger.Trigger(
            name=f"{table}_no_truncate",
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            operation=pgtrigger.Truncate,
            func="RAISE EXCEPTION 'This table only grows.';",
        ),
    ]


class Paper(ClusterableModel):
    """A quiz as its trainers edit it. An attempt is asked what a PaperVersion froze."""

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
    closes_at = models.DateTimeField(
        _("closes at"),
        null=True,
        blank=True,
        help_text=_("After this moment nothing can be handed in. Empty: it stays open."),
    )
    attempts_allowed = models.PositiveSmallIntegerField(
        _("attempts allowed"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Empty: as often as one likes."),
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("quiz")
        verbose_name_plural = _("quizzes")
        ordering = ["title", "public_id"]

    def __str__(self) -> str:
        return self.title

    @property
    def subject(self) -> str:
        """How completion rules and evidence name this paper."""
        return subject_of(self.pk)


def subject_of(paper_id: object) -> str:
    """The subject of a paper's evidence."""
    return f"assessments.paper:{paper_id}"


class Question(Orderable):
    """A question of a paper. `options` as its kind parsed them: a list of {key, text, right}."""

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    paper = ParentalKey(
        Paper, verbose_name=_("quiz"), on_delete=models.CASCADE, related_name="questions"
    )
    # No choices: kinds come from plugins, and a plugin that comes or goes must not make a migration.
    kind = models.CharField(_("kind"), max_length=60)
    text = models.TextField(_("question"), max_length=2000)
    options = models.JSONField(_("options"), default=list, editable=False)
    explanation = models.TextField(
        _("explanation"),
        max_length=2000,
        blank=True,
        help_text=_("Shown with the result."),
    )
    points = models.PositiveSmallIntegerField(
        _("points"), default=1, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )

    class Meta(Orderable.Meta):
        verbose_name = _("question")
        verbose_name_plural = _("questions")

    def __str__(self) -> str:
        return self.text


class PaperVersion(models.Model):
    """What a paper asked, frozen when an attempt first met it: editing the paper changes no attempt."""

    append_only = True

    paper = models.ForeignKey(
        Paper, verbose_name=_("quiz"), on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveIntegerField(_("version"))
    content = models.JSONField(_("content"))
    digest = models.CharField(_("digest"), max_length=64)
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("quiz version")
        verbose_name_plural = _("quiz versions")
        constraints = [
            models.UniqueConstraint(fields=["paper", "number"], name="one_version_a_number")
        ]
        triggers = _only_grows("paper_version")

    def __str__(self) -> str:
        return f"{self.content['title']} ({self.number})"

    @property
    def questions(self) -> list[dict[str, Any]]:
        """The questions, in order: key, kind, text, options, explanation, points."""
        return self.content["questions"]


class Attempt(models.Model):
    """One person's try at a paper. `answers` is the draft, saved as they choose; what counts is in the Mark."""

    public_id = models.UUIDField(
        _("public id"), primary_key=True, default=uuid.uuid4, editable=False
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    paper = models.ForeignKey(
        Paper, verbose_name=_("quiz"), on_delete=models.PROTECT, related_name="attempts"
    )
    version = models.ForeignKey(
        PaperVersion, verbose_name=_("version"), on_delete=models.PROTECT, related_name="+"
    )
    number = models.PositiveIntegerField(_("number"))
    started_at = models.DateTimeField(_("started at"))
    answers = models.JSONField(_("answers"), default=dict)
    saved_at = models.DateTimeField(_("answers saved at"), null=True)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "paper", "number"], name="one_attempt_a_number"
            )
        ]

    def __str__(self) -> str:
        return f"{self.paper_id} #{self.number}"

    def get_absolute_url(self) -> str:
        """Its own page, outside of any course."""
        return reverse("assessments:attempt", args=[self.pk])


class Mark(models.Model):
    """What an attempt scored, once and for good. `items` say each question: chosen, points (an exact fraction), of."""

    append_only = True

    attempt = models.OneToOneField(
        Attempt, verbose_name=_("attempt"), on_delete=models.PROTECT, related_name="mark"
    )
    submitted_at = models.DateTimeField(_("handed in at"))
    amount = models.DecimalField(_("score from 0 to 1"), max_digits=7, decimal_places=6)
    items = models.JSONField(_("questions"))

    class Meta:
        verbose_name = _("mark")
        verbose_name_plural = _("marks")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gte=0, amount__lte=1), name="mark_from_0_to_1"
            )
        ]
        triggers = _only_grows("mark")

    def __str__(self) -> str:
        return f"{self.attempt_id}: {self.amount}"

    @property
    def answers(self) -> dict[str, list[str]]:
        """What was chosen, by question."""
        return {item["question"]: item["chosen"] for item in self.items}
