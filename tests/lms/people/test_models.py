"""What the database refuses, whoever writes."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from lms.people.enums import DutyKind, OrganisationKind, PolicyRole
from lms.people.models import Duty, Organisation, RoleSpell
from lms.testing.factories import (
    AccreditationFactory,
    DutyFactory,
    OrganisationFactory,
    PersonFactory,
    ProviderFactory,
    RoleSpellFactory,
)

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 5, 20)


def refused():
    return pytest.raises(IntegrityError)


def test_school_factory_builds_bureau_district_school() -> None:
    school = OrganisationFactory()
    kinds = [one.kind for one in school.get_ancestors()]
    assert [*kinds, school.kind] == ["bureau", "district", "school"]


@pytest.mark.parametrize("kind", [OrganisationKind.DISTRICT, OrganisationKind.SCHOOL])
def test_only_a_bureau_stands_on_top(kind: str) -> None:
    with refused(), transaction.atomic():
        Organisation.add_root(kind=kind, name="x")


@pytest.mark.parametrize("kind", OrganisationKind.values)
def test_nothing_stands_under_a_school(kind: str) -> None:
    district = OrganisationFactory(kind="district")
    for school in (
        OrganisationFactory(parent=district),
        OrganisationFactory(parent=district.get_parent()),
    ):
        with refused(), transaction.atomic():
            school.add_child(kind=kind, name="x")


def test_last_day_before_first_is_refused() -> None:
    for factory in (RoleSpellFactory, DutyFactory, AccreditationFactory):
        with refused(), transaction.atomic():
            factory(from_on=DAY, to_on=DAY - datetime.timedelta(days=1))


@pytest.mark.parametrize("kind", DutyKind.values)
def test_duty_names_exactly_what_its_kind_needs(kind: str) -> None:
    school, provider, person = OrganisationFactory(), ProviderFactory(), PersonFactory()
    needs_school = kind in {"verifier", "bureau_admin"}
    for organisation, of in ((school, None), (None, provider), (school, provider), (None, None)):
        make = {
            "person": person,
            "kind": kind,
            "organisation": organisation,
            "provider": of,
            "from_on": DAY,
        }
        if (bool(organisation), bool(of)) == (needs_school, not needs_school):
            Duty.objects.create(**make).delete()
        else:
            with refused(), transaction.atomic():
                Duty.objects.create(**make)


@pytest.mark.parametrize(
    ("to_on", "again_on", "fits"),
    [
        (DAY, DAY, False),
        (DAY, DAY + datetime.timedelta(days=1), True),
        (None, DAY + datetime.timedelta(days=900), False),
    ],
)
def test_identical_spells_do_not_overlap(to_on, again_on, fits) -> None:
    for first in (
        RoleSpellFactory(to_on=to_on),
        DutyFactory(to_on=to_on),
        DutyFactory(kind="verifier", to_on=to_on),
        AccreditationFactory(to_on=to_on),
    ):
        first.pk, first._state.adding = None, True
        first.from_on, first.to_on = again_on, None
        if fits:
            first.full_clean()
            first.save()
        else:
            with pytest.raises(ValidationError, match=r"recorded|记录"):
                first.full_clean()
            with refused(), transaction.atomic():
                first.save()


def test_same_role_at_two_schools_and_two_roles_at_one_may_overlap() -> None:
    spell = RoleSpellFactory()
    RoleSpellFactory(person=spell.person)
    RoleSpellFactory(
        person=spell.person, organisation=spell.organisation, role=PolicyRole.PRINCIPAL
    )
    assert RoleSpell.objects.filter(person=spell.person).count() == 3


def test_verifier_serves_a_school_not_a_district() -> None:
    duty = DutyFactory.build(
        kind="verifier", person=PersonFactory(), organisation=OrganisationFactory(kind="district")
    )
    with pytest.raises(ValidationError):
        duty.full_clean()
