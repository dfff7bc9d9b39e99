"""Killed at random moments of posting: nothing is left half done, and the work completes when it is begun again."""

import time
import uuid
from collections import Counter

import pytest
from django.db import transaction

from lms.credit import queries
from lms.credit.core.hours import Hours
from lms.credit.domain.confirm import confirm
from lms.credit.domain.evidence import take_part
from lms.credit.domain.register import register
from lms.credit.enums import Act
from lms.credit.models.ledger import Transfer
from lms.people.enums import DutyKind
from lms.people.models import Person
from lms.testing import credit
from lms.testing.factories import DutyFactory, RoleSpellFactory
from tests.faults.processes import done, go, ledger_check, seeded, start
from tests.faults.test_settle_once import sitting

pytestmark = pytest.mark.faults
KILLS, TRAININGS = 6, 120


def test_killed_while_posting(own_database, postgres) -> None:
    rng = seeded()
    spell = RoleSpellFactory()
    school = spell.organisation
    order = {
        "teacher": spell.person.pk,
        "verifier": DutyFactory(kind=DutyKind.VERIFIER, organisation=school).person.pk,
        "officer": DutyFactory(
            kind=DutyKind.BUREAU_ADMIN, organisation=school.get_root()
        ).person.pk,
    }
    with transaction.atomic():
        for number in range(TRAININGS):
            credit.declared(
                key=key_of(number), needs=[credit.watch(subject_of(number))], by=spell.person
            )

    posted = []
    for _ in range(KILLS):
        process = start(postgres, own_database, "tests.faults.test_posting:post_all", **order)
        go(process)
        time.sleep(rng.uniform(0.05, 0.8))
        process.kill()
        process.communicate()
        ledger_check(postgres, own_database)
        posted.append(Transfer.objects.count())

    process = start(postgres, own_database, "tests.faults.test_posting:post_all", **order)
    go(process)
    assert done(process) == TRAININGS
    ledger_check(postgres, own_database)
    whole = 3 * TRAININGS
    assert any(0 < count < whole for count in posted), "it was never killed in the middle"
    assert Counter(Transfer.objects.values_list("act", flat=True)) == {
        Act.BOOK: TRAININGS,
        Act.CONFIRM: TRAININGS,
        Act.REGISTER: TRAININGS,
    }
    assert queries.balance(spell.person).registered == Hours(200 * TRAININGS)


def key_of(number: int) -> str:
    return f"courses.course:{number}"


def subject_of(number: int) -> str:
    return f"media.asset:posting-{number}"


def post_all(*, teacher: int, verifier: int, officer: int) -> int:
    """All of the work, from its beginning, as somebody does it who does not know how far it had come."""
    people = Person.objects.in_bulk([teacher, verifier, officer])
    for number in range(TRAININGS):
        booking = complete(people[teacher], number)
        confirm(verifier=people[verifier], bookings=[booking], at=credit.AT)
        register(officer=people[officer], bookings=[booking], at=credit.AT)
    return len(queries.entries_of(people[teacher]))


def complete(person: Person, number: int) -> uuid.UUID:
    take_part(person=person, training_key=key_of(number), at=credit.AT)
    credit.evidence(
        person,
        subject=subject_of(number),
        source_key=f"posting:{number}",
        wall=sitting(number),
    )
    booked = Transfer.objects.get(person=person, key=queries.award_key(key_of(number)))
    return booked.public_id
