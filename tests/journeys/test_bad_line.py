"""A lesson on a bad line in Chromium: smaller picture, sound alone, the way back; pausing and going back within it."""

import shutil
from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, CDPSession, Page, expect

from live.domain import small, store
from live.models.lesson import Lesson
from lms.testing.plugin import Site
from tests.factories.live import LessonFactory
from tests.journeys.acts import until
from tests.journeys.looks import serious_violations, shoot, sideways, signed_in

pytestmark = pytest.mark.journey
PLAYS = """(() => {
  const video = document.querySelector("video");
  const from = (window.playsFrom ??= video.currentTime);
  return video.currentTime > from + 1;
})()"""
"""The picture has moved for a second since this was first asked."""

LOOKS_ON = "performance.clearResourceTimings(); window.looksFrom = performance.now()"
STOPPED_ASKING = """(() => {
  const lists = performance.getEntriesByType("resource").filter((one) => one.name.includes("live.m3u8"));
  return performance.now() - Math.max(window.looksFrom, ...lists.map((one) => one.startTime)) > 4000;
})()"""
"""A playlist of what is on air is asked for every second, and was not since some seconds after `LOOKS_ON`."""
SHOWN = "document.querySelector('video').currentTime"
TO_BEGINNING = """(() => {
  const seek = document.querySelector(".player__seek");
  seek.value = 0;
  seek.dispatchEvent(new Event("change"));
})()"""


@pytest.fixture
def lesson(own_database) -> Iterator[Lesson]:
    made = LessonFactory()
    yield made
    for root in (store.root(), small.root()):
        shutil.rmtree(root / str(made.pk), ignore_errors=True)


def carries(line: CDPSession, bytes_a_second: int) -> None:
    """Let the page's line carry so much; -1: all."""
    line.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": 0,
            "downloadThroughput": bytes_a_second,
            "uploadThroughput": -1,
        },
    )


def plays(page: Page) -> None:
    page.evaluate("delete window.playsFrom")
    until(page, PLAYS)


def test_line_gets_worse_and_better_and_the_viewer_pauses_and_goes_back(
    site: Site, browser: Browser, lesson: Lesson
) -> None:
    studio = signed_in(browser, site, lesson.trainer)
    studio.goto(f"{site.url}{reverse('live:studio', args=[lesson.pk])}")
    studio.locator("[data-size]").select_option("360")
    expect(studio.locator("[data-source=camera]")).to_have_attribute("aria-pressed", "true")
    studio.locator("[data-begin]").click()
    expect(studio.locator("[data-live]")).to_contain_text("直播中")

    viewer = signed_in(browser, site, lesson.trainer, size="phone")
    said: list[str] = []
    viewer.on("pageerror", lambda error: said.append(str(error)))
    viewer.goto(f"{site.url}{reverse('live:watch', args=[lesson.pk])}")
    line = viewer.context.new_cdp_session(viewer)
    line.send("Network.enable")
    quality, state = viewer.locator("[data-quality]"), viewer.locator("[data-state]")
    plays(viewer)

    # By choice, from the next segment on.
    with viewer.expect_response(lambda one: one.ok and ".s.m4s" in one.url):
        quality.select_option("small")
    plays(viewer)

    # The line carries no picture at all: the sound alone, by itself, and said.
    quality.select_option("usual")
    plays(viewer)
    carries(line, 6_000)
    expect(state).to_contain_text("先只听声音", timeout=60_000)
    expect(quality).to_have_value("sound")
    carries(line, 40_000)
    until(viewer, "document.querySelector('video').videoWidth === 0")
    plays(viewer)
    shoot(viewer, "live-watch-bad-line", full_page=False)
    assert (serious_violations(viewer), sideways(viewer)) == ([], 0)
    carries(line, -1)
    quality.select_option("usual")
    until(viewer, "document.querySelector('video').videoWidth === 640")
    expect(state).to_be_hidden()

    quality.select_option("near")
    until(viewer, "document.querySelector('video').src.startsWith('blob:')")
    plays(viewer)
    carries(line, 6_000)
    expect(state).to_contain_text("现在用不了低延迟", timeout=60_000)
    carries(line, -1)
    expect(quality).to_have_value("usual")
    plays(viewer)

    # Whoever stops at a picture keeps it, and goes on from there.
    viewer.locator("[data-toggle]").click()
    viewer.evaluate(LOOKS_ON)
    stopped_at = viewer.evaluate(SHOWN)
    # Longer than a short pause: the player has stopped asking for more.
    until(viewer, STOPPED_ASKING)
    assert abs(viewer.evaluate(SHOWN) - stopped_at) < 0.5
    viewer.locator("[data-toggle]").click()
    expect(state).to_contain_text("正在回看")
    expect(state).to_contain_text("照常计时")
    plays(viewer)
    viewer.evaluate(TO_BEGINNING)
    until(viewer, f"{SHOWN} < 3")
    plays(viewer)

    # Single keys are the player's only while it has the focus.
    viewer.locator("main").focus()
    viewer.keyboard.press("k")
    plays(viewer)
    viewer.locator(".player").focus()
    viewer.keyboard.press("k")
    until(viewer, "document.querySelector('video').paused")
    viewer.keyboard.press("Space")
    plays(viewer)

    # The lesson ends meanwhile: its replay goes on at the same moment, and counts.
    before = viewer.evaluate(SHOWN)
    studio.locator("[data-end]").click()
    studio.locator("[data-end-dialog] [value=end]").click()
    viewer.wait_for_url("**?from=*", timeout=30_000)
    until(viewer, "document.querySelector('video').readyState >= 2")
    assert viewer.evaluate(SHOWN) >= before - 1
    expect(state).to_have_text("回放")
    assert said == []
