"""Everything that is kept about a person, for that person."""

from typing import Any

from lms.people.models import Person
from lms.plugins.hooks import PersonalData
from lms.plugins.registry import registry


def export(person: Person) -> dict[str, Any]:
    """JSON-ready: the person, roles and duties, and what each part of the platform keeps."""
    return {
        "person": {
            "id": str(person.public_id),
            "name": person.name,
            "email": person.email,
            "phone": person.phone,
            "joined_on": person.joined_on,
            "language": person.language,
            "registered_at": person.date_joined,
        },
        "roles": [
            {
                "role": spell.role,
                "organisation": spell.organisation.name,
                "from_on": spell.from_on,
                "to_on": spell.to_on,
            }
            for spell in person.role_spells.select_related("organisation").order_by("from_on", "pk")
        ],
        "duties": [
            {
                "duty": duty.kind,
                "place": str(duty.place),
                "from_on": duty.from_on,
                "to_on": duty.to_on,
            }
            for duty in person.duties.select_related("organisation", "provider").order_by(
                "from_on", "pk"
            )
        ],
        "kept": {one.key: one.export(person) for one in registry.all(PersonalData)},
    }
