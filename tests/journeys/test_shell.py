"""The shell of every page in Chromium: looks at both sizes in both themes, theme, language, keyboard."""

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import RequestFactory
from playwright.sync_api import Browser, Page, Route, expect

from lms.testing.plugin import Site
from lms.web.views import failures
from tests.journeys.looks import (
    SIZES,
    check_everywhere,
    open_page,
    serious_violations,
    shoot,
    sideways,
)

pytestmark = pytest.mark.journey

PAGES = {
    "signin": ("/accounts/login/code/", 200),
    "signin-password": ("/accounts/login/", 200),
    "privacy": ("/privacy/", 200),
    "terms": ("/terms/", 200),
    "password-reset": ("/accounts/password/reset/", 200),
    "not-found": ("/no-such-page.html", 404),
}


def tab_to(page: Page, count: int) -> str:
    """The text of what has the focus after this many presses of Tab."""
    for _ in range(count):
        page.keyboard.press("Tab")
    return str(page.evaluate("document.activeElement.textContent.trim()"))


def test_pages_keep_what_every_page_must(site: Site, browser: Browser) -> None:
    check_everywhere(browser, site, None, PAGES)


def test_pages_fit_the_narrowest_phone_and_doubled_text(site: Site, browser: Browser) -> None:
    page = open_page(browser, size="phone")
    for path, _status in PAGES.values():
        page.goto(f"{site.url}{path}")
        page.set_viewport_size({"width": 320, "height": 640})
        assert (path, sideways(page)) == (path, 0)
        page.set_viewport_size({"width": 390, "height": 844})
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert (path, sideways(page)) == (path, 0)


def test_theme_chosen_by_hand_is_kept_by_the_server(site: Site, browser: Browser) -> None:
    page = open_page(browser, theme="light")
    page.goto(f"{site.url}/accounts/login/")

    page.get_by_role("button", name="切换深浅外观").click()
    page.reload()

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(11, 17, 22)"
    served = page.context.request.get(f"{site.url}/accounts/login/").text()
    assert 'data-theme="dark"' in served


def test_language_is_chosen_by_hand_and_kept(site: Site, browser: Browser) -> None:
    page = open_page(browser)
    page.goto(f"{site.url}/accounts/login/")
    expect(page.get_by_role("heading", level=1)).to_have_text("登录")

    page.get_by_role("button", name="English").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto(f"{site.url}/no-such-page.html")
    expect(page.get_by_role("heading", level=1)).to_have_text("There is no such page")


def test_first_stop_of_the_keyboard_leads_past_the_bar(site: Site, browser: Browser) -> None:
    page = open_page(browser)
    page.goto(f"{site.url}/no-such-page.html")

    assert tab_to(page, 1) == "跳到正文"
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "main"


def test_wrong_sign_in_says_so_and_keeps_what_was_written(site: Site, browser: Browser) -> None:
    page = open_page(browser, size="phone")
    page.goto(f"{site.url}/accounts/login/")

    page.locator("[name=login]").fill("nobody@example.org")
    page.locator("[name=password]").fill("wrong")
    page.locator("[name=agree]").check()
    page.get_by_role("button", name="登录").click()

    expect(page.locator(".notice--alert")).to_be_visible()
    expect(page.locator("[name=login]")).to_have_value("nobody@example.org")


def unavailable(method: str) -> HttpResponse:
    """What is answered while the database is away."""
    lost = OperationalError("server closed")
    try:
        raise lost
    except OperationalError:
        return failures.failed(RequestFactory().generic(method, "/accounts/login/"))


class Outage:
    """Pages of the site are answered as while its database is away, until `over`."""

    def __init__(self, page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
        # Nobody waits for what a tenth of it shows.
        monkeypatch.setattr(failures, "RETRY_AFTER_S", 0.2)
        self.over = False
        self.asked: list[str] = []
        page.route("**/accounts/login/", self._answer)

    def _answer(self, route: Route) -> None:
        method = route.request.method
        self.asked.append(method)
        if self.over:
            route.continue_()
            return
        page = unavailable(method)
        body = "" if method == "HEAD" else page.content.decode()
        route.fulfill(status=page.status_code, headers=dict(page.headers), body=body)


@pytest.mark.parametrize("size", SIZES)
def test_outage_ends_with_the_page_that_was_wanted(
    site: Site, browser: Browser, monkeypatch: pytest.MonkeyPatch, size: str
) -> None:
    page = open_page(browser, size=size)
    outage = Outage(page, monkeypatch)
    with page.expect_request(lambda one: one.method == "HEAD"):
        page.goto(f"{site.url}/accounts/login/")
    expect(page.get_by_role("heading", level=1)).to_have_text("马上回来")
    shoot(page, f"away-{size}")
    assert (serious_violations(page), sideways(page)) == ([], 0)

    outage.over = True

    expect(page.get_by_role("heading", level=1)).to_have_text("登录")
    assert outage.asked[0] == outage.asked[-1] == "GET"
    assert set(outage.asked[1:-1]) == {"HEAD"}


def test_what_was_sent_into_an_outage_is_not_sent_again(
    site: Site, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_page(browser, size="phone")
    page.goto(f"{site.url}/accounts/login/")
    page.locator("[name=login]").fill("nobody@example.org")
    page.locator("[name=password]").fill("wrong")
    page.locator("[name=agree]").check()
    outage = Outage(page, monkeypatch)
    page.get_by_role("button", name="登录").click()
    expect(page.locator("main")).to_contain_text("不会自动重发")
    back = page.get_by_role("button", name="回到刚才填写的页面")
    expect(back).to_be_hidden()

    outage.over = True

    expect(page.locator("[data-back-words]")).to_have_text("网站恢复了。")
    shoot(page, "away-sent-phone")
    assert outage.asked[0] == "POST"
    back.click()
    expect(page.locator("[name=login]")).to_have_value("nobody@example.org")
    assert "POST" not in outage.asked[1:]
