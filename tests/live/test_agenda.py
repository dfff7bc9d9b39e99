"""The list of live lessons: what somebody takes, gives, could enrol for, and what came of the past ones."""

import datetime
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.domain.catalogue import Module
from courses.domain.enrol import enrol, leave
from courses.models import CoursePage
from live import agenda, home
from live.domain import notices, report
from live.enums import AttendanceState, Happening, NoticeKind
from live.models.attendance import Attendance, Settlement
from live.models.lesson import Lesson, LessonEvent
from live.models.notice import Notice
from live.models.replay import ReplayCoverage
from lms.api.credit import Hours
from lms.people.enums import DutyKind
from lms.people.models import Person
from lms.testing.factories import AccreditationFactory, DutyFactory, PersonFactory, RoleSpellFactory
from tests.factories import courses as make
from tests.factories.live import LessonFactory

pytestmark = pytest.mark.django_db

NOW = timezone.now().replace(microsecond=0)
DAY = datetime.timedelta(days=1)
HOUR = datetime.timedelta(hours=1)


@pytest.fixture(autouse=True)
def media(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def house() -> make.House:
    return make.make_house()


def lesson_of(house: make.House, title: str, starts_at: datetime.datetime, *kinds: str) -> Lesson:
    """A lesson of the house's trainer to which that has happened."""
    one = LessonFactory(
        provider=house.provider,
        trainer=house.trainer,
        duty=None,
        title=title,
        starts_at=starts_at,
        planned_minutes=90,
    )
    for number, kind in enumerate(kinds):
        at = starts_at + number * HOUR
        LessonEvent.objects.create(lesson=one, kind=kind, by=one.trainer, at=at)
    return one


def course_of(house: make.House, *lessons: Lesson) -> CoursePage:
    """A course of the catalogue with these lessons."""
    modules = [
        Module(kind="live.lesson", ref=str(one.pk), title=one.title, minimum=Decimal("0.8"))
        for one in lessons
    ]
    return make.published(
        house, title=f"课程：{lessons[0].title}", modules=modules, hours=Hours(100)
    )


def over(house: make.House, title: str, days: int = 1, *, settled: bool = True) -> Lesson:
    one = lesson_of(house, title, NOW - days * DAY, Happening.STARTED, Happening.ENDED)
    if settled:
        Settlement.objects.create(lesson=one, begun_at=NOW, finished_at=NOW)
    return one


def attended(lesson: Lesson, person: Person, state: AttendanceState, seconds: int = 0) -> None:
    Attendance.objects.create(
        lesson=lesson,
        person=person,
        state=state,
        attended_us=seconds * 1_000_000,
        settled_at=NOW,
    )


def list_of(person: Person, page: str | None = None) -> agenda.Agenda:
    return agenda.agenda_of(person, page, NOW)


def test_somebody_sees_what_they_take_in_the_order_of_what_can_be_done_now(house) -> None:
    on_air = lesson_of(house, "正在直播", NOW - HOUR, Happening.STARTED)
    tomorrow = lesson_of(house, "明天", NOW + DAY)
    past, not_held = over(house, "上过了"), lesson_of(house, "没开", NOW - 3 * HOUR)
    lesson_of(house, "别的课程", NOW + DAY)
    person = PersonFactory()
    course = course_of(house, on_air, tomorrow, past, not_held)
    enrol(person=person, course=course, at=NOW)

    found = list_of(person)

    assert [one.lesson for one in found.on_air] == [on_air]
    assert [(one.lesson, one.how_soon) for one in found.coming] == [(tomorrow, "明天")]
    assert [(one.lesson, one.words) for one in found.past] == [
        (not_held, "没有开课"),
        (past, "可以看回放"),
    ]
    assert not any(one.gives or one.may_see_report for one in (*found.on_air, *found.past))
    leave(person=person, course=course, at=NOW)
    assert not list_of(person).on_air


def test_past_lessons_say_what_came_of_them(house) -> None:
    person = PersonFactory()
    there, late, replayed, absent, waiting = lessons = [
        over(house, f"{days}", days, settled=days < 5) for days in range(1, 6)
    ]
    enrol(person=person, course=course_of(house, *lessons), at=NOW)
    attended(there, person, AttendanceState.ATTENDED, 2700)
    attended(late, person, AttendanceState.LATE, 1500)
    for one in (replayed, absent):
        attended(one, person, AttendanceState.ABSENT)
    ReplayCoverage.objects.create(lesson=replayed, person=person, spans=[[0, 60_000]])

    found = list_of(person)

    assert [one.words for one in found.past] == [
        "已参加",
        "迟到",
        "只看了回放",
        "缺席",
        "正在结算",
    ]
    assert [one.watched_s for one in found.past][2] == 60
    client = Client()
    client.force_login(person)
    shown = client.get(reverse("live:lessons")).content.decode()
    assert "直播 45 分" in shown
    assert "回放 1 分" in shown
    assert waiting.title in shown


def test_lessons_of_the_catalogue_are_offered_until_one_enrols(house) -> None:
    coming = lesson_of(house, "可以报名", NOW + 3 * DAY)
    course = course_of(house, coming)
    hidden = lesson_of(house, "草稿里的", NOW + DAY)
    make.submitted(
        house,
        modules=[Module(kind="live.lesson", ref=str(hidden.pk), title="x", minimum=Decimal("0.8"))],
        hours=Hours(100),
    )
    person = PersonFactory()

    (offered,) = list_of(person).open

    assert (offered.lesson, offered.offer.title) == (coming, course.title)
    assert offered.offer.url == reverse("courses:course", args=[course.key])
    assert offered.how_soon == "还有 3 天"
    enrol(person=person, course=course, at=NOW)
    again = list_of(person)
    assert (list(again.open), [one.lesson for one in again.coming]) == ([], [coming])


def test_trainers_find_the_way_into_the_studio_and_others_of_the_house_do_not(house) -> None:
    coming, past = lesson_of(house, "我来上", NOW + DAY), over(house, "上过了")
    pages = {}
    for person in (house.trainer, house.moderator):
        client = Client()
        client.force_login(person)
        pages[person] = client.get(reverse("live:lessons")).content.decode()
    studio = reverse("live:studio", args=[coming.pk])
    assert studio in pages[house.trainer]
    assert studio not in pages[house.moderator]
    for page in pages.values():
        assert reverse("live:report", args=[past.pk]) in page


def test_nothing_yet_says_what_to_do() -> None:
    client = Client()
    client.force_login(PersonFactory())
    page = client.get(reverse("live:lessons"))
    assert "还没有直播课" in page.content.decode()
    assert page.context["agenda"].is_empty


def test_past_lessons_come_in_pages(house) -> None:
    for days in range(1, agenda.PAGE_SIZE + 2):
        over(house, f"{days}", days)
    first, second = list_of(house.trainer), list_of(house.trainer, "2")
    assert (len(first.past), len(second.past), second.page.paginator.count) == (20, 1, 21)


@pytest.mark.parametrize("count", [1, 3])
def test_list_asks_the_same_however_long(
    django_assert_num_queries: Callable, house, count: int
) -> None:
    person = RoleSpellFactory().person
    mine, others = [], []
    for number in range(count):
        mine += [
            lesson_of(house, "在播", NOW - HOUR, Happening.STARTED),
            lesson_of(house, "要来", NOW + (number + 1) * DAY),
            over(house, "过去", number + 1),
        ]
        others.append(lesson_of(house, "可报名", NOW + DAY))
    enrol(person=person, course=course_of(house, *mine), at=NOW)
    course_of(house, *others)
    client = Client()
    client.force_login(person)
    client.get(reverse("live:lessons"))
    with django_assert_num_queries(26):
        page = client.get(reverse("live:lessons"))
    found = page.context["agenda"]
    assert [len(one) for one in (found.on_air, found.coming, found.open, found.past)] == [count] * 4


def test_place_is_in_the_bar_where_there_is_room_and_else_under_the_name() -> None:
    from live import rules

    teacher = RoleSpellFactory().person
    assert (rules.goes_to_lessons(teacher), rules.goes_aside_to_lessons(teacher)) == (True, False)
    spell = RoleSpellFactory()
    verifier = spell.person
    DutyFactory(person=verifier, kind="verifier", provider=None, organisation=spell.organisation)
    assert (rules.goes_to_lessons(verifier), rules.goes_aside_to_lessons(verifier)) == (False, True)
    assistant = DutyFactory(kind="assistant").person
    assert (rules.goes_to_lessons(assistant), rules.goes_aside_to_lessons(assistant)) == (
        True,
        False,
    )


def test_who_has_left_the_course_hears_nothing_of_its_lessons_any_more(house) -> None:
    coming, past = lesson_of(house, "明天", NOW + DAY), over(house, "上过了")
    stays, leaves, elsewhere = (
        PersonFactory(name=name, email=f"{name}@example.org") for name in ("留", "走", "换")
    )
    course, other = course_of(house, coming, past), course_of(house, coming, past)
    for person in (stays, leaves, elsewhere):
        enrol(person=person, course=course, at=NOW)
    enrol(person=elsewhere, course=other, at=NOW)
    report.remind_absent(lesson=past, by=house.trainer, at=NOW - DAY)
    for person in (leaves, elsewhere):
        leave(person=person, course=course, at=NOW)

    mail.outbox.clear()
    notices.tell(coming, NoticeKind.CANCELLED, about=coming.starts_at, at=NOW)
    notices.send(Notice.objects.get())

    told = {letter.to[0] for letter in mail.outbox}
    assert told == {house.trainer.email, stays.email, elsewhere.email}
    found = report.report_of(past, NOW)
    assert found is not None
    assert found.to_remind(NOW) == [elsewhere, stays]
    assert (home.missed(leaves), bool(home.missed(stays))) == (None, True)
    enrol(person=leaves, course=course, at=NOW)
    assert leaves in report.report_of(past, NOW).to_remind(NOW)


def test_bureau_finds_the_reports_of_the_providers_it_has_accredited(house) -> None:
    past, coming = over(house, "上过了"), lesson_of(house, "明天", NOW + DAY)
    over(make.make_house("别的机构"), "别处的课")
    bureau = AccreditationFactory(provider=house.provider).bureau
    officer = DutyFactory(kind=DutyKind.BUREAU_ADMIN, organisation=bureau, provider=None).person
    client = Client()
    client.force_login(officer)

    page = client.get(reverse("live:lessons"))

    found = page.context["agenda"]
    assert [one.lesson for one in (*found.coming, *found.past)] == [coming, past]
    links = [reverse(f"live:{name}", args=[past.pk]) for name in ("report", "watch")]
    assert [f'"{link}"' in page.content.decode() for link in links] == [True, False]
    report_page = client.get(links[0])
    assert (report_page.status_code, f'"{links[1]}"' in report_page.content.decode()) == (
        200,
        False,
    )
    assert reverse("live:lessons") in report_page.content.decode(), "in the menu under the name"
