"""What looks odd about evidence, and what people say and decide about it. Nothing of it changes the evidence."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.credit.enums import FlagAct, FlagState
from lms.credit.models.base import AppendOnly, erasable


class Flag(AppendOnly):
    """One odd thing about a piece of evidence, with its facts; raised once for each `kind`, in the same transaction."""

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    evidence = models.ForeignKey(
        "credit.Evidence",
        verbose_name=_("evidence"),
        on_delete=models.PROTECT,
        related_name="flags",
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="flags",
    )
    kind = models.CharField(_("kind"), max_length=60)
    facts = models.JSONField(_("facts"), default=dict)
    raised_at = models.DateTimeField(_("raised at"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("flag")
        verbose_name_plural = _("flags")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["evidence", "kind"], name="flag_once_a_kind")
        ]

    def __str__(self) -> str:
        return self.kind

    @property
    def state(self) -> FlagState:
        """Read from the steps (prefetch them): open until a named person has decided, and again by an appeal."""
        state = FlagState.OPEN
        for step in self.steps.all():
            if step.act != FlagAct.ANSWER:
                state = FlagState(step.act)
            elif state == FlagState.STANDS and not step.final:
                state = FlagState.APPEALED
        return state


class FlagStep(AppendOnly):
    """The teacher answers, or a named person decides, in words (FlagWords). `final`: the bureau has spoken."""

    flag = models.ForeignKey(
        Flag, verbose_name=_("flag"), on_delete=models.PROTECT, related_name="steps"
    )
    act = models.CharField(_("act"), max_length=8, choices=FlagAct.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("at"))
    final = models.BooleanField(_("the bureau has decided"), default=False)

    class Meta(AppendOnly.Meta):
        verbose_name = _("step about a flag")
        verbose_name_plural = _("steps about flags")
        ordering: ClassVar[list[str]] = ["pk"]

    def __str__(self) -> str:
        return f"{self.act} {self.flag_id}"

    @property
    def text(self) -> str:
        """What was said; empty once it was erased by a rule."""
        kept = getattr(self, "kept_words", None)
        return kept.text if kept else ""


class FlagWords(models.Model):
    """What somebody said about a flag: erasable one day."""

    append_only = True

    step = models.OneToOneField(
        FlagStep,
        verbose_name=_("step"),
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="kept_words",
    )
    text = models.CharField(_("words"), max_length=500)

    class Meta:
        verbose_name = _("words about a flag")
        verbose_name_plural = _("words about flags")
        triggers: ClassVar[list[Any]] = erasable("step_id")

    def __str__(self) -> str:
        return self.text
