"""Questions about evidence and hours, over HTTP: who sees them, who answers, who decides."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lms.credit import queries
from lms.credit.domain.confirm import confirm, reject
from lms.credit.domain.dispute import dispute
from lms.credit.enums import AccountKind
from lms.credit.queries import Entry
from lms.people.enums import DutyKind
from lms.people.models import Person
from lms.testing.credit import booked
from lms.testing.factories import DutyFactory, PersonFactory
from tests.lms.web.school import School, make_school, teacher_at

pytestmark = pytest.mark.django_db
TWO = {"media.two-devices": {"turns": 4}}


@pytest.fixture
def school() -> School:
    return make_school()


@pytest.fixture
def officer(school: School) -> Person:
    bureau = school.school.get_root()
    return DutyFactory(
        person=PersonFactory(), kind=DutyKind.BUREAU_ADMIN, organisation=bureau
    ).person


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def get(person: Person, name: str, *args: object) -> str:
    answer = client_of(person).get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def post(person: Person, name: str, thing: object, **fields: str) -> tuple[int, str]:
    answer = client_of(person).post(reverse(name, args=[thing]), fields, follow=True)
    return answer.status_code, answer.content.decode()


def state_of(entry: Entry) -> AccountKind:
    found = queries.entry(entry.id)
    assert found is not None
    return found.state


def test_teacher_reads_of_it_at_home_on_hours_and_at_the_entry(school: School) -> None:
    entry = booked(school.teacher, flags=TWO)
    (flag,) = entry.flags
    link = reverse("flag", args=[flag.public_id])
    assert link in get(school.teacher, "home")
    assert link in get(school.teacher, "hours")
    assert link in get(school.teacher, "hours-entry", entry.id)

    status, page = post(school.teacher, "flag", flag.public_id, act="answer", because="换了平板")
    assert (status, "换了平板" in page) == (200, True)
    assert link not in get(school.teacher, "home")
    assert "换了平板" in get(school.verifier, "desk-entry", entry.id)


def test_empty_answer_says_so(school: School) -> None:
    (flag,) = booked(school.teacher, flags=TWO).flags
    status, page = post(school.teacher, "flag", flag.public_id, act="answer", because=" ")
    assert (status, "请写明理由" in page or "answer_error" in page) == (422, True)


def test_desk_puts_undecided_first_whatever_their_age(school: School) -> None:
    booked(school.teacher, title="早先的课")
    booked(school.teacher, title="要看的课", flags=TWO)
    page = get(school.verifier, "desk")
    assert page.index("要看的课") < page.index("早先的课")


def test_confirming_flagged_hours_asks_why_they_are_in_order(school: School) -> None:
    entry = booked(school.teacher, flags=TWO)
    client = client_of(school.verifier)
    data = {"booking": str(entry.id), "act": "confirm"}

    asked = client.post(reverse("desk-decide"), data)
    assert (asked.status_code, "in_order" in asked.content.decode()) == (422, True)
    assert state_of(entry) == AccountKind.PENDING

    client.post(reverse("desk-decide"), data | {"in_order": "问过本人，换设备"})
    assert state_of(entry) == AccountKind.CONFIRMED
    assert "问过本人，换设备" in get(school.teacher, "hours-entry", entry.id)


def test_verifier_decides_a_flag_and_the_bureau_its_appeal(school: School, officer) -> None:
    (flag,) = booked(school.teacher, flags=TWO).flags
    post(school.verifier, "flag", flag.public_id, act="stands", because="两台都在放")
    assert str(flag.public_id) not in get(officer, "questions")
    post(school.teacher, "flag", flag.public_id, act="answer", because="我不同意")
    assert str(flag.public_id) in get(officer, "questions")
    status, page = post(officer, "flag", flag.public_id, act="fine", because="有换机记录")
    assert (status, "有换机记录" in page) == (200, True)
    status, _ = post(officer, "flag", flag.public_id, act="stands", because="再改")
    assert status == 422


@pytest.mark.parametrize("act", ["", "x", "answer"])
def test_verifier_cannot_do_what_is_no_decision(school: School, act: str) -> None:
    (flag,) = booked(school.teacher, flags=TWO).flags
    status, _ = post(school.verifier, "flag", flag.public_id, act=act, because="好")
    assert status == 422


def test_teacher_questions_a_rejection_and_the_bureau_upholds(school: School, officer) -> None:
    entry = booked(school.teacher, title="退回的课")
    reject(verifier=school.verifier, bookings=[entry.id], because="没看完", at=timezone.now())
    assert "我有异议" in get(school.teacher, "hours-entry", entry.id)

    status, page = post(school.teacher, "question", entry.id, act="raise", because="看完了的")
    assert (status, state_of(entry)) == (200, AccountKind.DISPUTED)
    assert "看完了的" in page
    assert "没看完" in page
    for person in (officer, school.verifier):
        assert "退回的课" in get(person, "questions")
        assert "waits" not in get(person, "home")

    status, page = post(officer, "question", entry.id, act="uphold", because="记录显示看完了")
    assert (status, state_of(entry)) == (200, AccountKind.CONFIRMED)
    assert "记录显示看完了" in get(school.teacher, "hours-entry", entry.id)


def test_teacher_takes_a_question_back(school: School) -> None:
    entry = booked(school.teacher)
    reject(verifier=school.verifier, bookings=[entry.id], because="没看完", at=timezone.now())
    post(school.teacher, "question", entry.id, act="raise", because="看完了的")
    post(school.teacher, "question", entry.id, act="dismiss", because="我看错了")
    assert state_of(entry) == AccountKind.REJECTED


def test_verifier_questions_confirmed_hours_and_somebody_else_decides(
    school: School, officer
) -> None:
    entry = booked(school.teacher)
    confirm(verifier=school.verifier, bookings=[entry.id], at=timezone.now())
    post(school.verifier, "question", entry.id, act="raise", because="签到是代签")
    assert state_of(entry) == AccountKind.DISPUTED
    status, _ = post(school.verifier, "question", entry.id, act="uphold", because="我说了算")
    assert (status, state_of(entry)) == (422, AccountKind.DISPUTED)
    post(officer, "question", entry.id, act="uphold", because="核对过签到表")
    assert state_of(entry) == AccountKind.REJECTED


def test_reason_missing_keeps_the_page(school: School) -> None:
    entry = booked(school.teacher)
    reject(verifier=school.verifier, bookings=[entry.id], because="没看完", at=timezone.now())
    for fields in ({"act": "raise", "because": ""}, {"act": "x", "because": "好"}, {}):
        status, _ = post(school.teacher, "question", entry.id, **fields)
        assert (status, state_of(entry)) == (422, AccountKind.REJECTED)


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_as_many_queries_for_three_as_for_one(
    school: School, officer, count: int, django_assert_num_queries
) -> None:
    for number in range(count):
        entry = booked(teacher_at(school.school, f"教师{number}"), flags=TWO)
        dispute(by=school.verifier, bookings=[entry.id], because="请核对", at=timezone.now())
    client = client_of(officer)
    with django_assert_num_queries(14):
        client.get(reverse("questions"))
