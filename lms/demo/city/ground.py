"""What the city stands on: bureau, districts, schools, providers, trainings, those who decide, and the policy."""

import datetime
import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from lms.credit.core.hours import Hours
from lms.credit.domain.training import Need, TrainingFacts, declare_training
from lms.credit.enums import Form, Level, Purpose, Theme
from lms.credit.models.policy import Policy, PolicyAssignment
from lms.demo.city.life import worth
from lms.people.enums import DutyKind, OrganisationKind
from lms.people.models.organisations import Accreditation, Organisation, Provider
from lms.people.models.person import Person
from lms.people.models.roles import Duty

TEACHERS_A_SCHOOL = 80
SCHOOLS_A_DISTRICT = 50
TRAININGS = 300
PROVIDERS = 5
POLICY = "wenzhou-2012"
_SPACE = uuid.UUID("6f1e4f0e-6d0b-4b53-9d53-6b3f3f0a7a11")
_FORMS = (Form.REMOTE, Form.SCHOOL, Form.CONCENTRATED, Form.REMOTE, Form.OUTREACH)
_THEMES = (Theme.SUBJECT, Theme.ETHICS, Theme.CLASS_MANAGEMENT, Theme.TECHNOLOGY, Theme.SAFETY)


@dataclass(frozen=True, slots=True)
class School:
    """A school and who decides there."""

    pk: int
    public_id: str
    name: str
    verifier: int
    verifier_id: str


@dataclass(frozen=True, slots=True)
class City:
    """What the teachers' rows refer to. Of a training: version's key, its facts, key, number and digest."""

    bureau: dict[str, str]
    officer: int
    officer_id: str
    schools: tuple[School, ...]
    trainings: tuple[tuple[int, dict[str, Any], str, int, str], ...]


def city_id(seed: int, *what: object) -> uuid.UUID:
    """The public id of a thing of the city: the same at each run."""
    return uuid.uuid5(_SPACE, "/".join(str(one) for one in (seed, *what)))


@transaction.atomic
def found(seed: int, teachers: int, since: datetime.date) -> City:
    """Make what is missing of it, for as many teachers; run again it makes nothing twice."""
    bureau = _organisation(seed, None, OrganisationKind.BUREAU, "bureau", "青河市教育局")
    officer = _person(seed, "officer", "教育局登记员")
    _duty(officer, DutyKind.BUREAU_ADMIN, bureau, since)
    providers = [_provider(seed, number, bureau, since) for number in range(PROVIDERS)]
    schools = []
    district = bureau
    for number in range(-(-teachers // TEACHERS_A_SCHOOL)):
        if number % SCHOOLS_A_DISTRICT == 0:
            at = number // SCHOOLS_A_DISTRICT
            name = f"青河市第{at + 1}学区"
            district = _organisation(seed, bureau, OrganisationKind.DISTRICT, f"d{at}", name)
        name = f"青河市第{number + 1}中学"
        school = _organisation(seed, district, OrganisationKind.SCHOOL, f"s{number}", name)
        verifier = _person(seed, f"verifier/{number}", f"{name}审核人")
        _duty(verifier, DutyKind.VERIFIER, school, since)
        schools.append(
            School(school.pk, str(school.public_id), name, verifier.pk, str(verifier.public_id))
        )
    _assign(bureau, since)
    trainings = tuple(
        _training(seed, number, providers[number % PROVIDERS], officer)
        for number in range(TRAININGS)
    )
    return City(
        {"id": str(bureau.public_id), "name": bureau.name},
        officer.pk,
        str(officer.public_id),
        tuple(schools),
        trainings,
    )


def _organisation(
    seed: int, parent: Organisation | None, kind: OrganisationKind, what: str, name: str
) -> Organisation:
    public_id = city_id(seed, what)
    if known := Organisation.objects.filter(public_id=public_id).first():
        return known
    said = {"public_id": public_id, "kind": kind, "name": name}
    if parent is None:
        return Organisation.add_root(**said)
    parent.refresh_from_db()
    return parent.add_child(**said)


def _person(seed: int, what: str, name: str) -> Person:
    return Person.objects.get_or_create(
        public_id=city_id(seed, what), defaults={"name": name, "password": "!"}
    )[0]


def _duty(person: Person, kind: DutyKind, where: Organisation, since: datetime.date) -> None:
    Duty.objects.get_or_create(
        person=person, kind=kind, organisation=where, defaults={"from_on": since}
    )


def _provider(seed: int, number: int, bureau: Organisation, since: datetime.date) -> Provider:
    provider, _made = Provider.objects.get_or_create(
        public_id=city_id(seed, "provider", number),
        defaults={"name": f"青河市教师培训机构{number + 1}", "slug": f"city-{seed}-{number}"},
    )
    Accreditation.objects.get_or_create(
        provider=provider, bureau=bureau, defaults={"from_on": since}
    )
    return provider


def _assign(bureau: Organisation, since: datetime.date) -> None:
    policy = Policy.objects.get(slug=POLICY, owner=None)
    PolicyAssignment.objects.get_or_create(
        organisation=bureau, policy=policy, defaults={"from_on": since}
    )


def _training(
    seed: int, number: int, provider: Provider, by: Person
) -> tuple[int, dict[str, Any], str, int, str]:
    public_id = city_id(seed, "training", number)
    title = f"青河市教师研修课程第{number + 1}期"
    version = declare_training(
        key=f"city.training:{public_id}",
        facts=TrainingFacts(
            title=title,
            form=_FORMS[number % len(_FORMS)],
            level=Level.NATIONAL if number % 10 == 0 else Level.CITY,
            themes=(_THEMES[number % len(_THEMES)],),
            purpose=Purpose.IN_SERVICE,
            provider=provider,
            hours=Hours(worth(number)),
            minutes_per_hour=45,
        ),
        complete_when=[
            Need(
                evidence_kind="media.watched",
                subject=f"city.film:{public_id}",
                minimum=Decimal(1),
                title=title,
                weight_s=worth(number) * 27,
            )
        ],
        by=by,
        at=timezone.now(),
    )
    return version.pk, version.facts, version.training.key, version.number, version.digest
