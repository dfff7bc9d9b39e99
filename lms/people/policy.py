"""Whose rows a bureau's administrator keeps in the admin: those of the organisations they oversee."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from lms.people.models import Accreditation, Duty, Organisation, Provider, RoleSpell
from lms.people.queries import organisations_overseen_by

if TYPE_CHECKING:
    from lms.people.models import Person


def organisations_within_reach(person: Person, on: datetime.date) -> QuerySet[Organisation]:
    """The organisations somebody administers and all below."""
    if person.is_superuser:
        return Organisation.objects.all()
    found = Organisation.objects.none()
    for one in organisations_overseen_by(person, on):
        found |= Organisation.objects.filter(path__startswith=one.path)
    return found


def within_reach(person: Person, model: type[Any], on: datetime.date) -> QuerySet[Any]:
    """The rows of a model that somebody may see and change; everything for a superuser."""
    rows: QuerySet[Any] = model._default_manager.all()
    if person.is_superuser:
        return rows
    places = organisations_within_reach(person, on)
    accredited = Provider.objects.filter(accreditations__bureau__in=places)
    mine: dict[type[Any], Q] = {
        Organisation: Q(pk__in=places),
        Provider: Q(pk__in=accredited),
        Accreditation: Q(bureau__in=places),
        RoleSpell: Q(organisation__in=places),
        Duty: Q(organisation__in=places) | Q(provider__in=accredited),
    }
    return rows.filter(mine[model]).distinct()
