"""Wagtail's permissions follow duties: standing groups, derived from dated rows by one function."""

from __future__ import annotations

import datetime

from django.contrib.auth.models import Group, Permission
from django.db.models import Q

from lms.people.enums import DutyKind
from lms.people.models import Duty, Organisation, Person, Provider, RoleSpell
from lms.people.models.organisations import Accreditation

TRAINERS, MODERATORS = "Trainers: ", "Moderators: "
BUREAU = "Bureau administrators"

_PREFIXES = {DutyKind.TRAINER: TRAINERS, DutyKind.MODERATOR: MODERATORS}


def trainers_group(provider: Provider) -> Group:
    """The group of a provider's trainers, made when missing."""
    return _group(f"{TRAINERS}{provider.slug}")


def moderators_group(provider: Provider) -> Group:
    """The group of a provider's moderators, made when missing."""
    return _group(f"{MODERATORS}{provider.slug}")


def bureau_group() -> Group:
    """The group of bureau administrators; the admin's views limit what each of them sees.

    Not persons: Wagtail's form for them also makes superusers.
    """
    group = _group(BUREAU)
    names = [
        f"{action}_{model._meta.model_name}"
        for model in (Organisation, Provider, Accreditation, RoleSpell, Duty)
        for action in ("view", "add", "change")
    ]
    group.permissions.add(
        *Permission.objects.filter(content_type__app_label="people", codename__in=names)
    )
    return group


def sync_groups(person: Person, on: datetime.date) -> None:
    """Make the person's derived groups those of the duties in force on a day; other groups stay."""
    derived = Q(name__startswith=TRAINERS) | Q(name__startswith=MODERATORS) | Q(name=BUREAU)
    wanted = {_group_name(duty) for duty in Duty.objects.on(on).filter(person=person)} - {None}
    if not person.is_active:
        wanted = set()
    held = {group.name: group for group in person.groups.filter(derived)}
    person.groups.remove(*(group for name, group in held.items() if name not in wanted))
    missing = [name for name in wanted if name is not None and name not in held]
    person.groups.add(*(bureau_group() if name == BUREAU else _group(name) for name in missing))
    for cached in ("_perm_cache", "_user_perm_cache", "_group_perm_cache"):
        person.__dict__.pop(cached, None)


def _group_name(duty: Duty) -> str | None:
    if duty.kind == DutyKind.BUREAU_ADMIN:
        return BUREAU
    prefix = _PREFIXES.get(DutyKind(duty.kind))
    return f"{prefix}{duty.provider.slug}" if prefix and duty.provider else None


def _group(name: str) -> Group:
    group, made = Group.objects.get_or_create(name=name)
    if made:
        group.permissions.add(
            Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
        )
    return group
