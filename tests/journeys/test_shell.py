"""The shell of every page in Chromium: looks at both sizes in both themes, theme, language, keyboard."""

import pytest
from playwright.sync_api import Browser, Page, expect

from lms.testing.plugin import Site
from tests.journeys.looks import check_everywhere, open_page, sideways

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
