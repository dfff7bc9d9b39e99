import datetime

import pytest

from lms.credit.core.policy import PolicyShelf
from lms.credit.domain import dry_run
from lms.credit.domain.confirm import confirm
from lms.credit.domain.drafts import create_policy, draft_of, save_draft
from lms.people.enums import DutyKind, OrganisationKind
from lms.testing.credit import AT, booked
from lms.testing.factories import DutyFactory, OrganisationFactory, PersonFactory, RoleSpellFactory
from lms.testing.policies import assigned, policy_text, published

pytestmark = pytest.mark.django_db

LAST_YEAR = AT.replace(year=2025)


@pytest.fixture
def school():
    return OrganisationFactory()


def teacher(school, hours):
    person = RoleSpellFactory(organisation=school).person
    if hours:
        verifier = DutyFactory(kind=DutyKind.VERIFIER, organisation=school).person
        entry = booked(person, at=LAST_YEAR, hours=hours)
        confirm(verifier=verifier, bookings=[entry.id], at=LAST_YEAR)
    return person


def draft(owner, text, slug="draft"):
    officer = PersonFactory()
    policy = create_policy(owner=owner, slug=slug, like=None, by=officer, at=AT)
    made = draft_of(policy, by=officer, at=AT)
    seen = made.saved_at.isoformat()
    says = {"text": text, "source_text": "", "examples": ""}
    return save_draft(made, **says, seen=seen, by=officer, at=AT)


def run(made):
    return dry_run.run(dry_run.start(made, by=made.saved_by, at=AT), clock=lambda: AT)


def hours(number):
    from lms.credit.core.hours import Hours

    return Hours(number * 100)


def test_who_gains_and_who_loses_by_a_change(school):
    published("old", required="10")
    assigned("old", school.get_root())
    _none, some, many = (teacher(school, hours(n) if n else None) for n in (0, 12, 30))
    harder = run(draft(school.get_root(), policy_text("draft", required="20")))
    assert (harder.people, harder.done) == (3, 3)
    result = harder.result
    assert result["compared_with"] == ["测试办法 (1)"]
    assert (result["met_before"], result["met_after"]) == (2, 1)
    assert (result["gained"], result["lost"]) == (0, 1)
    assert result["lost_people"] == [str(some.public_id)]
    assert result["requirements"] == [
        {
            "id": "year-total",
            "title": "年度学时",
            "before": {"met": 2, "unmet": 1},
            "after": {"met": 1, "unmet": 2},
            "gained": 0,
            "lost": 1,
        }
    ]
    advice = policy_text("easier").replace('"must"', '"advice"')
    easier = run(draft(school.get_root(), advice, slug="easier"))
    assert (easier.result["gained"], easier.result["lost"]) == (1, 0)
    assert str(many.public_id) not in easier.result["gained_people"]


def test_without_a_policy_before_whoever_owes_something_loses(school):
    teacher(school, None)
    result = run(draft(school.get_root(), policy_text("draft"))).result
    assert (result["compared_with"], result["met_before"], result["lost"]) == ([], 1, 1)


def test_only_the_teachers_that_it_would_hold_for_are_asked_about(school):
    other = OrganisationFactory()
    teacher(school, None)
    teacher(other, None)
    made = draft(school.get_root(), policy_text("draft"))
    assert run(made).people == 1
    published("draft", owner=school.get_root())
    second = OrganisationFactory(parent=school.get_parent())
    assigned("draft", second)
    assert run(made).people == 0


def test_the_year_is_the_policys_own():
    school_year = PolicyShelf().get("xuancheng-school")
    calendar_year = PolicyShelf().get("wenzhou-2012")
    day = datetime.date(2026, 5, 18)
    assert dry_run.last_day_of_last_year(school_year, day) == datetime.date(2025, 8, 31)
    assert dry_run.last_day_of_last_year(calendar_year, day) == datetime.date(2025, 12, 31)


def test_a_silent_run_is_given_up_on(school):
    made = dry_run.start(draft(school.get_root(), policy_text("draft")), by=PersonFactory(), at=AT)
    assert not dry_run.is_lost(made, AT + datetime.timedelta(minutes=1))
    assert dry_run.is_lost(made, AT + datetime.timedelta(minutes=3))


def test_queries_do_not_grow_with_people(school, django_assert_num_queries):
    published("old")
    assigned("old", OrganisationFactory(kind=OrganisationKind.BUREAU))
    made = draft(school.get_root(), policy_text("draft"))
    for more in (1, 2):
        for _ in range(more):
            teacher(school, hours(3))
        started = dry_run.start(made, by=made.saved_by, at=AT)
        with django_assert_num_queries(10):
            dry_run.run(started, clock=lambda: AT)
