"""The words of organisations, roles and duties."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OrganisationKind(models.TextChoices):
    """Where in the tree an organisation stands: a bureau over districts over schools."""

    BUREAU = "bureau", _("education bureau")
    DISTRICT = "district", _("district")
    SCHOOL = "school", _("school")


class PolicyRole(models.TextChoices):
    """What somebody is at a school, as the credit-hour policies speak of it."""

    TEACHER = "teacher", _("teacher")
    CLASS_TEACHER = "class_teacher", _("class teacher")
    BACKBONE = "backbone", _("backbone teacher")
    PRINCIPAL = "principal", _("principal")
    VICE_PRINCIPAL = "vice_principal", _("vice principal or middle manager")
    CADRE = "cadre", _("cadre")
    PRINCIPAL_CANDIDATE = "principal_candidate", _("candidate for principal")
    TRAINER = "trainer", _("teacher trainer")


class DutyKind(models.TextChoices):
    """What somebody may do here, for a provider or for an organisation."""

    TRAINER = "trainer", _("trainer")
    MODERATOR = "moderator", _("course moderator")
    ASSISTANT = "assistant", _("assistant")
    VERIFIER = "verifier", _("school verifier")
    BUREAU_ADMIN = "bureau_admin", _("bureau administrator")


PROVIDER_DUTIES = (DutyKind.TRAINER, DutyKind.MODERATOR, DutyKind.ASSISTANT)
ORGANISATION_DUTIES = (DutyKind.VERIFIER, DutyKind.BUREAU_ADMIN)

# Which kinds of organisation a duty can name: a verifier a school's, an administrator those above it.
DUTY_ORGANISATIONS = {
    DutyKind.VERIFIER: (OrganisationKind.SCHOOL,),
    DutyKind.BUREAU_ADMIN: (OrganisationKind.BUREAU, OrganisationKind.DISTRICT),
}

# What can stand directly under what; None is the top.
STANDS_ON: dict[str | None, tuple[OrganisationKind, ...]] = {
    None: (OrganisationKind.BUREAU,),
    OrganisationKind.BUREAU: (OrganisationKind.DISTRICT, OrganisationKind.SCHOOL),
    OrganisationKind.DISTRICT: (OrganisationKind.SCHOOL,),
    OrganisationKind.SCHOOL: (),
}


class MoveOutcome(models.TextChoices):
    """What became of letting a teacher go to another school."""

    TAKEN = "taken", _("taken")
    DECLINED = "declined", _("not taken")
    WITHDRAWN = "withdrawn", _("taken back")


# Posts of one school alone: they end there, whoever moves does not bring them along.
POSTS_OF_A_SCHOOL = (PolicyRole.PRINCIPAL, PolicyRole.VICE_PRINCIPAL, PolicyRole.CADRE)
