"""What is handed over, and what is forgotten."""

import json

import pytest

from lms.people.personal_data import PERSONAL_DATA
from lms.plugins.hooks import PersonalData
from lms.plugins.registry import registry
from lms.testing.factories import DutyFactory, RoleSpellFactory

pytestmark = pytest.mark.django_db


def test_export_says_who_one_is_and_was() -> None:
    spell = RoleSpellFactory()
    duty = DutyFactory(person=spell.person)
    data = json.loads(json.dumps(PERSONAL_DATA.export(spell.person)))
    assert data["phone"] == spell.person.phone
    assert data["roles"] == [
        {"role": "teacher", "at": spell.organisation.name, "from": "2020-09-01", "to": None}
    ]
    assert [one["at"] for one in data["duties"]] == [duty.provider.name]


def test_erase_forgets_how_to_reach_somebody_and_keeps_roles() -> None:
    spell = RoleSpellFactory()
    person = spell.person
    PERSONAL_DATA.erase(person)
    person.refresh_from_db()
    assert (person.phone, person.email, person.is_active) == (None, None, False)
    assert not person.has_usable_password()
    assert list(person.role_spells.all()) == [spell]


def test_platform_takes_part_in_personal_data() -> None:
    assert registry.get(PersonalData, "people.person") is PERSONAL_DATA
