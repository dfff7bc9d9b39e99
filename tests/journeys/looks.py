"""What every page must look like in a browser: accessible, still, within the screen, light to load."""

import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, Response, sync_playwright

from lms.runtime import paths

SIZES = {"desk": (1280, 800), "phone": (390, 844)}
THEMES = ("light", "dark")
SCREENSHOTS = paths.VAR / "screenshots"
#: Bytes of a page at first visit, as sent.
MOST_BYTES = 300_000

_AXE = paths.ROOT / "node_modules" / "axe-core" / "axe.min.js"
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
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--autoplay-policy=no-user-gesture-required",
                # A camera and a microphone with a test pattern, which every page may use.
                "--use-fake-device-for-media-stream",
                "--use-fake-ui-for-media-stream",
            ],
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
    page.set_default_timeout(20_000)
    return page


def serious_violations(page: Page, but: Collection[tuple[str, str]] = ()) -> list[str]:
    """What axe (WCAG 2.2 AA) finds to be serious or critical, as one line each; `but` (rule, selector) left out."""
    # By the debugger and not as a script tag: the page's own policy lets none in.
    page.evaluate(_AXE.read_text())
    found: dict[str, Any] = page.evaluate(
        "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
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


def sideways(page: Page) -> int:
    """Pixels by which the page is wider than the screen."""
    return int(
        page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    )


def check_looks(
    page: Page, url: str, name: str, *, status: int = 200, most_bytes: int = MOST_BYTES
) -> None:
    """Open `url`, which answers `status`, keep a screenshot as `name`, and demand what every page must keep."""
    sent: list[Response] = []
    said: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        # The answer's own status is no fault of the page.
        if message.type == "error" and "Failed to load resource" not in message.text:
            said.append(message.text)

    page.on("response", lambda response: sent.extend([response]))
    page.on("console", hear)
    page.on("pageerror", lambda error: said.append(str(error)))
    answer = page.goto(url, wait_until="networkidle")
    assert answer is not None
    assert (name, answer.status) == (name, status)
    # Before the screenshot, which makes the window as high as the page.
    moved = shifted(page)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)
    weight = sum(one.request.sizes()["responseBodySize"] for one in sent)
    assert serious_violations(page) == [], name
    assert (name, sideways(page)) == (name, 0)
    assert moved < 0.01, f"{name}: moved by {moved}"
    assert weight < most_bytes, f"{name}: {weight} bytes"
    assert said == [], name
