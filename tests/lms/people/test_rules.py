"""Predicates and reads, by day."""

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser

from lms.api import people, permissions
from lms.people import rules
from lms.testing.factories import (
    FIRST_DAY,
    AccreditationFactory,
    DutyFactory,
    OrganisationFactory,
    PersonFactory,
    ProviderFactory,
    RoleSpellFactory,
)

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 5, 20)
BEFORE = FIRST_DAY - datetime.timedelta(days=1)


def test_duties_count_from_first_to_last_day() -> None:
    duty = DutyFactory(from_on=FIRST_DAY, to_on=DAY)
    after = DAY + datetime.timedelta(days=1)
    answers = [rules.is_trainer(duty.person, day) for day in (BEFORE, FIRST_DAY, DAY, after)]
    assert answers == [False, True, True, False]


def test_nobody_signed_in_may_nothing() -> None:
    asked = [getattr(rules, name) for name in dir(rules) if name.startswith("is_")]
    assert {ask(AnonymousUser(), DAY) for ask in asked} == {False}
    assert not permissions.may_use(AnonymousUser(), "media.asset:1")


def test_inactive_person_may_nothing() -> None:
    duty = DutyFactory()
    duty.person.is_active = False
    assert not rules.is_trainer(duty.person, DAY)


def test_verifier_verifies_teachers_of_own_school_only() -> None:
    school = OrganisationFactory()
    verifier = DutyFactory(kind="verifier", organisation=school).person
    RoleSpellFactory(person=verifier, organisation=school)
    mine = RoleSpellFactory(organisation=school).person
    foreign = RoleSpellFactory().person
    gone = RoleSpellFactory(organisation=school, to_on=FIRST_DAY).person
    answers = [
        rules.may_verify_person(verifier, one, DAY) for one in (mine, foreign, gone, verifier)
    ]
    assert answers == [True, False, False, False]
    assert set(people.teachers_of(people.schools_verified_by(verifier, DAY), DAY)) == {
        verifier,
        mine,
    }


def test_administrator_oversees_what_stands_below() -> None:
    district = OrganisationFactory(kind="district")
    inside = OrganisationFactory(parent=district)
    beside = OrganisationFactory(parent=district.get_parent())
    of_district = DutyFactory(kind="bureau_admin", organisation=district).person
    of_bureau = DutyFactory(kind="bureau_admin", organisation=district.get_parent()).person
    places = (district.get_parent(), district, inside, beside, OrganisationFactory())
    assert [rules.may_oversee(of_district, p, DAY) for p in places] == [
        False,
        True,
        True,
        False,
        False,
    ]
    assert [rules.may_oversee(of_bureau, p, DAY) for p in places] == [True, True, True, True, False]
    overseen = people.organisations_overseen_by(of_bureau, DAY)
    assert set(people.schools_under(overseen)) == {inside, beside}


def test_nobody_publishes_their_own_course() -> None:
    provider = ProviderFactory()
    moderator = DutyFactory(kind="moderator", provider=provider).person
    trainer = DutyFactory(kind="trainer", provider=provider, person=moderator).person
    assert rules.may_publish(moderator, provider, [PersonFactory().pk, None], DAY)
    assert not rules.may_publish(moderator, provider, [trainer.pk], DAY)
    assert not rules.may_publish(moderator, ProviderFactory(), [], DAY)


def test_school_of_is_that_of_the_latest_role() -> None:
    person = PersonFactory()
    RoleSpellFactory(person=person)
    later = RoleSpellFactory(person=person, from_on=datetime.date(2024, 9, 1))
    assert people.school_of(person, DAY) == later.organisation
    assert people.school_of(person, BEFORE) is None


def test_accredited_by_this_bureau_on_these_days() -> None:
    one = AccreditationFactory(to_on=DAY)
    other = OrganisationFactory(kind="bureau")
    assert people.is_accredited(one.provider, one.bureau, DAY)
    assert not people.is_accredited(one.provider, one.bureau, DAY + datetime.timedelta(days=1))
    assert not people.is_accredited(one.provider, other, DAY)


def test_duties_are_asked_once_for_a_person_object(django_assert_num_queries) -> None:
    duty = DutyFactory()
    with django_assert_num_queries(1):
        assert rules.is_trainer(duty.person, DAY)
        assert not rules.is_verifier(duty.person, DAY)
        assert people.providers_taught_by(duty.person, DAY) == (duty.provider,)
