"""A bureau enters witnesses of its own reach, and takes keys out of use."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lms.credit.core.note import COSIGNATURE, ED25519, Key
from lms.credit.models.proof import Witness
from lms.people.domain.groups import sync_groups
from lms.people.enums import DutyKind, OrganisationKind
from lms.testing.factories import DutyFactory, OrganisationFactory, WitnessFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau():
    return OrganisationFactory(kind=OrganisationKind.BUREAU)


@pytest.fixture
def school(bureau):
    return OrganisationFactory(parent=bureau, name="阳光幼儿园")


@pytest.fixture
def client(bureau) -> Client:
    person = DutyFactory(kind=DutyKind.BUREAU_ADMIN, organisation=bureau).person
    sync_groups(person, timezone.localdate())
    client = Client()
    client.force_login(person)
    return client


def enter(client, organisation, vkey: str):
    form = {"organisation": organisation.pk, "vkey": vkey, "active": "on"}
    return client.post(reverse("witness:add"), form)


def key(kind: int = COSIGNATURE) -> str:
    return Key("school.example/witness", kind, b"k" * 32).vkey


def test_bureau_enters_a_witness(client, school) -> None:
    assert enter(client, school, f" {key()} ").status_code == 302
    assert Witness.objects.get().key.name == "school.example/witness"
    assert "阳光幼儿园" in client.get(reverse("witness:index")).content.decode()


@pytest.mark.parametrize("vkey", ["nonsense", key(ED25519), key()[:-4]])
def test_what_is_no_witness_key_is_refused(client, school, vkey: str) -> None:
    answer = enter(client, school, vkey)
    assert answer.status_code == 200
    assert "vkey" in answer.context["form"].errors
    assert not Witness.objects.exists()


def test_key_is_taken_out_of_use_and_never_changed(client, school) -> None:
    one = WitnessFactory(organisation=school)
    form = {"vkey": key(), "organisation": school.pk}
    assert client.post(reverse("witness:edit", args=[one.pk]), form).status_code == 302
    again = Witness.objects.get()
    assert (again.vkey, again.active) == (one.vkey, False)


def test_another_bureaus_witness_is_out_of_reach(client) -> None:
    other = WitnessFactory(organisation__name="邻家幼儿园")
    assert "邻家" not in client.get(reverse("witness:index")).content.decode()
    assert client.get(reverse("witness:edit", args=[other.pk])).status_code == 404
    answer = enter(client, other.organisation, key())
    assert "organisation" in answer.context["form"].errors
