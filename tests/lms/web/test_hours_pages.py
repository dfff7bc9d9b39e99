"""My hours: what the list says, why each is what it is, and whose they are."""

import datetime
import re
import time
import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lms.credit import queries
from lms.credit.core.hours import Hours
from lms.credit.domain.confirm import confirm, reject
from lms.credit.domain.evidence import take_part
from lms.people.enums import DutyKind
from lms.people.models import Person
from lms.testing.credit import AT, TEN_MINUTES, booked, declared, evidence, watch
from lms.testing.factories import DutyFactory
from tests.lms.web.school import make_school, teacher_at

pytestmark = pytest.mark.django_db


def page_of(person: Person, url: str, **query: str) -> str:
    client = Client()
    client.force_login(person)
    answer = client.get(url, query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_as_many_queries_for_three_as_for_one(
    count: int, django_assert_num_queries
) -> None:
    school = make_school()
    for _ in range(count):
        booked(school.teacher)
    client = Client()
    client.force_login(school.teacher)
    with django_assert_num_queries(19):
        client.get(reverse("hours"))


def test_list_states_sums_and_filters() -> None:
    school = make_school()
    one = booked(school.teacher, title="等着的课", hours=Hours(150))
    two = booked(school.teacher, title="确认的课", hours=Hours(225))
    three = booked(school.teacher, title="退回的课", hours=Hours(100))
    now = timezone.now()
    confirm(verifier=school.verifier, bookings=[two.id], at=now)
    reject(verifier=school.verifier, bookings=[three.id], because="请补看第 8 节", at=now)

    whole = page_of(school.teacher, reverse("hours"))
    assert all(
        words in whole for words in ("1.50", "2.25", "1.00", "等着的课", "确认的课", "退回的课")
    )
    narrowed = page_of(school.teacher, reverse("hours"), state="rejected")
    assert ("退回的课" in narrowed, "等着的课" in narrowed) == (True, False)
    why = page_of(school.teacher, reverse("hours-entry", args=[three.id]), pane="1")
    assert "请补看第 8 节" in why
    assert "赵明川 退回" in why
    waits = page_of(school.teacher, reverse("hours-entry", args=[one.id]), pane="1")
    assert "等赵明川确认" in waits


def test_verifiers_own_hours_wait_for_somebody_else() -> None:
    school = make_school()
    entry = booked(school.verifier)
    url = reverse("hours-entry", args=[entry.id])
    assert "等同事确认。自己的学时不能由自己确认" in page_of(school.verifier, url, pane="1")

    colleague = teacher_at(school.school, "周亦安")
    DutyFactory(person=colleague, kind=DutyKind.VERIFIER, organisation=school.school)
    assert "等周亦安确认" in page_of(school.verifier, url, pane="1")


def test_nobody_to_wait_for_is_said() -> None:
    school = make_school()
    entry = booked(school.teacher)
    school.verifier.duties.all().delete()
    url = reverse("hours-entry", args=[entry.id])
    assert "学校今天没有审核人" in page_of(school.teacher, url, pane="1")


def test_why_has_arithmetic_evidence_rule_and_fingerprint() -> None:
    school = make_school()
    entry = booked(school.teacher, hours=Hours(200))

    why = page_of(school.teacher, reverse("hours-entry", args=[entry.id]), pane="1")

    for words in (
        "为什么是 2.00 学时", "100%", "要求 90%", "进区的第一分钟", "5 月 18 日", "20:56—21:06",
        "溪山区第三幼儿园", "课程第 1 版", entry.last.hash,
    ):  # fmt: skip
        assert words in why, words


def test_what_was_counted_before_is_said_in_words_and_numbers() -> None:
    teacher = make_school().teacher
    needs = [
        watch("media.asset:shared", title="投放三级台阶"),
        watch("media.asset:own", title="进区"),
    ]
    for title, asked in (("先学的课", needs[:1]), ("后学的课", needs), ("全都学过的课", needs[:1])):
        version = declared(needs=asked, title=title, hours=Hours(200))
        take_part(person=teacher, training_key=version.training.key, at=AT)
    evidence(teacher, subject="media.asset:shared")
    evidence(teacher, subject="media.asset:own", wall=[(AT, AT + TEN_MINUTES)])
    second = next(one for one in queries.entries_of(teacher) if one.title == "后学的课")

    why = " ".join(page_of(teacher, reverse("hours-entry", args=[second.id]), pane="1").split())
    assert "为什么是 1.00 学时" in why
    assert '《投放三级台阶》：已计入《先学的课》 </th> <td class="nowrap">−1.00</td>' in why
    assert "余下" in why

    page = page_of(teacher, reverse("hours"))
    assert "已学完，学时先前已计" in page
    _before, nothing = page.split("h-nothing", 1)
    assert "全都学过的课" in nothing
    assert "《投放三级台阶》：已计入《先学的课》" in nothing


def test_hours_of_others_are_not_found() -> None:
    school, other = make_school(), make_school("邻区幼儿园")
    entry = booked(school.teacher)
    for person in (other.teacher, other.verifier, school.verifier):
        client = Client()
        client.force_login(person)
        assert client.get(reverse("hours-entry", args=[entry.id])).status_code == 404


def test_nothing_yet_says_what_to_do() -> None:
    assert "学完一门课" in page_of(make_school().teacher, reverse("hours"))


def test_pages_of_the_list_hold_thirty_and_the_opened_one() -> None:
    school = make_school()
    entries = [booked(school.teacher, title=f"第{number}课") for number in range(32)]
    first = page_of(school.teacher, reverse("hours"))
    assert first.count('class="entry"') == 30
    missing = next(one for one in entries if str(one.id) not in first)
    assert str(missing.id) in page_of(school.teacher, reverse("hours-entry", args=[missing.id]))
    # A month that goes on overleaf says its whole sum on both pages.
    assert "待确认 64.00" in " ".join(first.split())
    assert "待确认 64.00" in " ".join(page_of(school.teacher, reverse("hours"), page="2").split())


def test_five_years_are_read_a_page_at_a_time(django_assert_num_queries) -> None:
    school = make_school()
    first = AT - datetime.timedelta(days=5 * 365)
    days = [first + datetime.timedelta(days=15 * number) for number in range(120)]
    entries = [booked(school.teacher, hours=Hours(150), at=at) for at in days]
    confirm(verifier=school.verifier, bookings=[one.id for one in entries[:110]], at=AT)
    client = Client()
    client.force_login(school.teacher)
    with django_assert_num_queries(19) as done:
        began = time.process_time()
        page = client.get(reverse("hours")).content.decode()
        took_s = time.process_time() - began
    assert page.count('class="entry"') == 30
    assert ("165.00" in page, "15.00" in page) == (True, True)
    assert [one.id for one in reversed(entries)][:30] == [
        uuid.UUID(found) for found in re.findall(r'<a class="entry"\s+href="/hours/([^/]+)/', page)
    ]
    assert took_s < 1, done.captured_queries
