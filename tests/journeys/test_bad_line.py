"""A lesson on bad lines in Chromium, the viewer's and the trainer's: smaller picture, sound alone, the way back."""

import shutil
from collections.abc import Iterator
from itertools import pairwise
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, CDPSession, Page, expect

from live.core.tape import US, recorded_us
from live.domain import small, store
from live.models.lesson import Lesson
from lms.testing.plugin import Site
from tests.factories.live import LessonFactory
from tests.journeys.acts import until
from tests.journeys.line import Line, line_to
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


@pytest.fixture
def trainers_line(site: Site) -> Iterator[Line]:
    with line_to(urlsplit(site.url).port or 0) as line:
        yield line


def sent_in_a_second(line: Line, studio: Page) -> float:
    """Bytes that went up, over some seconds."""
    before = line.sent
    studio.wait_for_timeout(3000)
    return (line.sent - before) / 3


def the_trainers_line_gets_slow_and_breaks(line: Line, studio: Page, lesson: Lesson) -> None:
    """Less is sent, nothing is lost."""
    said = studio.locator("[data-line]")
    expect(said).to_be_hidden()
    whole = sent_in_a_second(line, studio)
    line.carries_up(12_000)
    expect(said).to_have_text("线路很慢，现在只传声音和课件")
    line.carries_up(None)
    recorded_s = store.recorded_s(lesson.pk)
    # What waited has come, and what is sent now is less on the wire.
    until(studio, "parseFloat(document.querySelector('[data-vital=rate]').innerText) <= 0.1")
    assert sent_in_a_second(line, studio) < whole / 4
    shoot(studio, "live-studio-slow-line", full_page=False)
    assert serious_violations(studio) == []

    line.cut()
    expect(studio.locator("[data-again]")).to_contain_text("第 3 次")
    line.mend()
    expect(studio.locator("[data-live]")).to_be_visible()
    assert store.recorded_s(lesson.pk) > recorded_s


def hears_all(lesson: Lesson) -> None:
    """No second is missing from the first picture to the last: not where less was sent, nor where the line broke."""
    takes = store.takes_of(lesson.pk)
    assert len(takes) >= 3
    missing = [later.name.epoch_us - sooner.last_us for sooner, later in pairwise(takes)]
    print("seams, in microseconds:", missing, "recorded:", recorded_us(takes) / US)
    assert max(missing) < US / 2
    assert min(missing) >= 0


def test_line_gets_worse_and_better_and_the_viewer_pauses_and_goes_back(
    site: Site, browser: Browser, lesson: Lesson, trainers_line: Line
) -> None:
    studio = signed_in(browser, site, lesson.trainer)
    studio.goto(f"{trainers_line.url}{reverse('live:studio', args=[lesson.pk])}")
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

    the_trainers_line_gets_slow_and_breaks(trainers_line, studio, lesson)

    # The lesson ends meanwhile: its replay goes on at the same moment, and counts.
    before = viewer.evaluate(SHOWN)
    studio.locator("[data-end]").click()
    studio.locator("[data-end-dialog] [value=end]").click()
    viewer.wait_for_url("**?from=*", timeout=30_000)
    until(viewer, "document.querySelector('video').readyState >= 2")
    assert viewer.evaluate(SHOWN) >= before - 1
    expect(state).to_have_text("回放")
    hears_all(lesson)
    assert said == []
