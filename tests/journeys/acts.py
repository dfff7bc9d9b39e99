"""What people do in more than one of the stories."""

from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from lms.people.domain.groups import sync_groups
from lms.people.models import Person
from lms.testing.factories import PASSWORD, DutyFactory, PersonFactory
from tests.journeys.looks import open_page


def somebody(name: str, kind: str, **place: object) -> Person:
    """Somebody with a duty, whom the admin lets in for it."""
    person: Person = PersonFactory(name=name)
    DutyFactory(person=person, kind=kind, **place)
    sync_groups(person, timezone.localdate())
    return person


def sign_in_by_password(browser: Browser, url: str, login: str) -> Page:
    """A browser of one's own, at the home page."""
    page = open_page(browser)
    page.goto(f"{url}/accounts/login/")
    page.get_by_label("手机号或邮箱").fill(login)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("checkbox", name="我已读过").check()
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"{url}/")
    return page


def add_module(page: Page, kind: str, number: int, title: str, choose: str, thing: str) -> None:
    """In a course's editor: one more module of a kind, which holds the thing that is chosen."""
    page.get_by_role("button", name="添加一项").last.click()
    page.get_by_role("option", name=kind).last.click()
    page.locator(f"#modules-{number}-value-title").fill(title)
    page.get_by_role("button", name=choose).last.click()
    # Where it does not come, this says what came instead.
    expect(page.locator(".modal")).to_contain_text(thing)
    page.locator(".modal").get_by_role("link", name=thing).click()
    expect(page.locator(".modal")).to_have_count(0)


def say_what_it_is(page: Page, hours: str) -> None:
    """In a course's editor, among its hours: so many, of remote training in ethics for teachers."""
    page.locator("#id_hundredths").fill(hours)
    page.locator("#id_form").select_option(label="远程培训")
    page.locator("#id_level").select_option(label="市级")
    page.locator("#id_purpose").select_option(label="在职提高")
    page.locator("#id_themes").get_by_label("师德").check()
    page.locator("#id_audience").get_by_label("教师").check()


def open_actions(page: Page) -> None:
    """In a page's editor: what else may be done with it."""
    menu = page.get_by_role("button", name="更多动作")
    # The button is there before the script that opens it has come.
    expect(menu).to_have_attribute("aria-expanded", "false")
    menu.click()


def hand_in(page: Page) -> None:
    """In a course's editor: it goes to whoever reviews it."""
    open_actions(page)
    page.get_by_role("button", name="提交给").click()
    expect(page.locator(".messages")).to_contain_text("提交审核")


def until(page: Page, true: str, seconds: int = 90) -> None:
    """Wait for an expression; by the debugger, since the page's policy forbids eval."""
    # A click on a link comes back when the next page has only begun.
    page.wait_for_load_state("domcontentloaded")
    for _ in range(seconds * 10):
        if page.evaluate(true):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"not within {seconds} s: {true}")
