"""What the platform keeps about a person: to hand over, and to erase."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction

from lms.people.queries import moves_of
from lms.plugins.hooks import PersonalData

if TYPE_CHECKING:
    from lms.people.models import Person
    from lms.people.models.spells import Spell


def _days(spell: Spell) -> dict[str, str | None]:
    return {
        "from": spell.from_on.isoformat(),
        "to": spell.to_on.isoformat() if spell.to_on else None,
    }


def export(person: Person) -> dict[str, Any]:
    """Who somebody is, their roles and duties, as JSON-ready data."""
    roles = person.role_spells.select_related("organisation")
    duties = person.duties.select_related("organisation", "provider")
    return {
        "id": str(person.public_id),
        "name": person.name,
        "email": person.email,
        "phone": person.phone,
        "phone_verified": person.phone_verified,
        "joined_on": person.joined_on.isoformat() if person.joined_on else None,
        "language": person.language,
        "agreed_to": person.consent_version,
        "agreed_at": person.consented_at.isoformat() if person.consented_at else None,
        "registered_at": person.date_joined.isoformat(),
        "roles": [
            {"role": spell.role, "at": spell.organisation.name} | _days(spell) for spell in roles
        ],
        "moves": [
            {
                "from": move.origin.name,
                "to": move.target.name,
                "on": move.on.isoformat(),
                "because": move.because,
                "let_go_at": move.at.isoformat(),
                "outcome": answer.outcome if answer else None,
                "decided_at": answer.at.isoformat() if answer else None,
            }
            for move in moves_of(person)
            for answer in [getattr(move, "answer", None)]
        ],
        "duties": [{"kind": duty.kind, "at": duty.place.name} | _days(duty) for duty in duties],
    }


@transaction.atomic
def erase(person: Person) -> None:
    """Forget how to reach and recognise somebody, and close the account.

    The name and the dated roles stay: hours were booked for them.
    """
    person.email = person.phone = None
    person.phone_verified = person.is_active = False
    person.language = ""
    person.set_unusable_password()
    person.save()
    person.groups.clear()
    EmailAddress.objects.filter(user_id=person.pk).delete()
    Authenticator.objects.filter(user_id=person.pk).delete()


PERSONAL_DATA = PersonalData(key="people.person", export=export, erase=erase)
