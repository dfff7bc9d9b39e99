"""The bureau's part of the admin."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from lms.people.domain.groups import sync_groups
from lms.people.models import Duty, Organisation, RoleSpell
from lms.testing.factories import DutyFactory, OrganisationFactory, PersonFactory, RoleSpellFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau(client):
    bureau = OrganisationFactory(kind="bureau", name="本市教育局")
    admin = DutyFactory(kind="bureau_admin", organisation=bureau).person
    sync_groups(admin, timezone.localdate())
    client.force_login(admin)
    return bureau


@pytest.mark.parametrize("name", ["organisation", "provider", "accreditation", "rolespell", "duty"])
def test_lists_and_forms_open(client, bureau, name) -> None:
    for page in ("index", "add"):
        assert client.get(reverse(f"{name}:{page}")).status_code == 200


def test_administrator_adds_a_district_under_the_bureau(client, bureau) -> None:
    answer = client.post(
        reverse("organisation:add"), {"name": "东片", "kind": "district", "parent": bureau.pk}
    )
    assert answer.status_code == 302
    assert Organisation.objects.get(name="东片").get_parent() == bureau


def test_school_on_top_is_refused_in_words(client, bureau) -> None:
    answer = client.post(
        reverse("organisation:add"), {"name": "x", "kind": "bureau", "parent": bureau.pk}
    )
    assert answer.status_code == 200
    assert not Organisation.objects.filter(name="x").exists()


def test_administrator_names_a_verifier_by_phone(client, bureau) -> None:
    school = OrganisationFactory(parent=OrganisationFactory(kind="district", parent=bureau))
    person = PersonFactory()
    form = {"who": person.phone, "kind": "verifier", "organisation": school.pk, "provider": ""}
    form["from_on"] = datetime.date(2026, 9, 1)
    assert client.post(reverse("duty:add"), form).status_code == 302
    assert Duty.objects.get(person=person).organisation == school


def test_other_bureaus_rows_are_not_found_and_not_offered(client, bureau) -> None:
    foreign = RoleSpellFactory()
    school = foreign.organisation
    assert client.get(reverse("organisation:edit", args=[school.pk])).status_code == 404
    assert client.get(reverse("rolespell:edit", args=[foreign.pk])).status_code == 404
    assert school.name not in client.get(reverse("organisation:index")).content.decode()
    form = {"who": PersonFactory().phone, "role": "teacher", "organisation": school.pk}
    form["from_on"] = "2026-09-01"
    assert client.post(reverse("rolespell:add"), form).status_code == 200
    assert RoleSpell.objects.count() == 1


def test_trainer_has_no_part_in_it(client) -> None:
    trainer = DutyFactory().person
    sync_groups(trainer, timezone.localdate())
    client.force_login(trainer)
    assert client.get(reverse("organisation:index")).status_code == 302
