"""A teacher goes to another school: who let them go, and who took them. Rows are added, not changed."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.people.enums import MoveOutcome
from lms.people.models.organisations import Organisation


class Move(models.Model):
    """Let go: from `origin`, with `on` the first day elsewhere. `target`: the school, or the bureau that names one."""

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="moves",
    )
    origin = models.ForeignKey(
        Organisation, verbose_name=_("from"), on_delete=models.PROTECT, related_name="+"
    )
    target = models.ForeignKey(
        Organisation, verbose_name=_("to"), on_delete=models.PROTECT, related_name="+"
    )
    on = models.DateField(_("first day there"))
    because = models.CharField(_("reason"), max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("let go by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    at = models.DateTimeField(_("let go at"))

    class Meta:
        verbose_name = _("move")
        verbose_name_plural = _("moves")
        ordering: ClassVar[list[str]] = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.person} · {self.origin} → {self.target}"


class MoveAnswer(models.Model):
    """What became of it: taken at a school, not taken, or taken back by who let go."""

    move = models.OneToOneField(
        Move, verbose_name=_("move"), on_delete=models.PROTECT, related_name="answer"
    )
    outcome = models.CharField(_("outcome"), max_length=16, choices=MoveOutcome.choices)
    school = models.ForeignKey(
        Organisation,
        verbose_name=_("school"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    because = models.CharField(_("reason"), max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    at = models.DateTimeField(_("decided at"))

    class Meta:
        verbose_name = _("answer to a move")
        verbose_name_plural = _("answers to moves")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="move_is_taken_at_a_school",
                condition=Q(outcome=MoveOutcome.TAKEN, school__isnull=False)
                | (~Q(outcome=MoveOutcome.TAKEN) & Q(school__isnull=True)),
            )
        ]

    def __str__(self) -> str:
        return self.get_outcome_display()
