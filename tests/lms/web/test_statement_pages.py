"""Statements of a period: who may have one, and what its pages say."""

import datetime
import json

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lms.credit.core.sealed import check as offline
from lms.credit.domain import links
from lms.credit.domain.confirm import confirm
from lms.credit.domain.statements import issue_statement
from lms.credit.models.statement import Statement
from lms.people.enums import DutyKind
from lms.people.models import Person
from lms.testing.credit import booked
from lms.testing.factories import DutyFactory
from tests.lms.web.school import School, make_school

pytestmark = pytest.mark.django_db
YEAR = {"first": "2026-01-01", "last": "2026-12-31"}


@pytest.fixture(autouse=True)
def no_limits_left_over():
    cache.clear()


def with_hours() -> School:
    school = make_school()
    entry = booked(school.teacher)
    confirm(verifier=school.verifier, bookings=[entry.id], at=timezone.now())
    booked(school.teacher, title="幼儿园安全")
    return school


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def ask(person: Person, url: str, **said: str) -> HttpResponse:
    form = YEAR | {"known_on": timezone.localdate().isoformat()} | said
    return client_of(person).post(url, form, follow=True)


def issued(school: School, *, at: datetime.datetime | None = None) -> Statement:
    return issue_statement(
        school.teacher,
        first=datetime.date(2026, 1, 1),
        last=datetime.date(2026, 12, 31),
        known_on=timezone.localdate(),
        at=at or timezone.now(),
    )


def body(answer: HttpResponse) -> bytes:
    return b"".join(answer.streaming_content)


def test_teacher_issues_one_and_downloads_it_both_ways() -> None:
    school = with_hours()
    page = ask(school.teacher, reverse("statements")).content.decode()
    assert "已开具" in page
    one = Statement.objects.get()
    assert one.code in page

    client = client_of(school.teacher)
    pdf = client.get(reverse("statement", args=[one.code]))
    assert (pdf["Content-Type"], pdf["Cache-Control"]) == ("application/pdf", "private, no-store")
    assert offline(body(pdf)).payload == one.payload
    said = body(client.get(reverse("statement-json", args=[one.code])))
    assert offline(said).verdict == "genuine"
    assert json.loads(said)["payload"]["totals"] == {"pending": "2.00", "confirmed": "2.00"}


def test_verifier_and_bureau_have_those_of_their_teachers_and_nobody_else() -> None:
    school, other = with_hours(), make_school("邻区幼儿园")
    one = issued(school)
    bureau = DutyFactory(kind=DutyKind.BUREAU_ADMIN, organisation=school.school.get_root()).person
    of_teacher = reverse("statements-of", args=[school.teacher.public_id])
    file = reverse("statement", args=[one.code])
    for person in (school.verifier, bureau):
        assert client_of(person).get(of_teacher).status_code == 200
        assert client_of(person).get(file).status_code == 200
        assert "已开具" in ask(person, of_teacher).content.decode()
    for person in (other.teacher, other.verifier):
        assert client_of(person).get(of_teacher).status_code == 403
        assert client_of(person).get(file).status_code == 403
    assert client_of(school.teacher).get(reverse("statement", args=["no-such"])).status_code == 404


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"first": "2026-12-31", "last": "2026-01-01"}, "早于第一天"),
        ({"first": "1066-10-14"}, "2000 年到 2199 年"),
        ({"known_on": "2199-01-01"}, "还没有记录"),
        ({"first": "2001-01-01", "last": "2001-12-31"}, "没有任何学时记录"),
        ({"first": "昨天"}, "日期"),
    ],
)
def test_periods_that_cannot_be_are_refused_in_words(said, words: str) -> None:
    answer = ask(with_hours().teacher, reverse("statements"), **said)
    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert not Statement.objects.exists()


def test_check_page_understands_code_link_and_both_files() -> None:
    school = with_hours()
    one = issued(school)
    link = links.link_of(one).partition("/check/")[2]
    page = Client().get(f"/check/{link}").content.decode()
    for words in ("这份证明是真的", "林书瑶", "幼儿园安全", "待确认", "2.00", "还没有进入存证点"):
        assert words in page, words
    client = client_of(school.teacher)
    for name in ("statement", "statement-json"):
        content = body(client.get(reverse(name, args=[one.code])))
        file = SimpleUploadedFile("证明", content)
        assert "文件是这里发出的" in Client().post("/check/", {"file": file}).content.decode()


def test_list_takes_as_many_queries_for_three_as_for_one(django_assert_num_queries) -> None:
    school = with_hours()
    client = client_of(school.teacher)
    for more in (1, 2):
        for number in range(more):
            issued(school, at=timezone.now() + datetime.timedelta(seconds=number))
        with django_assert_num_queries(QUERIES):
            client.get(reverse("statements"))


# Session, person, roles and duties, the count and the page.
QUERIES = 6
