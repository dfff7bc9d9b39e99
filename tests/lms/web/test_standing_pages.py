"""What a teacher owes, by when and why; who of a school or a bureau is behind."""

import datetime
import html
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lms.credit.core.hours import Hours
from lms.credit.domain.confirm import confirm, reject
from lms.credit.domain.remind import remind, send
from lms.credit.domain.standing import refresh_all
from lms.credit.enums import Form
from lms.credit.models.reminder import Reminder
from lms.credit.models.standing import Standing
from lms.people.enums import DutyKind
from lms.people.models import RoleSpell
from lms.plugins.hooks import Opening, Openings
from lms.plugins.registry import registry
from lms.testing.credit import booked
from lms.testing.factories import DutyFactory, PersonFactory
from lms.testing.policies import assigned, policy_text, published
from lms.web.standing import warning
from tests.lms.web.school import make_school, teacher_at

pytestmark = pytest.mark.django_db

MORE = """
[[recognition]]
check = "daily-cap"
hours = "8"
quote = "每天以8学时认定培训学时。"
"""
PARTS = """
[[requirement]]
id = "year-school"
title = "年度校本研修"
kind = "must"
period = "year"
counts = { forms = ["school"] }
required = "24"
quote = "其中校本研修24学时。"

[[requirement]]
id = "year-advice"
title = "年度送培送教"
kind = "advice"
period = "year"
counts = { forms = ["outreach"] }
required = "2"
quote = "提倡送培送教。"
"""


@pytest.fixture
def school():
    found = make_school()
    published(text=policy_text("test-policy", required="72", more=MORE) + PARTS)
    assigned("test-policy", found.school.get_root())
    return found


def page_of(person, name, **kwargs):
    client = Client()
    client.force_login(person)
    answer = client.get(reverse(name, kwargs=kwargs.pop("kwargs", None), query=kwargs or None))
    assert answer.status_code == 200, answer.status_code
    return re.sub(r"\s+", " ", html.unescape(answer.content.decode()))


def end_of_year():
    return datetime.date(timezone.localdate().year, 12, 31)


def test_home_says_what_is_owed_by_when_and_what_waits(school):
    now = timezone.now()
    done = booked(school.teacher, hours=Hours(400), at=now, form=Form.SCHOOL)
    booked(school.teacher, hours=Hours(250), at=now)
    confirm(verifier=school.verifier, bookings=[done.id], at=now)
    page = page_of(school.teacher, "home")
    assert "12 月 31 日前，还差 68 学时" in page
    assert f"还有 {(end_of_year() - timezone.localdate()).days} 天" in page
    assert "待确认的计入后还差 65.5" in page
    assert "年度校本研修：要求 24 学时，已计入 4，待确认 0" in page
    assert "要求 72 学时，已计入 4，待确认 2.5" in page
    assert reverse("standing-rule", args=["year-school"]) in page


def test_home_without_a_policy_says_what_was_earned(school):
    RoleSpell.objects.update(organisation=make_school("另一所").school)
    Standing.objects.all().delete()
    assert "还没有学时" in page_of(school.teacher, "home")


def test_warnings_grow_with_the_days():
    assert [warning(days) for days in (91, 90, 31, 30, 8, 7, 0, -1)] == [
        "", "info", "info", "care", "care", "alert", "alert", "",
    ]  # fmt: skip


def test_a_rule_shows_its_lines_sums_paragraph_and_what_lowered_them(school):
    now = timezone.now()
    entries = [booked(school.teacher, hours=Hours(500), at=now, title=t) for t in ("甲课", "乙课")]
    confirm(verifier=school.verifier, bookings=[one.id for one in entries], at=now)
    sent_back = booked(school.teacher, hours=Hours(100), at=now, title="丙课")
    reject(verifier=school.verifier, bookings=[sent_back.id], because="不清楚", at=now)
    page = page_of(school.teacher, "standing-rule", kwargs={"requirement": "year-total"})
    assert "年度学时：为什么是 8 学时" in page
    assert "每年不少于72学时。" in page
    assert "每天以8学时认定培训学时。" in page
    assert "1 学时 = 45 分钟" in page
    assert "第 1 版" in page
    assert page.count("当天的学时超过了每日上限。") == 2  # at the line, and beside the paragraph
    assert "甲课" in page
    assert "丙课" not in page
    assert reverse("hours-entry", args=[entries[0].id]) in page


def test_a_booking_says_for_what_it_counts(school):
    entry = booked(school.teacher, hours=Hours(100), at=timezone.now(), form=Form.SCHOOL)
    page = page_of(school.teacher, "hours-entry", kwargs={"public_id": entry.id})
    assert "按学时办法怎么算" in page
    assert "（确认后）" in page
    assert reverse("standing-rule", args=["year-school"]) in page
    desk = page_of(school.verifier, "desk-entry", kwargs={"public_id": entry.id})
    teacher = school.teacher.public_id
    assert reverse("standing-rule-of", args=[teacher, "year-school"]) in desk


def test_a_rule_that_does_not_apply_has_no_page(school):
    client = Client()
    client.force_login(school.teacher)
    assert client.get(reverse("standing-rule", args=["backbone"])).status_code == 404


def opening(title, hundredths, form):
    return Opening(
        key=f"test:{title}", title=title, url=f"/{title}/", source="某机构", hundredths=hundredths,
        form=form, level="city", purpose="in_service", themes=(),
    )  # fmt: skip


def test_the_gap_lists_what_closes_most_of_it_first(school, monkeypatch):
    asked = []

    def find(person, wanted):
        asked.append((person, [sorted(one.forms) for one in wanted], wanted[0].providers))
        return [
            opening("短课", 100, "school"),
            opening("长课", 600, "school"),
            opening("远程课", 800, "remote"),
            opening("装不下的课", 800 * 400, "school"),
        ]

    hook = Openings(key="test.openings", find=find)
    monkeypatch.setitem(registry._by_class, Openings, {"test.openings": hook})
    page = page_of(school.teacher, "standing")
    assert asked == [(school.teacher, [[], ["school"], ["outreach"]], None)]
    gaps = page[page.index('id="h-gaps"') :].split("<article")[1:]
    named = [
        re.findall("短课|长课|远程课|装不下的课", re.sub(r'href="[^"]*"', "", gap)) for gap in gaps
    ]
    assert named == [["远程课", "长课", "短课"], ["长课", "短课"], []]
    assert "可补 6" in gaps[1]
    assert "课程目录里暂时没有" in gaps[2]


def test_verifier_and_bureau_see_theirs_and_others_are_refused(school):
    other = make_school("另一所")
    bureau = PersonFactory()
    DutyFactory(person=bureau, kind=DutyKind.BUREAU_ADMIN, organisation=school.school.get_root())
    address = reverse("standing-of", args=[school.teacher.public_id])
    answers = {}
    for reader in (school.teacher, school.verifier, bureau, other.verifier, other.teacher):
        client = Client()
        client.force_login(reader)
        answers[reader.pk] = client.get(address).status_code
    assert list(answers.values()) == [200, 200, 200, 403, 403]


def test_the_list_shows_who_is_behind_and_the_others_when_asked(school):
    now = timezone.now()
    Standing.objects.all().delete()
    published("easy", text=policy_text("easy", required="1"))
    assigned("easy", school.school)
    waits = teacher_at(school.school, "待确认的人")
    booked(waits, hours=Hours(100), at=now)
    met = teacher_at(school.school, "达标的人")
    done = booked(met, hours=Hours(100), at=now)
    confirm(verifier=school.verifier, bookings=[done.id], at=now)
    booked(school.teacher, hours=Hours(50), at=now)
    page = page_of(school.verifier, "standings")
    assert "林书瑶" in page
    assert "达标的人" not in page
    assert "待确认的人" in page_of(school.verifier, "standings", state="would")
    assert "达标的人" in page_of(school.verifier, "standings", state="met")
    assert "教师达标情况" in page_of(school.verifier, "home")


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_constant_queries(school, count, django_assert_num_queries):
    for number in range(count):
        booked(teacher_at(school.school, f"教师{number}"), hours=Hours(50), at=timezone.now())
    client = Client()
    client.force_login(school.verifier)
    with django_assert_num_queries(8):
        client.get(reverse("standings"))


OF_SCHOOL = """
[[school_requirement]]
id = "school-large"
title = "集中培训的教师"
counts = { forms = ["concentrated"] }
training = "8"
share = 50
quote = "学校每年安排不少于50%的教师参加集中培训。"
"""


def test_the_bureau_sees_what_is_asked_of_a_school(school):
    text = policy_text("test-policy", required="72") + OF_SCHOOL
    published(text=text, in_force_from=datetime.date(2000, 1, 1))
    teachers = [school.teacher, *(teacher_at(school.school, f"同事{n}") for n in range(2))]
    now = timezone.now()
    officer = DutyFactory(kind=DutyKind.BUREAU_ADMIN, organisation=school.school.get_root()).person
    for number, teacher in enumerate(teachers):
        done = booked(teacher, hours=Hours(800), form=Form.CONCENTRATED, at=now)
        if number < 1:
            confirm(verifier=school.verifier, bookings=[done.id], at=now)
    refresh_all(at=now)
    page = page_of(officer, "standings-schools")
    assert "对学校：不少于 50%" in page
    assert ("25%" in page, "1/4" in page, "不足" in page) == (True, True, True)
    policy = page_of(officer, "policy", kwargs={"slug": "test-policy"})
    assert "每一百人至少 50 人" in policy


@pytest.mark.parametrize("count", [1, 3])
def test_the_heat_map_asks_constant_queries(count, django_assert_num_queries):
    published(text=policy_text("test-policy", required="72") + PARTS)
    bureau = PersonFactory()
    for number in range(count):
        one = make_school(f"学校{number}")
        assigned("test-policy", one.school.get_root())
        DutyFactory(person=bureau, kind=DutyKind.BUREAU_ADMIN, organisation=one.school.get_root())
        booked(one.teacher, hours=Hours(50), at=timezone.now())
    client = Client()
    client.force_login(bureau)
    with django_assert_num_queries(8):
        page = client.get(reverse("standings-schools")).content.decode()
    assert page.count("0 / 1") == count
    assert "年度校本研修" in page


def test_who_owes_is_reminded_once_a_day_and_reads_it_at_home(
    school, mailoutbox, django_capture_on_commit_callbacks
):
    stranger = make_school("邻区幼儿园")
    assigned("test-policy", stranger.school.get_root())
    school.teacher.email = "shuyao@example.com"
    school.teacher.save()
    refresh_all(at=timezone.now())
    client = Client()
    client.force_login(school.verifier)
    ids = [one.public_id for one in (school.teacher, stranger.teacher, school.verifier)]
    sent = {"person": [*ids, "x"], "query": "state=all&next=//evil"}

    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("standings-remind"), sent)
    again = client.post(reverse("standings-remind"), {"all": "1", "listed": ids}, follow=True)
    client.post(reverse("standings-remind"), {})

    assert answer["Location"] == reverse("standings") + "?state=all"
    assert "1 位今天已经提醒过" in again.content.decode()
    one = Reminder.objects.get()
    assert (one.person, one.by, one.owed) == (school.teacher, school.verifier, 7200)
    assert send(one)
    (mail,) = mailoutbox
    assert (mail.to, "还差 72 学时" in mail.subject) == (["shuyao@example.com"], True)
    assert "赵明川于" in page_of(school.teacher, "home")
    assert "今天已提醒" in page_of(school.verifier, "standings")


def test_who_has_met_all_is_not_reminded(school):
    now = timezone.now()
    published("small", required="1")
    other = make_school("附近幼儿园")
    assigned("small", other.school.get_root())
    done = booked(other.teacher, hours=Hours(400), at=now)
    confirm(verifier=other.verifier, bookings=[done.id], at=now)
    told = remind(by=other.verifier, wanted=[other.teacher.public_id], at=now)
    assert (told.sent, told.before, told.nothing) == ((), 0, 1)
