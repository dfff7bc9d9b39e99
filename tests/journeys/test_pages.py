"""The platform's own pages in Chromium, as teacher and as verifier, at both sizes in both themes."""

import datetime
import functools
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from lms.credit.core.hours import Hours
from lms.credit.core.lines import day_of
from lms.credit.domain.confirm import confirm, reject
from lms.credit.domain.links import link_of
from lms.credit.domain.reverse import reverse as take_back
from lms.credit.domain.statements import issue_certificate, issue_statement
from lms.credit.enums import AccountKind, Form
from lms.credit.models.statement import Statement
from lms.credit.queries import entries_of
from lms.people.models import Person
from lms.testing.credit import booked
from lms.testing.factories import ProviderFactory
from lms.testing.plugin import Site
from tests.journeys.looks import SIZES, THEMES, check_everywhere, check_looks, signed_in
from tests.lms.web.school import School, days_ago, make_school, teacher_at

pytestmark = pytest.mark.journey


def a_school_at_work() -> School:
    """Some hours wait, some are confirmed, one was sent back."""
    school = make_school()
    provider = ProviderFactory(name="爱立方培训学校")
    now = datetime.datetime.now(datetime.UTC)
    waiting = booked(school.teacher, title="《小爱说》第 5—8 节", provider=provider, at=days_ago(2))
    sent_back = booked(school.teacher, title="某平台师德公开课", hours=Hours(100), at=days_ago(9))
    done = [
        booked(school.teacher, title="立足儿童视角的环境创设", provider=provider, at=days_ago(5)),
        booked(
            school.teacher,
            title="班级里的安全十问",
            form=Form.CONCENTRATED,
            hours=Hours(150),
            at=days_ago(40),
        ),
    ]
    for name in ("周亦安", "欧阳䶮", "阿依古丽·吐尔逊"):
        other = teacher_at(school.school, name)
        booked(other, title="家园共育的三个边界", hours=Hours(100), at=days_ago(3))
        booked(other, title="绘本教学的初探", provider=provider, at=days_ago(1))
    confirm(verifier=school.verifier, bookings=[one.id for one in done], at=now)
    reject(
        verifier=school.verifier,
        bookings=[sent_back.id],
        because="提供方当天未认定，请换一门",
        at=now,
    )
    assert waiting.booking
    return school


def statement_of(person: Person) -> Statement:
    """All of somebody's hours, as known today."""
    now = datetime.datetime.now(datetime.UTC)
    return issue_statement(
        person,
        first=datetime.date(2026, 1, 1),
        last=datetime.date(2026, 12, 31),
        known_on=day_of(now),
        at=now,
    )


def test_pages_of_a_teacher_keep_what_every_page_must(site: Site, browser: Browser) -> None:
    school = a_school_at_work()
    statement_of(school.teacher)
    for size in SIZES:
        page = signed_in(browser, site, school.teacher, size=size)
        look = functools.partial(check_looks, page, themes=THEMES)
        look(f"{site.url}/", f"home-teacher-{size}")
        look(f"{site.url}/hours/", f"hours-{size}")
        link = page.locator(".entry").first.get_attribute("href")
        look(f"{site.url}{link}", f"hours-why-{size}")
        look(f"{site.url}/statements/", f"statements-{size}")
        look(f"{site.url}/me/", f"me-{size}")
        page.context.close()


def test_pages_of_a_verifier_keep_what_every_page_must(site: Site, browser: Browser) -> None:
    school = a_school_at_work()
    for size in SIZES:
        page = signed_in(browser, site, school.verifier, size=size)
        look = functools.partial(check_looks, page, themes=THEMES)
        look(f"{site.url}/", f"home-verifier-{size}")
        look(f"{site.url}/desk/", f"desk-{size}")
        link = page.locator(".queue a").first.get_attribute("href")
        look(f"{site.url}{link}", f"desk-evidence-{size}")
        look(f"{site.url}/desk/decided/", f"desk-decided-{size}")
        page.context.close()


def test_public_pages_keep_what_every_page_must(site: Site, browser: Browser) -> None:
    school = a_school_at_work()
    now = datetime.datetime.now(datetime.UTC)
    done = [one for one in entries_of(school.teacher) if one.state == AccountKind.CONFIRMED]
    kept, revoked = (issue_certificate(one.booking, at=now) for one in done)
    take_back(revoked.transfer, by=school.verifier, because="一笔记重了", at=now)
    stated = statement_of(school.teacher)
    # As in the QR code; the site of this test has an address of its own.
    link = urlsplit(link_of(kept))
    genuine = f"{link.path}?{link.query}"
    pages = {
        "front": "/",
        "check": "/check/",
        "check-genuine": genuine,
        "check-changed": f"{genuine}x",
        "check-revoked": f"/check/{revoked.code}/",
        "check-statement": f"/check/{stated.code}/",
        "check-unknown": ("/check/0000-0000-0000-0000/", 404),
    }
    check_everywhere(browser, site, None, pages)


def test_verifier_decides_by_keys(site: Site, browser: Browser) -> None:
    school = a_school_at_work()
    page = signed_in(browser, site, school.verifier)
    page.goto(f"{site.url}/desk/")
    expect(page.locator(".queue > li")).to_have_count(7)
    first = page.locator("#h-ev").text_content()

    page.keyboard.press("j")
    expect(page.locator("#h-ev")).not_to_have_text(first or "")
    opened = page.locator("#h-ev").text_content()
    page.keyboard.press("y")

    expect(page.locator(".toast")).to_contain_text("已确认 1 笔")
    expect(page.locator(".queue > li")).to_have_count(6)
    expect(page.locator("#h-ev")).not_to_have_text(opened or "")

    page.keyboard.press("n")
    expect(page.locator("#reject")).to_be_visible()
    page.locator("#reject textarea").fill("第 8 节开头一分钟没有看，请补看")
    page.locator("#reject").get_by_role("button", name="退回", exact=True).click()
    expect(page.locator(".toast")).to_contain_text("已退回 1 笔")
    expect(page.locator(".queue > li")).to_have_count(5)


def test_verifier_takes_several_together(site: Site, browser: Browser) -> None:
    school = a_school_at_work()
    page = signed_in(browser, site, school.verifier)
    page.goto(f"{site.url}/desk/")

    page.locator("[data-all]").check()
    expect(page.locator("[data-chosen]")).to_have_text("已选 7 笔 · 11.00 学时")
    page.locator(".queue .tickbox").first.uncheck()
    page.get_by_role("button", name="一起确认").click()

    expect(page.locator(".toast")).to_contain_text("已确认 6 笔")
    expect(page.locator(".queue > li")).to_have_count(1)


def test_keys_can_be_switched_off(site: Site, browser: Browser) -> None:
    school = a_school_at_work()
    page = signed_in(browser, site, school.verifier)
    page.goto(f"{site.url}/desk/")
    opened = page.locator("#h-ev").text_content() or ""

    page.keyboard.press("?")
    page.locator("[data-keys-switch]").uncheck()
    page.locator("#keys").get_by_role("button", name="关闭").click()
    page.keyboard.press("j")

    expect(page.locator("#h-ev")).to_have_text(opened)
    expect(page.locator(".evid kbd").first).to_be_hidden()


def test_phone_opens_evidence_as_a_page_with_a_way_back(site: Site, browser: Browser) -> None:
    school = a_school_at_work()
    page = signed_in(browser, site, school.verifier, size="phone")
    page.goto(f"{site.url}/desk/")
    expect(page.locator("#evidence")).to_be_hidden()

    page.locator(".queue a").first.click()

    expect(page.locator("#evidence")).to_be_visible()
    expect(page.locator("#queue")).to_be_hidden()
    page.get_by_role("link", name="待确认").first.click()
    expect(page.locator("#queue")).to_be_visible()
