"""What every page must look like in a browser: accessible, still, within the screen, light to load."""

import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, sync_playwright

from lms.people.models import Person
from lms.runtime import paths
from lms.testing.plugin import Site

SIZES = {"desk": (1280, 800), "phone": (390, 844)}
THEMES = ("light", "dark")
SCREENSHOTS = paths.VAR / "screenshots"
#: How long something may take to happen on a machine with other things to do; what happens at once is seen at once.
PATIENCE_MS = 30_000
#: Bytes of a page at first visit, as sent.
MOST_BYTES = 300_000

CHROMIUMS_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--autoplay-policy=no-user-gesture-required",
    # A camera and a microphone with a test pattern, which every page may use.
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
_COUNT_SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
}).observe({type: "layout-shift", buffered: true});
"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The machine's Chromium; a test that needs it fails without, it never skips."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    assert program, (
        "Chromium is missing. Install it (Debian: apt-get install chromium) and run again."
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program,
            args=CHROMIUMS_ARGUMENTS,
        )
        yield browser
        browser.close()


def open_page(
    browser: Browser, *, size: str = "desk", theme: str = "light", locale: str = "zh-CN"
) -> Page:
    """A new visitor's page at 1280 or 390 px, whose system is light or dark."""
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=theme,  # type: ignore[arg-type]  # one of THEMES
        locale=locale,
        has_touch=size == "phone",
    )
    context.add_init_script(_COUNT_SHIFTS)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    return page


def signed_in(
    browser: Browser, site: Site, person: Person, *, size: str = "desk", theme: str = "light"
) -> Page:
    """A page of somebody who has signed in before: how one signs in is a story of its own."""
    client = Client()
    client.force_login(person)
    page = open_page(browser, size=size, theme=theme)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site.url}])
    return page


@cache
def _axe() -> str:
    # The last line is what the debugger sends back, instead of all of axe.
    axe = paths.ROOT / "node_modules" / "axe-core" / "axe.min.js"
    return f"{axe.read_text()}\n;0"


def shoot(page: Page, name: str, *, full_page: bool = True) -> None:
    """Keep a screenshot for people to look at; whatever moves is at its end."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(
        path=SCREENSHOTS / f"{name}.jpg", quality=85, full_page=full_page, animations="disabled"
    )


def serious_violations(page: Page, but: Collection[tuple[str, str]] = ()) -> list[str]:
    """What axe (WCAG 2.2 AA) finds to be serious or critical, as one line each; `but` (rule, selector) left out."""
    # At its top: what the bar above covers of a page that somebody has moved is no fault of the page.
    page.evaluate("window.scrollTo(0, 0)")
    # By the debugger and not as a script tag: the page's own policy lets none in.
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe())
    found: dict[str, Any] = page.evaluate(
        "axe.run({resultTypes: ['violations'],"
        " runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
    )
    return [
        f"{one['id']}: {one['help']}: {node['target']}: {node['html'][:200]}: {node['failureSummary'][:300]}"
        for one in found["violations"]
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
        if (one["id"], node["target"][-1]) not in but
    ]


def shifted(page: Page) -> float:
    """How much of the page moved by itself since it was opened (cumulative layout shift)."""
    return float(page.evaluate("window.shifted"))


# What one can press or read in a table, and sticks out where nothing can be scrolled.
_CUT_OFF = """
[...document.querySelectorAll("main a, main button, main select, main input, main td")].map((one) => {
    const right = Math.round(one.getBoundingClientRect().right - document.documentElement.clientWidth);
    if (right <= 0) return 0;
    for (let around = one.parentElement; around; around = around.parentElement)
        if (["auto", "scroll"].includes(getComputedStyle(around).overflowX)) return 0;
    return right;
})
"""


def sideways(page: Page) -> int:
    """Pixels by which the page is wider than the screen, or something in it is cut off at the right."""
    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return int(max(wide, *page.evaluate(_CUT_OFF), 0))


def check_looks(
    page: Page,
    url: str,
    name: str,
    *,
    status: int = 200,
    most_bytes: int = MOST_BYTES,
    themes: Collection[str] = (),
) -> None:
    """Open `url`, which answers `status`, keep a screenshot as `name`, and demand what every page must keep.

    With `themes`, the system turns to each of them while the page is open; a screenshot of each is kept.
    """
    sent: list[Response] = []
    said: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        # The answer's own status is no fault of the page.
        if message.type == "error" and "Failed to load resource" not in message.text:
            said.append(message.text)

    def count(response: Response) -> None:
        sent.append(response)

    def fail(error: object) -> None:
        said.append(str(error))

    listeners = {"response": count, "console": hear, "pageerror": fail}
    for event, listener in listeners.items():
        page.on(event, listener)  # type: ignore[call-overload]  # one of three
    answer = page.goto(url, wait_until="networkidle")
    assert answer is not None
    assert (name, answer.status) == (name, status)
    # Before the screenshot, which makes the window as high as the page.
    moved = shifted(page)
    weight = sum(one.request.sizes()["responseBodySize"] for one in sent)
    for seen in [f"{name}-{theme}" for theme in themes] or [name]:
        if themes:
            page.emulate_media(color_scheme=seen.rsplit("-", 1)[1])  # type: ignore[arg-type]
        shoot(page, seen)
        assert serious_violations(page) == [], seen
    assert (name, sideways(page)) == (name, 0)
    assert moved < 0.01, f"{name}: moved by {moved}"
    assert weight < most_bytes, f"{name}: {weight} bytes"
    assert said == [], name
    for event, listener in listeners.items():
        page.remove_listener(event, listener)


def check_everywhere(
    browser: Browser, site: Site, person: Person | None, pages: Mapping[str, str | tuple[str, int]]
) -> None:
    """Pages by the name of their screenshots, at both sizes in both themes, as somebody or as a visitor.

    A page is its path, or its path and what it answers where that is not 200.
    """
    for size in SIZES:
        page = (
            signed_in(browser, site, person, size=size) if person else open_page(browser, size=size)
        )
        for name, place in pages.items():
            path, status = (place, 200) if isinstance(place, str) else place
            url = f"{site.url}{path}"
            check_looks(page, url, f"{name}-{size}", status=status, themes=THEMES)
        page.context.close()
