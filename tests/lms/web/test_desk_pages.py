"""The verifier's desk over HTTP, as it works without a script."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lms.credit import queries
from lms.credit.core.hours import Hours
from lms.credit.domain.confirm import confirm
from lms.credit.enums import AccountKind
from lms.credit.queries import Entry
from lms.people.enums import DutyKind
from lms.people.models import Person
from lms.testing.credit import booked
from lms.testing.factories import DutyFactory
from tests.lms.web.school import make_school, teacher_at

pytestmark = pytest.mark.django_db


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def decide(person: Person, *entries: Entry, **fields: str) -> str:
    """Send the form and read the page that it leads to."""
    data = {"booking": [str(one.id) for one in entries], **fields}
    answer = client_of(person).post(reverse("desk-decide"), data, follow=True)
    return answer.content.decode()


def state_of(entry: Entry) -> AccountKind:
    found = queries.entry(entry.id)
    assert found is not None
    return found.state


@pytest.mark.parametrize("name", ["desk", "desk-decided"])
@pytest.mark.parametrize("count", [1, 3])
def test_lists_take_as_many_queries_for_three_as_for_one(
    name: str, count: int, django_assert_num_queries
) -> None:
    school = make_school()
    entries = [booked(teacher_at(school.school, f"教师{number}")) for number in range(count)]
    if name == "desk-decided":
        confirm(verifier=school.verifier, bookings=[one.id for one in entries], at=timezone.now())
    client = client_of(school.verifier)
    with django_assert_num_queries({"desk": 13, "desk-decided": 12}[name]):
        client.get(reverse(name))


def test_desk_has_own_school_without_own_hours_and_no_other() -> None:
    school, other = make_school(), make_school("邻区幼儿园")
    booked(school.teacher, title="本校的课")
    booked(school.verifier, title="自己的课")
    booked(other.teacher, title="外校的课")

    page = client_of(school.verifier).get(reverse("desk")).content.decode()

    assert ("本校的课" in page, "自己的课" in page, "外校的课" in page) == (True, False, False)


def test_flagged_come_first_with_the_words_of_who_flagged_them() -> None:
    school = make_school()
    booked(school.teacher, title="没有疑点的课")
    booked(school.teacher, title="要看的课", flags={"media.two-devices": {"turns": 4}})

    page = client_of(school.verifier).get(reverse("desk")).content.decode()

    assert "要看一眼 · 1 笔" in page
    assert "没有疑点 · 1 笔" in page
    assert "两台设备同时在放" in page
    assert page.index("要看的课") < page.index("没有疑点的课")


def test_confirm_several() -> None:
    school = make_school()
    entries = [booked(school.teacher, hours=Hours(150)), booked(school.teacher, hours=Hours(225))]

    page = decide(school.verifier, *entries, act="confirm")

    assert "已确认 2 笔，3.75 学时。" in page
    assert {state_of(one) for one in entries} == {AccountKind.CONFIRMED}


def test_reject_asks_for_a_reason_and_keeps_what_was_chosen() -> None:
    school = make_school()
    entry = booked(school.teacher)
    client = client_of(school.verifier)

    asked = client.post(reverse("desk-decide"), {"booking": str(entry.id), "act": "reject"})
    assert asked.status_code == 422
    assert str(entry.id) in asked.content.decode()
    assert state_of(entry) == AccountKind.PENDING

    blank = client.post(
        reverse("desk-decide"), {"booking": str(entry.id), "act": "reject", "because": "  "}
    )
    assert (blank.status_code, "because_error" in blank.content.decode()) == (422, True)

    page = decide(school.verifier, entry, act="reject", because="请补看第 8 节")
    assert "已退回 1 笔" in page
    assert state_of(entry) == AccountKind.REJECTED


def test_colleague_was_faster_says_so_for_that_one_and_decides_the_rest() -> None:
    school = make_school()
    colleague = teacher_at(school.school, "何静怡")
    DutyFactory(person=colleague, kind=DutyKind.VERIFIER, organisation=school.school)
    taken, free = booked(school.teacher, title="抢先的课"), booked(school.teacher)
    confirm(verifier=colleague, bookings=[taken.id], at=timezone.now())

    page = decide(school.verifier, taken, free, act="confirm")

    assert "林书瑶《抢先的课》：何静怡" in page
    assert "已确认 1 笔" in page


def test_hours_of_another_school_are_refused_without_a_word_about_them() -> None:
    school, other = make_school(), make_school("邻区幼儿园")
    entry = booked(other.teacher, title="外校的课")
    own = booked(school.verifier, title="自己的课")

    page = decide(school.verifier, entry, own, act="confirm")

    assert "外校的课" not in page
    assert (state_of(entry), state_of(own)) == (AccountKind.PENDING, AccountKind.PENDING)
    client = client_of(school.verifier)
    assert client.get(reverse("desk-entry", args=[entry.id])).status_code == 403
    assert client.get(reverse("desk-entry", args=[own.id])).status_code == 403


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"act": "confirm"},
        {"act": "confirm", "booking": "x"},
        {"act": "delete"},
        {"booking": "1"},
    ],
)
def test_nonsense_changes_nothing_and_says_so(data: dict[str, str]) -> None:
    school = make_school()
    answer = client_of(school.verifier).post(reverse("desk-decide"), data, follow=True)
    assert (answer.status_code, "还没有选" in answer.content.decode()) == (200, True)


def test_decided_are_listed_with_who_decided_and_by_outcome() -> None:
    school = make_school()
    entry = booked(school.teacher, title="确认的课")
    confirm(verifier=school.verifier, bookings=[entry.id], at=timezone.now())
    client = client_of(school.verifier)

    page = client.get(reverse("desk-decided")).content.decode()
    assert "确认的课" in page
    assert "certificate.pdf" in page
    assert (
        "确认的课"
        not in client.get(reverse("desk-decided"), {"state": "rejected"}).content.decode()
    )


def test_opening_a_decided_one_shows_it_among_the_decided() -> None:
    school = make_school()
    entry = booked(school.teacher)
    confirm(verifier=school.verifier, bookings=[entry.id], at=timezone.now())
    page = client_of(school.verifier).get(reverse("desk-entry", args=[entry.id])).content.decode()
    assert "赵明川 确认" in page
    assert 'data-key="y"' not in page


def test_desk_of_a_teacher_is_closed() -> None:
    assert client_of(make_school().teacher).get(reverse("desk")).status_code == 403


def test_waits_for_you_is_said_to_whom_it_waits_for() -> None:
    school = make_school()
    entry = booked(school.teacher)
    client = client_of(school.verifier)
    for url in (reverse("desk"), reverse("desk-entry", args=[entry.id])):
        page = client.get(url).content.decode()
        assert ("等您确认" in page, "待您确认" in page, "等赵明川" in page) == (True, True, False)
