"""Persons, organisations, roles and duties: the read side, and giving a provider its place in the admin."""

from lms.people.domain.providers import provision_provider
from lms.people.enums import DutyKind, OrganisationKind, PolicyRole
from lms.people.models import Accreditation, Duty, Organisation, Person, Provider, RoleSpell
from lms.people.queries import (
    bureau_of,
    duties_of,
    is_accredited,
    organisations_overseen_by,
    provider_of_page,
    providers_moderated_by,
    providers_taught_by,
    roles_of,
    school_of,
    schools_under,
    schools_verified_by,
    teachers_of,
)

__all__ = [
    "Accreditation",
    "Duty",
    "DutyKind",
    "Organisation",
    "OrganisationKind",
    "Person",
    "PolicyRole",
    "Provider",
    "RoleSpell",
    "bureau_of",
    "duties_of",
    "is_accredited",
    "organisations_overseen_by",
    "provider_of_page",
    "providers_moderated_by",
    "providers_taught_by",
    "provision_provider",
    "roles_of",
    "school_of",
    "schools_under",
    "schools_verified_by",
    "teachers_of",
]
