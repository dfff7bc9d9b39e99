"""A school with a teacher, a verifier and another school's people, for the tests of pages."""

import datetime
from dataclasses import dataclass

from lms.people.enums import DutyKind
from lms.people.models import Organisation, Person
from lms.testing.factories import (
    DutyFactory,
    OrganisationFactory,
    PersonFactory,
    RoleSpellFactory,
)


@dataclass(frozen=True)
class School:
    """The people of one school."""

    school: Organisation
    teacher: Person
    verifier: Person


def make_school(name: str = "溪山区第三幼儿园") -> School:
    """A school with a teacher and a verifier, who teaches there too."""
    school = OrganisationFactory(name=name)
    teacher = teacher_at(school, "林书瑶")
    verifier = teacher_at(school, "赵明川")
    DutyFactory(person=verifier, kind=DutyKind.VERIFIER, organisation=school)
    return School(school=school, teacher=teacher, verifier=verifier)


def teacher_at(school: Organisation, name: str) -> Person:
    """Somebody with a post there."""
    person: Person = PersonFactory(name=name)
    RoleSpellFactory(person=person, organisation=school)
    return person


def days_ago(days: int) -> datetime.datetime:
    """A moment that many days before now."""
    return datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=days)
