"""Who employs teachers, who trains them, and which bureau has accredited whom."""

import uuid
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node

from lms.people.enums import OrganisationKind
from lms.people.models.spells import Spell, days_in_order, no_twins


class Organisation(MP_Node):
    """A bureau, a district under it, or a school under either."""

    public_id: "models.UUIDField[Any, uuid.UUID]" = models.UUIDField(
        _("public id"), default=uuid.uuid4, unique=True, editable=False
    )
    kind: "models.CharField[str, str]" = models.CharField(
        _("kind"), max_length=16, choices=OrganisationKind.choices
    )
    name: "models.CharField[str, str]" = models.CharField(_("name"), max_length=120)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # A school has nothing under it, so one on the third level stands under a district.
            models.CheckConstraint(
                name="organisation_kind_fits_its_level",
                condition=Q(kind=OrganisationKind.BUREAU, depth=1)
                | Q(kind=OrganisationKind.DISTRICT, depth=2)
                | Q(kind=OrganisationKind.SCHOOL, depth__in=(2, 3), numchild=0),
                violation_error_message=_(
                    "Bureaus stand on top, districts under a bureau, schools under a district or a bureau."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def is_within(self, other: "Organisation") -> bool:
        """Whether this is `other` or stands under it; asks no database."""
        return bool(self.path.startswith(other.path))


class Provider(models.Model):
    """An institution that trains teachers; it owns courses and the files they are made of."""

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(
        _("short name"), unique=True, help_text=_("In addresses and group names; never changes.")
    )
    page = models.OneToOneField(
        "wagtailcore.Page",
        verbose_name=_("page above its courses"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    collection = models.OneToOneField(
        "wagtailcore.Collection",
        verbose_name=_("its images and documents"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )

    class Meta:
        verbose_name = _("provider")
        verbose_name_plural = _("providers")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Accreditation(Spell):
    """A bureau counts a provider's trainings from a day to a day."""

    provider = models.ForeignKey(
        Provider,
        verbose_name=_("provider"),
        on_delete=models.PROTECT,
        related_name="accreditations",
    )
    bureau = models.ForeignKey(
        Organisation,
        verbose_name=_("bureau"),
        on_delete=models.PROTECT,
        related_name="accreditations",
        limit_choices_to={"kind": OrganisationKind.BUREAU},
    )
    number = models.CharField(_("document number"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("accreditation")
        verbose_name_plural = _("accreditations")
        ordering = ["-from_on"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            days_in_order("accreditation_days_in_order"),
            no_twins("accreditation_has_no_twin", ids=("provider", "bureau")),
        ]

    def __str__(self) -> str:
        return f"{self.provider} · {self.bureau}"

    def clean(self) -> None:
        """Only a bureau accredits."""
        super().clean()
        errors: dict[str, Any] = {}
        if self.bureau_id and self.bureau.kind != OrganisationKind.BUREAU:
            errors["bureau"] = _("Only an education bureau accredits providers.")
        if errors:
            raise ValidationError(errors)
