"""The demo's people: some hundred, a role each, loaded once."""

import datetime

import pytest

from lms.credit.domain.policies import policy_for
from lms.demo.people import SHOWN_TEACHER, accounts, load_people, teacher_phone
from lms.demo.plan import load_plan
from lms.people.models import Duty, Organisation, Person, RoleSpell

TODAY = datetime.date(2026, 5, 20)


@pytest.mark.django_db
def test_load_people_twice_makes_nothing_twice() -> None:
    plan = load_plan()
    load_people(plan, today=TODAY)
    tables = (Person, Organisation, RoleSpell, Duty)
    counts = [table.objects.count() for table in tables]

    load_people(plan, today=TODAY)

    assert [table.objects.count() for table in tables] == counts
    assert counts[0] > 250
    assert [one.role for one in accounts()] == [
        "teacher",
        "verifier",
        "trainer",
        "moderator",
        "bureau",
        "administrator",
    ]
    teacher = Person.objects.get(phone=teacher_phone(0, SHOWN_TEACHER))
    version = policy_for(teacher, TODAY)
    assert version is not None
    assert version.policy.slug == "wenzhou-2012"


def test_plan_is_whole() -> None:
    plan = load_plan()
    clips = {clip.key for clip in plan.clips}

    assert len(clips) == 6
    assert {question.clip for question in plan.questions} == clips
    assert all(set(course.clips) <= clips for course in plan.courses)
    assert {course.provider for course in plan.courses} == {one.slug for one in plan.providers}
