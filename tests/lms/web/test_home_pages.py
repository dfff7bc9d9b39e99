"""The first page for everybody, and what a person may see of themselves."""

import json
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from lms.credit.core.hours import Hours
from lms.credit.domain.confirm import confirm
from lms.people.enums import DutyKind
from lms.people.models import Person
from lms.plugins.hooks import NextActivity, NextStep
from lms.plugins.registry import registry
from lms.testing.credit import booked
from lms.testing.factories import DutyFactory, PersonFactory
from tests.lms.web.school import make_school

pytestmark = pytest.mark.django_db


def home_of(person: Person | None) -> str:
    client = Client()
    if person:
        client.force_login(person)
    answer = client.get(reverse("home"))
    assert answer.status_code == 200
    return answer.content.decode()


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_visitors_see_the_way_in_and_the_check() -> None:
    page = home_of(None)
    assert reverse("account_request_login_code") in page
    assert reverse("check") in page


def test_teacher_sees_what_counts_and_what_waits_this_year() -> None:
    school = make_school()
    now = timezone.now()
    done = booked(school.teacher, hours=Hours(150), at=now)
    booked(school.teacher, hours=Hours(225), at=now)
    confirm(verifier=school.verifier, bookings=[done.id], at=now)

    page = home_of(school.teacher)

    assert f"{timezone.localdate().year} 年已确认 1.5 学时" in page
    assert "另有 2.25 学时等学校确认" in page


def queries_of_home(person: Person) -> int:
    client = client_of(person)
    with CaptureQueriesContext(connection) as seen:
        client.get(reverse("home"))
    return len(seen)


def test_home_takes_as_many_queries_for_three_bookings_as_for_one() -> None:
    one, three = make_school(), make_school("邻区幼儿园")
    booked(one.teacher)
    for _ in range(3):
        booked(three.teacher)
    assert queries_of_home(one.teacher) == queries_of_home(three.teacher)
    assert queries_of_home(one.verifier) == queries_of_home(three.verifier)


def test_next_step_of_a_plugin_is_the_one_button(monkeypatch) -> None:
    school = make_school()
    found = NextActivity(
        title="区域活动的材料投放", place="《小爱说》第 9 节", url="/x/", icon="play",
        words="已看 21:40", fraction=Decimal("0.5"), minutes=4,
    )  # fmt: skip
    monkeypatch.setitem(
        registry._by_class[NextStep],
        "test.next",
        NextStep(key="test.next", order=-1, find=lambda person: found),
    )
    page = home_of(school.teacher)
    assert "接着学，约 4 分钟" in page
    assert page.count("btn--primary") == 1


def test_verifier_sees_how_much_waits_and_the_way_there() -> None:
    school = make_school()
    booked(school.teacher, hours=Hours(150))
    page = home_of(school.verifier)
    assert "1 笔等您确认，共 1.50 学时" in page
    assert f'href="{reverse("desk")}"' in page


def test_bureau_sees_its_own_figures_only() -> None:
    school, other = make_school(), make_school("外地幼儿园")
    booked(school.teacher, hours=Hours(150))
    booked(other.teacher, hours=Hours(725))
    admin = DutyFactory(kind=DutyKind.BUREAU_ADMIN, organisation=school.school.get_root()).person
    page = home_of(admin)
    assert ("1.50" in page, "7.25" in page, "8.75" in page) == (True, False, False)


def test_trainer_finds_the_workshop() -> None:
    duty = DutyFactory(kind=DutyKind.TRAINER)
    page = home_of(duty.person)
    assert duty.provider.name in page
    assert reverse("wagtailadmin_explore_root") in page


def test_nobody_in_particular_is_told_whom_to_ask() -> None:
    assert "您在这里还没有学校" in home_of(PersonFactory())


def test_me_masks_the_phone() -> None:
    person = make_school().teacher
    page = client_of(person).get(reverse("me")).content.decode()
    assert (person.phone in page, "溪山区第三幼儿园" in page) == (False, True)
    assert "****" in page


def test_data_of_a_person_is_all_of_it_and_nobody_elses() -> None:
    school = make_school()
    entry = booked(school.teacher, title="自己的课")
    booked(school.verifier, title="别人的课")
    answer = client_of(school.teacher).get(reverse("me-data"))
    assert "attachment" in answer["Content-Disposition"]
    text = answer.content.decode()
    data = json.loads(text)
    assert data["person"]["name"] == "林书瑶"
    assert data["kept"]["credit.hours"]["bookings"][0]["id"] == str(entry.id)
    assert ("自己的课" in text, "别人的课" in text) == (True, False)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("home", "booking waits for you"),
        ("hours", "No hours yet"),
        ("desk", "What earned it"),
        ("desk-decided", "Nothing decided yet"),
        ("me", "Download my data"),
        ("check", "Code on the paper"),
    ],
)
def test_pages_speak_english_to_who_asks_for_it(name: str, words: str) -> None:
    school = make_school()
    booked(school.teacher)
    client = client_of(school.verifier)
    answer = client.get(reverse(name), headers={"Accept-Language": "en"})
    assert (answer.status_code, words in answer.content.decode()) == (200, True)
