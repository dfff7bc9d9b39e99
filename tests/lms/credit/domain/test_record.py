import datetime

import pytest

from lms.credit.core.facts import Facts, Person, RoleSpell, Session, Training
from lms.credit.core.hours import Hours
from lms.credit.domain.confirm import confirm, reject
from lms.credit.domain.record import Booked, Record, records_of
from lms.credit.domain.reverse import reverse
from lms.credit.enums import Form, Theme
from lms.people.enums import DutyKind
from lms.testing.credit import AT, booked
from lms.testing.factories import DutyFactory, PersonFactory, RoleSpellFactory

pytestmark = pytest.mark.django_db

DAY = datetime.date(2026, 5, 18)


@pytest.fixture
def teacher():
    joined = datetime.date(2021, 9, 1)
    return RoleSpellFactory(person=PersonFactory(joined_on=joined), from_on=joined).person


@pytest.fixture
def verifier(teacher):
    school = teacher.roles_on(DAY)[0].organisation
    return DutyFactory(kind=DutyKind.VERIFIER, organisation=school).person


def test_a_confirmed_booking_is_a_training_with_its_lines_and_facts(teacher, verifier):
    entry = booked(teacher, form=Form.SCHOOL, themes=(Theme.ETHICS, Theme.SAFETY))
    confirm(verifier=verifier, bookings=[entry.id], at=AT)
    facts = Facts(accredited=True, registered=False)
    training = Training(
        id=str(entry.booking.version.training_id),
        form="school",
        level="city",
        sessions=(Session(DAY, Hours(200), facts),),
        themes=frozenset({"ethics", "safety"}),
        purpose="in_service",
        facts=facts,
    )
    (record,) = records_of([teacher.pk], DAY)
    joined = datetime.date(2021, 9, 1)
    assert record == Record(
        teacher.pk,
        Person(joined, (RoleSpell("teacher", joined),)),
        [Booked(entry.booking.pk, "confirmed", training)],
    )
    assert record.trainings == [training]


def test_pending_hours_stand_beside_and_rejected_and_reversed_ones_nowhere(teacher, verifier):
    waiting, rejected, undone = (booked(teacher) for _ in range(3))
    reject(verifier=verifier, bookings=[rejected.id], because="不清楚", at=AT)
    reverse(undone.booking, by=verifier, because="有误", at=AT)
    (record,) = records_of([teacher.pk], DAY)
    assert [(one.booking, one.state) for one in record.booked] == [(waiting.booking.pk, "pending")]
    assert record.trainings == []
    (training,) = record.with_pending
    assert training.facts.registered


def test_lines_after_the_day_are_left_out(teacher):
    booked(teacher)
    (record,) = records_of([teacher.pk], DAY - datetime.timedelta(days=1))
    assert record.booked == ()


def test_who_has_no_day_of_joining_joined_with_the_first_role():
    person = RoleSpellFactory(person=PersonFactory(joined_on=None)).person
    other = PersonFactory(joined_on=None)
    found = [record.person.joined_on for record in records_of([person.pk, other.pk], DAY)]
    assert found == [datetime.date(2020, 9, 1), DAY]


def test_records_take_three_queries_for_one_person_and_for_three(
    teacher, django_assert_num_queries
):
    people = [teacher, *(RoleSpellFactory().person for _ in range(2))]
    for one in people:
        booked(one)
    for some in (people[:1], people):
        with django_assert_num_queries(3):
            found = [len(one.booked) for one in records_of([p.pk for p in some], DAY)]
        assert found == [1] * len(some)
