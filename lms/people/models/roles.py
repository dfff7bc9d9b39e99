"""What somebody is at a school, and what they may do here: dated, never overwritten."""

from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.people.enums import (
    DUTY_ORGANISATIONS,
    ORGANISATION_DUTIES,
    PROVIDER_DUTIES,
    DutyKind,
    PolicyRole,
)
from lms.people.models.organisations import Organisation, Provider
from lms.people.models.spells import Spell, days_in_order, no_twins


class RoleSpell(Spell):
    """A role that policies know, at an organisation. Spells of one role at two places may overlap."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="role_spells",
    )
    role = models.CharField(_("role"), max_length=24, choices=PolicyRole.choices)
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="role_spells",
    )

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering = ["-from_on", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="role_spell_role_is_known", condition=Q(role__in=PolicyRole.values)
            ),
            days_in_order("role_spell_days_in_order"),
            no_twins("role_spell_has_no_twin", ids=("person", "organisation"), words=("role",)),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.get_role_display()} · {self.organisation}"


class Duty(Spell):
    """Leave to act: for a provider (trainer, moderator, assistant) or an organisation (verifier, administrator)."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="duties",
    )
    kind = models.CharField(_("kind"), max_length=16, choices=DutyKind.choices)
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="duties",
        null=True,
        blank=True,
    )
    provider = models.ForeignKey(
        Provider,
        verbose_name=_("provider"),
        on_delete=models.PROTECT,
        related_name="duties",
        null=True,
        blank=True,
    )

    class Meta:
        verbose_name = _("duty")
        verbose_name_plural = _("duties")
        ordering = ["-from_on", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="duty_names_what_its_kind_needs",
                condition=Q(
                    kind__in=PROVIDER_DUTIES, provider__isnull=False, organisation__isnull=True
                )
                | Q(
                    kind__in=ORGANISATION_DUTIES, provider__isnull=True, organisation__isnull=False
                ),
                violation_error_message=_(
                    "A trainer, moderator or assistant serves a provider, a verifier or administrator an organisation."
                ),
            ),
            days_in_order("duty_days_in_order"),
            no_twins(
                "duty_has_no_twin", ids=("person", "organisation", "provider"), words=("kind",)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.get_kind_display()} · {self.place}"

    @property
    def place(self) -> Organisation | Provider:
        """Where the duty is held."""
        place = self.provider or self.organisation
        if place is None:
            raise ValueError("A duty without a place is refused by the database.")
        return place

    def clean(self) -> None:
        """A verifier serves a school, an administrator a bureau or a district."""
        super().clean()
        allowed = DUTY_ORGANISATIONS.get(DutyKind(self.kind)) if self.kind in DutyKind else None
        if allowed and self.organisation and self.organisation.kind not in allowed:
            raise ValidationError(
                {"organisation": _("This duty cannot be held at an organisation of this kind.")}
            )
