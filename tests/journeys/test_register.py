"""A bureau at its register, in Chromium: every page at both sizes, and many registered by a real worker."""

import datetime
import io
import itertools

import pytest
from django.utils import timezone
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect

from lms.credit.core.hours import Hours
from lms.credit.domain.confirm import confirm
from lms.credit.domain.registration import PIECE, begin, go_on
from lms.people.enums import DutyKind
from lms.people.models import Move, Person
from lms.testing.credit import booked
from lms.testing.factories import DutyFactory, OrganisationFactory
from lms.testing.plugin import Site
from tests.journeys.looks import SIZES, check_everywhere, check_looks, signed_in
from tests.journeys.test_pages import a_school_at_work
from tests.lms.web.school import School, make_school, teacher_at

pytestmark = pytest.mark.journey
_hours = itertools.count(12)


def officer_of(school: School) -> Person:
    duty = DutyFactory(kind=DutyKind.BUREAU_ADMIN, organisation=school.school.get_root())
    person: Person = duty.person
    return person


def confirmed(school: School, person: Person, count: int = 1, **facts: object) -> None:
    at = timezone.now() - datetime.timedelta(hours=next(_hours))
    entries = [booked(person, at=at, **facts) for _ in range(count)]
    confirm(verifier=school.verifier, bookings=[one.id for one in entries], at=timezone.now())


def a_bureau_at_work() -> tuple[School, Person]:
    """Two schools with hours to register, some registered; a teacher on the way out and one on the way in."""
    school, elsewhere = a_school_at_work(), make_school("临江县实验幼儿园")
    officer = officer_of(school)
    other = OrganisationFactory(parent=school.school.get_parent(), name="溪山区第五幼儿园")
    DutyFactory(person=school.verifier, kind=DutyKind.VERIFIER, organisation=other)
    school.verifier.refresh_from_db()
    confirmed(school, school.teacher, title="登记过的课", hours=Hours(125))
    go_on(begin(officer=officer, schools=[], period=None, at=timezone.now()).pk, clock=timezone.now)
    for name in ("周亦安", "欧阳䶮"):
        confirmed(school, teacher_at(other, name), title="绘本教学的初探：从一本书到一堂课")
    confirmed(school, school.teacher, title="班级里的安全十问")
    for origin, person, target in (
        (other, teacher_at(other, "阿依古丽·吐尔逊"), elsewhere.school.get_root()),
        (elsewhere.school, elsewhere.teacher, school.school.get_root()),
    ):
        Move.objects.create(
            person=person, origin=origin, target=target, on=timezone.localdate(), by=officer,
            at=timezone.now(), because="随家人迁居",
        )  # fmt: skip
    return school, officer


def test_pages_of_a_bureau_keep_what_every_page_must(site: Site, browser: Browser) -> None:
    school, officer = a_bureau_at_work()
    run = begin(officer=officer, schools=[], period=None, at=timezone.now())
    teacher, school_id = school.teacher.public_id, school.school.public_id
    pages = {
        "home-bureau": "/",
        "register": "/register/",
        "register-each": "/register/?each=1",
        "register-none": "/register/?first=2001-01-01&last=2001-06-30",
        "register-run": f"/register/runs/{run.public_id}/",
        "books": "/books/",
        "book": f"/books/{school_id}/",
        "teachers": "/teachers/",
        "teacher-known": f"/teachers/{teacher}/hours/?first=2026-01-01&last=2026-12-31&known_on=2026-01-31",
        "moves": "/moves/",
        "move-begin": f"/teachers/{teacher}/move/",
    }
    check_everywhere(browser, site, officer, pages)


def test_what_a_teacher_and_a_verifier_see_of_it(site: Site, browser: Browser) -> None:
    school, _officer = a_bureau_at_work()
    for size in SIZES:
        page = signed_in(browser, site, school.teacher, size=size)
        check_looks(page, f"{site.url}/hours/known/", f"hours-known-{size}")
        page.context.close()
        page = signed_in(browser, site, school.verifier, size=size, theme="dark")
        check_looks(page, f"{site.url}/books/", f"books-verifier-{size}")
        check_looks(page, f"{site.url}/teachers/", f"teachers-verifier-{size}")
        page.context.close()


def test_thousands_go_in_pieces_by_a_worker(site: Site, browser: Browser) -> None:
    school = make_school()
    officer = officer_of(school)
    confirmed(school, school.teacher, PIECE + 5, hours=Hours(100))
    page = signed_in(browser, site, officer)
    page.goto(f"{site.url}/register/")
    page.locator("[data-all]").check()
    expect(page.locator("[data-chosen]")).to_have_text("已选 1 所 · 205.00 学时")

    page.get_by_role("button", name="登记选中的").click()
    expect(page.locator("#progress")).to_contain_text(f"已处理 {PIECE} 笔，共 {PIECE + 5} 笔")
    site.start_worker("default")
    # The page fetches itself: nobody reloads it.
    expect(page.locator("#progress")).to_contain_text(
        f"已登记 {PIECE + 5} 笔，共 205.00 学时", timeout=60_000
    )
    page.get_by_role("link", name="去看台账").click()
    page.get_by_role("link", name="溪山区第三幼儿园").click()
    expect(page.locator(".book tbody tr")).to_have_count(100)
    assert _excel_rows(page) == PIECE + 5


def _excel_rows(page: Page) -> int:
    with page.expect_download() as found:
        page.get_by_role("link", name="导出 Excel").click()
    path = found.value.path()
    sheet = load_workbook(io.BytesIO(path.read_bytes())).active
    assert sheet is not None
    return sum(1 for row in sheet.iter_rows(min_row=4, values_only=True) if isinstance(row[0], int))


def test_a_teacher_is_let_go_here_and_taken_there(site: Site, browser: Browser) -> None:
    old, new = make_school(), make_school("临江县实验幼儿园")
    ours, theirs = officer_of(old), officer_of(new)
    page = signed_in(browser, site, ours)
    page.goto(f"{site.url}/teachers/?q=林书瑶")
    page.get_by_role("link", name="调动 林书瑶").click()
    page.get_by_label("调入单位").select_option(label=new.school.get_root().name)
    page.get_by_label("原因").fill("随家人迁居")
    page.get_by_role("button", name="办理调出").click()
    expect(page.locator("main")).to_contain_text("等接收方答复")

    there = signed_in(browser, site, theirs, size="phone")
    there.goto(site.url)
    there.get_by_role("link", name="1 位教师从外地调来").click()
    there.get_by_role("button", name="接收", exact=True).click()
    expect(there.locator("main")).to_contain_text("已接收")
    there.goto(f"{site.url}/teachers/?q=林书瑶")
    expect(there.locator("main")).to_contain_text("临江县实验幼儿园")
