"""The bureau's part of the admin."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from lms.people.domain.groups import sync_groups
from lms.people.models import Accreditation, Duty, Organisation, Provider, RoleSpell
from lms.testing.factories import (
    AccreditationFactory,
    DutyFactory,
    OrganisationFactory,
    PersonFactory,
    ProviderFactory,
    RoleSpellFactory,
)

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


def new_provider(by, **changes) -> dict[str, object]:
    facts = {"name": "京师学前", "slug": "jingshi", "bureau": by.pk, "number": "教认 1 号"}
    return facts | {"from_on": "2026-09-01", "to_on": "2028-08-31", **changes}


def test_administrator_opens_a_provider_and_accredits_it(client, bureau) -> None:
    answer = client.post(reverse("provider:add"), new_provider(bureau))

    assert answer.status_code == 302
    provider = Provider.objects.get(slug="jingshi")
    accreditation = provider.accreditations.get()
    assert (accreditation.bureau, accreditation.number) == (bureau, "教认 1 号")
    assert accreditation.from_on == datetime.date(2026, 9, 1)
    assert accreditation.to_on == datetime.date(2028, 8, 31)
    # Its trainers find a page to work on, and the administrator sees it and names them.
    assert provider.page is not None
    assert provider.name in client.get(reverse("provider:index")).content.decode()
    person = PersonFactory()
    duty = {"who": person.phone, "kind": "trainer", "provider": provider.pk, "organisation": ""}
    answer = client.post(reverse("duty:add"), duty | {"from_on": "2026-09-01"})
    assert answer.status_code == 302
    assert person.duties.get().provider == provider


@pytest.mark.parametrize(
    "wrong", [{"bureau": ""}, {"from_on": ""}, {"to_on": "2020-01-01"}, {"from_on": "昨天"}]
)
def test_provider_without_a_whole_accreditation_is_refused(client, bureau, wrong) -> None:
    answer = client.post(reverse("provider:add"), new_provider(bureau, **wrong))

    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not Provider.objects.exists()


def test_nobody_accredits_for_another_bureau(client, bureau) -> None:
    foreign = OrganisationFactory(kind="bureau", name="外市教育局")
    answer = client.post(reverse("provider:add"), new_provider(foreign))
    assert answer.status_code == 200
    assert "bureau" in answer.context["form"].errors
    provider = ProviderFactory()
    facts = {"provider": provider.pk, "bureau": foreign.pk, "number": "", "from_on": "2026-09-01"}
    assert client.post(reverse("accreditation:add"), facts).status_code == 200
    assert not Accreditation.objects.exists()
    theirs = AccreditationFactory(provider=provider, bureau=foreign)
    for name, pk in (("accreditation", theirs.pk), ("provider", provider.pk)):
        address = reverse(f"{name}:edit", args=[pk])
        assert client.get(address).status_code == 404
        assert client.post(address, facts | {"to_on": "2026-09-02"}).status_code == 404
    theirs.refresh_from_db()
    assert theirs.to_on is None
    # What another bureau accredited, one's own may accredit too.
    own = facts | {"bureau": bureau.pk}
    assert client.post(reverse("accreditation:add"), own).status_code == 302
    assert client.get(reverse("provider:edit", args=[provider.pk])).status_code == 200


def test_district_opens_no_provider(client, bureau) -> None:
    district = OrganisationFactory(kind="district", parent=bureau)
    person = DutyFactory(kind="bureau_admin", organisation=district).person
    sync_groups(person, timezone.localdate())
    client.force_login(person)

    assert client.post(reverse("provider:add"), new_provider(bureau)).status_code == 200
    assert not Provider.objects.exists()


def test_short_name_never_changes(client, bureau) -> None:
    provider = AccreditationFactory(bureau=bureau).provider
    slug = provider.slug

    client.post(reverse("provider:edit", args=[provider.pk]), {"name": "新名", "slug": "x"})

    provider.refresh_from_db()
    assert (provider.name, provider.slug) == ("新名", slug)


def test_superuser_opens_a_provider_that_nobody_accredits_yet(client) -> None:
    client.force_login(PersonFactory(is_superuser=True))
    facts = {"name": "京师学前", "slug": "jingshi", "bureau": "", "number": "", "from_on": ""}

    assert client.post(reverse("provider:add"), facts | {"number": "1"}).status_code == 200
    assert client.post(reverse("provider:add"), facts).status_code == 302

    assert not Provider.objects.get().accreditations.exists()


def test_trainer_has_no_part_in_it(client) -> None:
    trainer = DutyFactory().person
    sync_groups(trainer, timezone.localdate())
    client.force_login(trainer)
    assert client.get(reverse("organisation:index")).status_code == 302
