"""Who may do what: predicates that view, socket, admin and template ask alike. False for whoever is not signed in."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from typing import TYPE_CHECKING, TypeAlias

from lms.people.enums import DutyKind, OrganisationKind

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from lms.people.models.organisations import Organisation, Provider
    from lms.people.models.person import Person
    from lms.people.models.roles import Duty

    Somebody: TypeAlias = Person | AnonymousUser


def _duties(person: Somebody, on: datetime.date, *kinds: DutyKind) -> list[Duty]:
    if not person.is_authenticated:
        return []
    return [duty for duty in person.duties_on(on) if duty.kind in kinds]


def _serves(person: Somebody, provider: Provider, on: datetime.date, *kinds: DutyKind) -> bool:
    return any(duty.provider_id == provider.pk for duty in _duties(person, on, *kinds))


def is_teacher(person: Somebody, on: datetime.date) -> bool:
    """Has a role at a school that day, whichever."""
    return (
        person.is_authenticated
        and person.is_active
        and any(spell.organisation.kind == OrganisationKind.SCHOOL for spell in person.roles_on(on))
    )


def is_trainer(person: Somebody, on: datetime.date) -> bool:
    """Makes courses for a provider that day."""
    return bool(_duties(person, on, DutyKind.TRAINER))


def is_moderator(person: Somebody, on: datetime.date) -> bool:
    """Publishes courses of a provider that day."""
    return bool(_duties(person, on, DutyKind.MODERATOR))


def is_assistant(person: Somebody, on: datetime.date) -> bool:
    """Helps in a provider's live rooms that day."""
    return bool(_duties(person, on, DutyKind.ASSISTANT))


def is_verifier(person: Somebody, on: datetime.date) -> bool:
    """Confirms a school's hours that day."""
    return bool(_duties(person, on, DutyKind.VERIFIER))


def is_bureau(person: Somebody, on: datetime.date) -> bool:
    """Administers a bureau or a district that day; a superuser administers all."""
    if person.is_authenticated and person.is_active and person.is_superuser:
        return True
    return bool(_duties(person, on, DutyKind.BUREAU_ADMIN))


def may_verify_school(person: Somebody, school: Organisation, on: datetime.date) -> bool:
    """Is the verifier of this very school."""
    return any(duty.organisation_id == school.pk for duty in _duties(person, on, DutyKind.VERIFIER))


def may_verify_person(verifier: Somebody, teacher: Person, on: datetime.date) -> bool:
    """Is the verifier of a school where the teacher has a role that day; nobody confirms their own hours."""
    if not verifier.is_authenticated or verifier.pk == teacher.pk:
        return False
    return any(
        may_verify_school(verifier, spell.organisation, on) for spell in teacher.roles_on(on)
    )


def may_register_person(officer: Somebody, teacher: Person, on: datetime.date) -> bool:
    """Has the duty to administer what the teacher's school stands under that day; nobody registers their own hours.

    No superuser does without the duty: whoever keeps the machine does not keep the register.
    """
    if not officer.is_authenticated or officer.pk == teacher.pk:
        return False
    return any(
        duty.organisation is not None and spell.organisation.is_within(duty.organisation)
        for duty in _duties(officer, on, DutyKind.BUREAU_ADMIN)
        for spell in teacher.roles_on(on)
        if spell.organisation.kind == OrganisationKind.SCHOOL
    )


def may_decide_for(person: Somebody, teacher: Person, on: datetime.date) -> bool:
    """Confirms or registers this teacher's hours that day."""
    return may_verify_person(person, teacher, on) or may_register_person(person, teacher, on)


def may_oversee(person: Somebody, organisation: Organisation, on: datetime.date) -> bool:
    """Administers this organisation or one above it; a superuser oversees all."""
    if person.is_authenticated and person.is_active and person.is_superuser:
        return True
    return any(
        duty.organisation is not None and organisation.is_within(duty.organisation)
        for duty in _duties(person, on, DutyKind.BUREAU_ADMIN)
    )


def may_see_books_of(person: Somebody, school: Organisation, on: datetime.date) -> bool:
    """Confirms the school's hours, or administers what it stands under."""
    return may_verify_school(person, school, on) or may_oversee(person, school, on)


def may_oversee_person(person: Somebody, teacher: Person, on: datetime.date) -> bool:
    """Oversees an organisation where the teacher has a role that day."""
    return any(may_oversee(person, spell.organisation, on) for spell in teacher.roles_on(on))


def may_let_go(officer: Somebody, teacher: Person, school: Organisation, on: datetime.date) -> bool:
    """Administers what the teacher's school stands under; nobody moves themselves."""
    return officer.pk != teacher.pk and may_oversee(officer, school, on)


def may_take(officer: Somebody, teacher: Person, place: Organisation, on: datetime.date) -> bool:
    """Administers the bureau or school that the teacher goes to; nobody moves themselves."""
    return officer.pk != teacher.pk and may_oversee(officer, place, on)


def may_see_papers_of(person: Somebody, teacher: Person, on: datetime.date) -> bool:
    """Has their certificates and statements: themselves, their school's verifier, their bureau."""
    if not person.is_authenticated or not person.is_active:
        return False
    return (
        person.pk == teacher.pk
        or may_verify_person(person, teacher, on)
        or may_oversee_person(person, teacher, on)
    )


def may_teach_for(person: Somebody, provider: Provider, on: datetime.date) -> bool:
    """Is a trainer of this provider."""
    return _serves(person, provider, on, DutyKind.TRAINER)


def may_moderate_for(person: Somebody, provider: Provider, on: datetime.date) -> bool:
    """Is a moderator of this provider."""
    return _serves(person, provider, on, DutyKind.MODERATOR)


def may_see_works_of(person: Somebody, provider: Provider, on: datetime.date) -> bool:
    """Sees what the provider has not yet published: its trainers and moderators."""
    return _serves(person, provider, on, DutyKind.TRAINER, DutyKind.MODERATOR)


def may_publish(
    person: Somebody, provider: Provider, makers: Collection[int | None], on: datetime.date
) -> bool:
    """Is a moderator of the provider and none of the `makers` (keys of owner and submitter).

    Nobody publishes or approves their own work.
    """
    return may_moderate_for(person, provider, on) and person.pk not in makers
