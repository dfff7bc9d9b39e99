"""Policies (学时管理办法) as a bureau keeps them: drafts, published versions, and who is under which when."""

import datetime
from typing import ClassVar

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.credit.core import chain
from lms.credit.core.policy import POLICY_ID
from lms.credit.models.base import AppendOnly
from lms.people.models.spells import Spell, days_in_order, no_twins

FROM_EVER = datetime.date(1900, 1, 1)
"""Since when a policy's first version holds: which days it is used for, the assignment says."""


class Policy(models.Model):
    """A policy through all its versions; without an owner it came with the platform."""

    slug = models.CharField(
        _("short name"),
        max_length=60,
        unique=True,
        validators=[RegexValidator(rf"^{POLICY_ID.pattern}\Z")],
        help_text=_("Small letters, digits and hyphens, such as city-2026; never changes."),
    )
    title = models.CharField(_("title"), max_length=200)
    owner = models.ForeignKey(
        "people.Organisation",
        verbose_name=_("bureau"),
        on_delete=models.PROTECT,
        null=True,
        related_name="policies",
    )

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        ordering = ["title", "pk"]

    def __str__(self) -> str:
        return self.title


class PolicyContent(models.Model):
    """What a policy says: the data file's text beside the document it follows."""

    text = models.TextField(_("rules"))
    source_text = models.TextField(_("source text"), blank=True)

    class Meta:
        abstract = True


class PolicyDraft(PolicyContent):
    """What a bureau is working on, sound or not: the one part of a policy that can be changed."""

    examples = models.TextField(_("worked examples"), blank=True)
    """The JSON as it was written; core/examples.py reads it."""

    policy = models.OneToOneField(
        Policy, verbose_name=_("policy"), on_delete=models.CASCADE, related_name="draft"
    )
    saved_at = models.DateTimeField(_("saved at"))
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("saved by"),
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("draft of a policy")
        verbose_name_plural = _("drafts of policies")

    def __str__(self) -> str:
        return str(self.policy)


class PolicyVersion(AppendOnly, PolicyContent):
    """A published version: never changed. In force from its day until a later version's first day."""

    examples = models.JSONField(_("worked examples"), default=list, blank=True)
    """A list of {title, scenario, expect}, as `credit_scenario` reads and answers them."""

    policy = models.ForeignKey(
        Policy, verbose_name=_("policy"), on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveIntegerField(_("version"))
    in_force_from = models.DateField(_("in force from"))
    digest = models.CharField(_("digest"), max_length=64)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("published by"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    published_at = models.DateTimeField(_("published at"))
    dry_run = models.JSONField(_("dry run"), null=True)
    """Who would have gained and lost last year (domain/dry_run.py); null for what came with the platform."""

    class Meta(AppendOnly.Meta):
        verbose_name = _("version of a policy")
        verbose_name_plural = _("versions of policies")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["policy", "number"], name="policy_number_unique")
        ]

    def __str__(self) -> str:
        return f"{self.policy} ({self.number})"

    def content_digest(self) -> str:
        """SHA-256 over what it says; `digest` keeps it from the first day."""
        return chain.digest(
            {
                "policy": self.policy.slug,
                "version": self.number,
                "in_force_from": self.in_force_from.isoformat(),
                "text": self.text,
                "source_text": self.source_text,
                "examples": self.examples,
            }
        )


class DryRun(models.Model):
    """A draft tried on last year's record of those it would hold for: who gains, who loses. May run in a worker."""

    policy = models.ForeignKey(
        Policy, verbose_name=_("policy"), on_delete=models.CASCADE, related_name="dry_runs"
    )
    text = models.TextField(_("rules"))
    as_of = models.DateField(_("as of"))
    people = models.PositiveIntegerField(_("teachers"))
    done = models.PositiveIntegerField(_("teachers done"), default=0)
    result = models.JSONField(_("result"), null=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("started by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    started_at = models.DateTimeField(_("started at"))
    seen_at = models.DateTimeField(_("last heard of"))
    """A run that is silent for long has lost its worker; another can be started."""

    class Meta:
        verbose_name = _("dry run")
        verbose_name_plural = _("dry runs")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.policy}: {self.done}/{self.people}"


class PolicyAssignment(Spell):
    """An organisation, and all below it without one of their own, is under a policy from a day to a day."""

    policy = models.ForeignKey(
        Policy, verbose_name=_("policy"), on_delete=models.PROTECT, related_name="assignments"
    )
    organisation = models.ForeignKey(
        "people.Organisation",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="policy_assignments",
    )

    class Meta:
        verbose_name = _("assignment of a policy")
        verbose_name_plural = _("assignments of policies")
        ordering = ["-from_on", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            days_in_order("policy_assignment_days_in_order"),
            no_twins(
                "policy_assignment_one_at_a_time",
                ids=("organisation",),
                message=_("This organisation is under a policy already on some of these days."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy} · {self.organisation}"
