"""A bureau's register, books, what was known on a day, and moves, over HTTP."""

import datetime
import functools
import io

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from lms.credit import queries
from lms.credit.core.hours import Hours
from lms.credit.domain import registration
from lms.credit.domain.confirm import confirm
from lms.credit.domain.register import register
from lms.credit.models.register import RegisterRun
from lms.credit.queries import Entry
from lms.people.enums import DutyKind
from lms.people.models import Move, Person, RoleSpell
from lms.testing.credit import booked
from lms.testing.factories import DutyFactory, OrganisationFactory
from tests.lms.web.school import School, make_school, teacher_at

pytestmark = pytest.mark.django_db


@functools.cache
def a_minute_ago() -> datetime.datetime:
    """One moment for all: what is booked for it are sittings one after the other."""
    return timezone.now() - datetime.timedelta(minutes=1)


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def officer_of(school: School) -> Person:
    duty = DutyFactory(kind=DutyKind.BUREAU_ADMIN, organisation=school.school.get_root())
    person: Person = duty.person
    return person


def confirmed(school: School, name: str = "", **facts: object) -> Entry:
    teacher = teacher_at(school.school, name) if name else school.teacher
    entry = booked(teacher, at=a_minute_ago(), **facts)
    confirm(verifier=school.verifier, bookings=[entry.id], at=timezone.now())
    return entry


def text_of(person: Person, url: str, **query: str) -> str:
    answer = client_of(person).get(url, query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("name", "query", "queries_"),
    [
        ("register", {}, 10),
        ("register", {"each": "1"}, 17),
        ("books", {}, 6),
        ("teachers", {}, 7),
        ("moves", {}, 7),
    ],
)
def test_lists_take_as_many_queries_for_three_as_for_one(
    name: str, query: dict[str, str], queries_: int, count: int, django_assert_num_queries
) -> None:
    school = make_school()
    officer = officer_of(school)
    root = make_school("外地幼儿园").school.get_root()
    for number in range(count):
        other = OrganisationFactory(parent=school.school.get_parent())
        DutyFactory(person=school.verifier, kind=DutyKind.VERIFIER, organisation=other)
        teacher = teacher_at(other, f"教师{number}")
        entry = booked(teacher)
        confirm(verifier=school.verifier, bookings=[entry.id], at=timezone.now())
        school.verifier.refresh_from_db()
        Move.objects.create(
            person=teacher, origin=other, target=root, on=timezone.localdate(), by=officer,
            at=timezone.now(),
        )  # fmt: skip
    client = client_of(officer)
    with django_assert_num_queries(queries_):
        client.get(reverse(name), query)


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("name", "queries_"), [("book", 11), ("book-file", 9), ("teacher-hours", 10)]
)
def test_books_take_as_many_queries_for_three_as_for_one(
    name: str, queries_: int, count: int, django_assert_num_queries
) -> None:
    school = make_school()
    for _ in range(count):
        confirmed(school)
    address = school.teacher if name == "teacher-hours" else school.school
    client = client_of(officer_of(school))
    with django_assert_num_queries(queries_):
        client.get(reverse(name, args=[address.public_id]))


def test_by_school_then_one_by_one() -> None:
    school, foreign = make_school(), make_school("外地幼儿园")
    confirmed(school, hours=Hours(150), title="本局的课")
    confirmed(foreign, title="外地的课")
    officer = officer_of(school)

    page = text_of(officer, reverse("register"))
    assert ("溪山区第三幼儿园" in page, "外地幼儿园" in page, "1.50" in page) == (True, False, True)
    page = text_of(officer, reverse("register"), school=str(school.school.public_id))
    assert ("本局的课" in page, "外地的课" in page, "林书瑶" in page) == (True, False, True)
    page = text_of(officer, reverse("register"), first="2001-01-01", last="2001-06-30")
    assert "没有待登记的学时" in page


def test_ticked_ones_are_registered() -> None:
    school = make_school()
    chosen, other, foreign = confirmed(school), confirmed(school), confirmed(make_school("外地"))
    officer = officer_of(school)
    answer = client_of(officer).post(
        reverse("register-take"),
        {"act": "ticked", "booking": [str(chosen.id), str(foreign.id)], "each": "1"},
        follow=True,
    )
    assert "已登记 1 笔，2.00 学时。" in answer.content.decode()
    assert answer.redirect_chain[0][0].endswith("?each=1")
    states = [queries.entry(one.id).state for one in (chosen, other, foreign)]
    assert states == ["registered", "confirmed", "confirmed"]


@pytest.mark.parametrize("act", ["all", "schools"])
def test_a_whole_list_or_school_is_registered_in_pieces(act: str, monkeypatch) -> None:
    monkeypatch.setattr(registration, "PIECE", 2)
    school = make_school()
    for _ in range(3):
        confirmed(school)
    client = client_of(officer_of(school))
    answer = client.post(
        reverse("register-take"), {"act": act, "school": str(school.school.public_id)}, follow=True
    )
    run = RegisterRun.objects.get()
    assert answer.redirect_chain[0][0] == reverse("register-run", args=[run.public_id])
    assert "已处理 2 笔，共 3 笔" in answer.content.decode()
    assert (run.registered, run.ended_at) == (2, None)

    registration.go_on(run.pk, clock=timezone.now)
    part = client.get(reverse("register-run", args=[run.public_id]), {"part": "1"}).content.decode()
    assert ("已登记 3 笔" in part, "<html" in part, "hx-get" in part) == (True, False, False)


def test_a_run_whose_worker_died_can_be_gone_on_with() -> None:
    school = make_school()
    officer = officer_of(school)
    long_ago = timezone.now() - datetime.timedelta(hours=1)
    run = registration.begin(officer=officer, schools=[], period=None, at=long_ago)
    url = reverse("register-run", args=[run.public_id])
    assert "接着" in text_of(officer, url)
    client_of(officer).post(url)
    run.refresh_from_db()
    assert not run.is_lost(timezone.now())
    assert "接着" not in text_of(officer, url)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"act": "ticked"},
        {"act": "ticked", "booking": "x"},
        {"act": "schools"},
        {"act": "schools", "school": "00000000-0000-0000-0000-000000000000"},
        {"act": "all", "within": "00000000-0000-0000-0000-000000000000"},
        {"act": "all", "first": "2026-13-01"},
        {"act": "delete"},
    ],
)
def test_nonsense_registers_nothing_and_says_so(data: dict[str, str]) -> None:
    school = make_school()
    entry = confirmed(school)
    answer = client_of(officer_of(school)).post(reverse("register-take"), data, follow=True)
    assert (answer.status_code, "还没有选" in answer.content.decode()) == (200, True)
    assert queries.entry(entry.id).state == "confirmed"
    assert not RegisterRun.objects.exists()


def test_book_says_who_confirmed_and_registered_and_when() -> None:
    school = make_school()
    entry = confirmed(school, title="本校的课")
    officer = officer_of(school)
    register(officer=officer, bookings=[entry.id], at=timezone.now())
    for reader in (officer, school.verifier):
        page = text_of(reader, reverse("book", args=[school.school.public_id]))
        for words in ("林书瑶", "本校的课", "赵明川", officer.name, "已登记"):
            assert words in page


def test_book_as_known_before_it_was_registered() -> None:
    school = make_school()
    entry = confirmed(school)
    officer = officer_of(school)
    register(
        officer=officer, bookings=[entry.id], at=timezone.now() + datetime.timedelta(days=1)
    )  # recorded tomorrow: today nobody knows
    page = text_of(officer, reverse("book", args=[school.school.public_id]))
    assert officer.name not in page.split("<main")[1]


def test_book_keeps_who_left_and_what_newcomers_bring() -> None:
    old, new = make_school(), make_school("外地幼儿园")
    confirmed(old, title="调动之前的课")
    today = timezone.localdate()
    spell = RoleSpell.objects.get(person=old.teacher)
    spell.to_on = today - datetime.timedelta(days=1)
    spell.save()
    RoleSpell.objects.create(person=old.teacher, role="teacher", organisation=new.school, from_on=today)  # fmt: skip
    for school in (old, new):
        page = text_of(school.verifier, reverse("book", args=[school.school.public_id]))
        assert ("调动之前的课" in page, "溪山区第三幼儿园" in page) == (True, True)


def test_excel_is_text_and_true_numbers() -> None:
    school = make_school()
    for sign in "=+-@":
        confirmed(school, f"{sign}1+1", title=f"{sign}HYPERLINK(1)", hours=Hours(125))
    answer = client_of(school.verifier).get(reverse("book-file", args=[school.school.public_id]))
    assert "attachment" in answer["Content-Disposition"]
    sheet = load_workbook(io.BytesIO(answer.content)).active
    cells = [list(row) for row in sheet.iter_rows(min_row=4, max_row=7)]
    assert {row[1].value for row in cells} == {"=1+1", "+1+1", "-1+1", "@1+1"}
    assert {row[1].data_type for row in cells} == {"s"}
    assert {row[3].data_type for row in cells} == {"s"}
    assert [row[9].value for row in cells] == [1.25] * 4
    assert cells[0][7].value.date() == timezone.localdate()
    assert [one.value for one in next(sheet.iter_rows(min_row=3, max_row=3))][:2] == [
        "序号",
        "教师",
    ]
    last = [one.value for one in next(sheet.iter_rows(min_row=8, max_row=8)) if one.value]
    assert last == ["合计", "4 笔", "已确认 5.00"]


def test_known_on_a_day_shows_then_and_since() -> None:
    school = make_school()
    entry = booked(school.teacher, at=timezone.now() - datetime.timedelta(days=3), title="先记的课")
    confirm(verifier=school.verifier, bookings=[entry.id], at=timezone.now())
    day = (timezone.localdate() - datetime.timedelta(days=1)).isoformat()
    first = (timezone.localdate() - datetime.timedelta(days=30)).isoformat()
    said = {"first": first, "last": timezone.localdate().isoformat(), "known_on": day}
    for reader, url in (
        (school.teacher, reverse("hours-known")),
        (school.verifier, reverse("teacher-hours", args=[school.teacher.public_id])),
        (officer_of(school), reverse("teacher-hours", args=[school.teacher.public_id])),
    ):
        page = text_of(reader, url, **said)
        then, since = page.split('id="h-since"')
        assert ("待确认" in then, "先记的课" in since, "已确认" in since) == (True, True, True)
    assert "没有变化" in text_of(school.teacher, reverse("hours-known"))


@pytest.mark.parametrize(
    "query",
    [
        {"first": "2026-06-30", "last": "2026-01-01"},
        {"first": "yesterday"},
        {"known_on": "2190-01-01"},
        {"last": "9999-12-31"},
    ],
)
def test_days_that_make_no_sense_are_said_in_place(query: dict[str, str]) -> None:
    school = make_school()
    for url in (reverse("hours-known"), reverse("book", args=[school.school.public_id])):
        answer = client_of(school.verifier).get(url, query)
        assert (answer.status_code, "field__error" in answer.content.decode()) == (422, True)


def test_teachers_of_ones_schools_by_name() -> None:
    school = make_school()
    make_school("外地幼儿园")
    page = text_of(school.verifier, reverse("teachers"), q="书瑶")
    assert ("林书瑶" in page, "赵明川" in page.split("<main")[1]) == (True, False)
    assert reverse("move-begin", args=[school.teacher.public_id]) not in page
    page = text_of(officer_of(school), reverse("teachers"))
    assert reverse("move-begin", args=[school.teacher.public_id]) in page


def test_a_teacher_is_let_go_and_taken_over_http() -> None:
    old, new = make_school(), make_school("外地幼儿园")
    ours, theirs = officer_of(old), officer_of(new)
    answer = client_of(ours).post(
        reverse("move-begin", args=[old.teacher.public_id]),
        {"target": new.school.get_root().pk, "on": timezone.localdate().isoformat()},
        follow=True,
    )
    assert "等接收方答复" in answer.content.decode()
    move = Move.objects.get()
    home = text_of(theirs, reverse("home"))
    assert "1 位教师从外地调来" in home
    assert "等您接收" in text_of(theirs, reverse("moves"))
    url = reverse("move-answer", args=[move.public_id])
    for data in ({}, {"act": "take"}, {"act": "take", "school": "x"}, {"act": "decline"}):
        client_of(theirs).post(url, data)
    assert not Move.objects.filter(answer__isnull=False).exists()
    client_of(theirs).post(url, {"act": "take", "school": str(new.school.public_id)})
    assert "已接收" in text_of(ours, reverse("moves"))
    assert "外地幼儿园" in text_of(old.teacher, reverse("me"))
    wrong = client_of(ours).post(url, {"act": "take", "school": str(new.school.public_id)})
    assert wrong.status_code == 403


def test_home_of_a_bureau_says_what_waits() -> None:
    school = make_school()
    confirmed(school, hours=Hours(150))
    page = text_of(officer_of(school), reverse("home"))
    assert "1 笔待登记，共 1.50 学时" in page
    assert f'href="{reverse("register")}"' in page


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("register", "Register all"),
        ("books", "Books of hours"),
        ("teachers", "All schools in your charge"),
        ("moves", "No moves yet"),
        ("hours-known", "Changed since"),
    ],
)
def test_pages_speak_english_to_who_asks_for_it(name: str, words: str) -> None:
    school = make_school()
    confirmed(school)
    answer = client_of(officer_of(school)).get(reverse(name), headers={"Accept-Language": "en"})
    assert (answer.status_code, words in answer.content.decode()) == (200, True)
