"""Factories of the platform's models. No side effects: what is not asked for is not made, but parents that must be."""

import datetime
import os
from typing import Any

import factory

from lms.credit.core.note import COSIGNATURE, Key
from lms.credit.models.proof import Witness
from lms.people.enums import ORGANISATION_DUTIES, DutyKind, OrganisationKind, PolicyRole
from lms.people.models import Accreditation, Duty, Organisation, Person, Provider, RoleSpell

PASSWORD = "青禾-demo-2026"
FIRST_DAY = datetime.date(2020, 9, 1)


class PersonFactory(factory.django.DjangoModelFactory):
    """Somebody with a phone, an email and PASSWORD, without role or duty."""

    class Meta:
        model = Person

    name = factory.Sequence(lambda n: f"教师{n}")
    phone = factory.Sequence(lambda n: f"+86138{n:08d}")
    phone_verified = True
    email = factory.Sequence(lambda n: f"teacher{n}@example.org")

    @classmethod
    def _create(cls, model_class: type[Person], *args: Any, **kwargs: Any) -> Person:
        return model_class.objects.create_user(**({"password": PASSWORD} | kwargs))


class OrganisationFactory(factory.django.DjangoModelFactory):
    """A school unless `kind` says otherwise; makes a district and a bureau above it unless `parent` is given."""

    class Meta:
        model = Organisation

    kind = OrganisationKind.SCHOOL
    name = factory.Sequence(lambda n: f"第{n}幼儿园")
    parent = None

    @classmethod
    def _create(cls, model_class: type[Organisation], *args: Any, **kwargs: Any) -> Organisation:
        parent = kwargs.pop("parent")
        if kwargs["kind"] == OrganisationKind.BUREAU:
            return model_class.add_root(**kwargs)
        if parent is None:
            above = {
                OrganisationKind.SCHOOL: OrganisationKind.DISTRICT,
                OrganisationKind.DISTRICT: OrganisationKind.BUREAU,
            }[kwargs["kind"]]
            parent = cls(kind=above)
        # treebeard counts children on the object at hand: take it as it is in the database.
        parent.refresh_from_db()
        return parent.add_child(**kwargs)


class ProviderFactory(factory.django.DjangoModelFactory):
    """A provider without accreditation, pages or groups."""

    class Meta:
        model = Provider

    name = factory.Sequence(lambda n: f"培训机构{n}")
    slug = factory.Sequence(lambda n: f"provider-{n}")


class AccreditationFactory(factory.django.DjangoModelFactory):
    """From FIRST_DAY on, open-ended."""

    class Meta:
        model = Accreditation

    provider = factory.SubFactory(ProviderFactory)
    bureau = factory.SubFactory(OrganisationFactory, kind=OrganisationKind.BUREAU)
    from_on = FIRST_DAY


class RoleSpellFactory(factory.django.DjangoModelFactory):
    """A teacher at a school from FIRST_DAY on."""

    class Meta:
        model = RoleSpell

    person = factory.SubFactory(PersonFactory)
    role = PolicyRole.TEACHER
    organisation = factory.SubFactory(OrganisationFactory)
    from_on = FIRST_DAY


class DutyFactory(factory.django.DjangoModelFactory):
    """A trainer of a new provider from FIRST_DAY on; other kinds get the place they need unless it is given.

    Makes the row only: Wagtail's groups follow when lms.people.domain.groups.sync_groups is called.
    """

    class Meta:
        model = Duty

    person = factory.SubFactory(PersonFactory)
    kind = DutyKind.TRAINER
    from_on = FIRST_DAY

    @classmethod
    def _create(cls, model_class: type[Duty], *args: Any, **kwargs: Any) -> Duty:
        if kwargs["kind"] not in ORGANISATION_DUTIES:
            kwargs.setdefault("provider", None)
            kwargs["provider"] = kwargs["provider"] or ProviderFactory()
        elif not kwargs.get("organisation"):
            kind = (
                OrganisationKind.SCHOOL
                if kwargs["kind"] == DutyKind.VERIFIER
                else OrganisationKind.BUREAU
            )
            kwargs["organisation"] = OrganisationFactory(kind=kind)
        return model_class.objects.create(**kwargs)


class WitnessFactory(factory.django.DjangoModelFactory):
    """A school that countersigns checkpoints, with some key."""

    class Meta:
        model = Witness

    organisation = factory.SubFactory(OrganisationFactory)
    vkey = factory.Sequence(
        lambda n: Key(f"school{n}.example/witness", COSIGNATURE, os.urandom(32)).vkey
    )
