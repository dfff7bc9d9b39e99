"""A lesson given from a phone and watched on another, whose browser plays HLS by itself as an iPhone's does."""

import re
import time

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, Route, expect

from live.core.tape import Take, recorded_us
from live.domain import store
from live.models.lesson import Lesson
from live.models.presence import Presence
from live.models.replay import ReplayCoverage
from lms.testing.plugin import Site
from tests.journeys.acts import until
from tests.journeys.looks import PATIENCE_MS, serious_violations, shoot, sideways, signed_in

pytestmark = pytest.mark.journey

PHONE = """
window.locks = new Set();
const request = async () => {
  const lock = { released: false, release: async () => { lock.released = true; window.locks.delete(lock); } };
  window.locks.add(lock);
  document.addEventListener("visibilitychange", () => document.hidden && lock.release());
  return lock;
};
Object.defineProperty(navigator, "wakeLock", { value: { request } });
const recorders = [];
const start = MediaRecorder.prototype.start;
MediaRecorder.prototype.start = function (slice) {
  recorders.push(this);
  start.call(this, slice);
};
window.lockPhone = (isLocked) => {
  for (const [name, value] of [["hidden", isLocked], ["visibilityState", isLocked ? "hidden" : "visible"]])
    Object.defineProperty(document, name, { value, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
  if (isLocked) for (const one of recorders) if (one.state === "recording") one.pause();
};
"""
"""What a phone has at the page's edge: a screen that is kept on and taken back, and a lock that stops what is recorded.

Chromium without a screen never takes a page for hidden, nor does it freeze one.
"""

#: hls.js steps aside without it; Chromium brings an HLS of its own.
NO_MEDIA_SOURCE = "delete window.MediaSource; delete window.ManagedMediaSource;"
IS_KEPT_ON = "window.locks.size === 1"
SHOWN = "document.querySelector('video').currentTime"
TO_BEGINNING = """(() => {
  const seek = document.querySelector(".player__seek");
  seek.value = 0;
  seek.dispatchEvent(new Event("change"));
})()"""
PLAYS = """(() => {
  const video = document.querySelector("video");
  const from = (window.playsFrom ??= video.currentTime);
  return video.currentTime > from + 1;
})()"""


def plays(page: Page) -> None:
    """The picture moves on from where it is now."""
    page.evaluate("delete window.playsFrom")
    until(page, PLAYS)


def plays_by_itself(page: Page, playlist: str, *, picture: bool = True) -> None:
    """The browser's own player plays this playlist."""
    video = "document.querySelector('video')"
    until(page, f"{video}.currentSrc.endsWith('/{playlist}') && {video}.readyState > 2")
    assert page.evaluate(f"{video}.videoWidth > 0") == picture
    plays(page)


def on_air_s(page: Page) -> int:
    """What the page says of how long the lesson has been on air."""
    badge = page.locator("[data-live]")
    expect(badge).to_have_text(re.compile(r"直播中 \d+:\d\d"))
    minutes, seconds = badge.inner_text().split()[-1].split(":")
    return 60 * int(minutes) + int(seconds)


def takes_of(page: Page, lesson: Lesson, count: int) -> list[Take]:
    """The recording's takes, once there are so many that have something to play."""
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while len(found := store.takes_of(lesson.pk)) < count and time.monotonic() < deadline:
        page.wait_for_timeout(100)
    # Or one more, where the line was tried twice.
    assert len(found) >= count
    return found


def test_phone_locks_the_server_is_killed_and_an_iphone_plays_on(
    site: Site, browser: Browser, lesson: Lesson
) -> None:
    said: list[str] = []
    studio = signed_in(browser, site, lesson.trainer, size="phone")
    studio.add_init_script(PHONE)
    viewer = signed_in(browser, site, lesson.trainer, size="phone")
    viewer.add_init_script(PHONE + NO_MEDIA_SOURCE)
    for page in (studio, viewer):
        page.on("pageerror", lambda error: said.append(str(error)))
    studio.goto(f"{site.url}{reverse('live:studio', args=[lesson.pk])}")
    studio.locator("[data-size]").select_option("360")
    camera = studio.locator("[data-source=camera]")
    expect(camera).to_have_attribute("aria-pressed", "true")
    # The lesson's title is sent instead: what a camera costs to draw and to encode is no part of this story.
    camera.click()
    expect(camera).to_have_attribute("aria-pressed", "false")
    assert studio.evaluate("window.locks.size") == 0
    studio.locator("[data-begin]").click()
    expect(studio.locator("[data-live]")).to_contain_text("直播中")
    until(studio, IS_KEPT_ON)

    address = f"{site.url}{reverse('live:watch', args=[lesson.pk])}"
    viewer.goto(address)
    plays(viewer)
    assert "blob:" not in viewer.evaluate("document.querySelector('video').currentSrc")
    assert viewer.locator("[data-quality] option").all_inner_texts() == [
        "画面",
        "小画面",
        "只听声音",
    ]
    until(viewer, IS_KEPT_ON)
    shoot(viewer, "live-iphone", full_page=False)

    # The phone is locked: nothing of the page goes on, and those who watch read why the picture stands.
    studio.evaluate("lockPhone(true)")
    assert studio.evaluate("window.locks.size") == 0
    expect(viewer.locator("[data-over]")).to_contain_text("锁屏")
    shoot(viewer, "live-iphone-trainer-locked", full_page=False)
    studio.evaluate("lockPhone(false)")
    expect(studio.locator("[data-was-away]")).to_have_text(re.compile(r"有 \d+:\d\d 没有推流"))
    until(studio, IS_KEPT_ON)
    shoot(studio, "live-phone-was-away")
    assert (serious_violations(studio), sideways(studio)) == ([], 0)
    takes_of(viewer, lesson, 2)
    expect(viewer.locator("[data-over]")).to_be_hidden()
    plays(viewer)

    # The web process is killed while the lesson is on air: both pages go on by themselves.
    site.processes["web"].kill()
    site.processes["web"].wait()
    expect(studio.locator("[data-lost]")).to_be_visible()
    site.start_web()
    expect(studio.locator("[data-lost]")).to_be_hidden()
    takes = takes_of(viewer, lesson, 3)
    expect(viewer.locator("[data-over]")).to_be_hidden()
    plays(viewer)
    assert Presence.objects.filter(lesson=lesson, person=lesson.trainer).exists()

    # Who comes late reads since when the lesson has been on air, as the one who gives it.
    viewer.reload()
    since_s = (takes[-1].last_us - takes[0].name.epoch_us) / 1_000_000
    before_s = on_air_s(viewer)
    assert before_s >= since_s
    assert before_s - 2 <= on_air_s(studio) <= on_air_s(viewer) + 2

    # The sound alone, back to the beginning, and to what is on air again.
    quality = viewer.locator("[data-quality]")
    quality.select_option("sound")
    plays_by_itself(viewer, "live.a.m3u8", picture=False)
    quality.select_option("usual")
    plays_by_itself(viewer, "live.all.m3u8")
    viewer.evaluate(TO_BEGINNING)
    plays_by_itself(viewer, "replay.all.m3u8")
    expect(viewer.locator("[data-state]")).to_contain_text("正在回看")
    viewer.locator("[data-to-live]").click()
    plays_by_itself(viewer, "live.all.m3u8")

    # The lesson is over: its replay plays on over the last seam, though its addresses run out there.
    studio.locator("[data-end]").click()
    studio.locator("[data-end-dialog] [value=end]").click()
    studio.wait_for_url("**/live/*/")
    *first, last = store.takes_of(lesson.pk)
    seam_s = recorded_us(first) / 1_000_000
    renewed: list[Route] = []

    def links(route: Route) -> None:
        renewed.append(route)
        route.continue_()

    def last_take(route: Route) -> None:
        route.continue_() if renewed else route.fulfill(status=403)

    viewer.route(f"**/{last.name}/*", last_take)
    viewer.route(f"**{reverse('live:links', args=[lesson.pk])}", links)
    viewer.goto(f"{address}?from={int(seam_s) - 2}")
    until(viewer, f"{SHOWN} > {seam_s + 1}")
    assert len(renewed) == 1
    expect(viewer.locator("[data-state]")).to_have_text("回放")
    assert "blob:" not in viewer.evaluate("document.querySelector('video').currentSrc")
    # Small and whole again, from the same place on; all of it counts.
    before_s = viewer.evaluate(SHOWN)
    for chosen, playlist in (("small", "replay.s.m3u8"), ("usual", "replay.all.m3u8")):
        quality.select_option(chosen)
        plays_by_itself(viewer, playlist)
        assert before_s < viewer.evaluate(SHOWN) < before_s + PATIENCE_MS / 1000
    shoot(viewer, "live-iphone-replay", full_page=False)
    with viewer.expect_response(lambda one: "/replayed/" in one.url and one.ok):
        viewer.locator("[data-toggle]").click()
    [coverage] = ReplayCoverage.objects.filter(lesson=lesson)
    assert sum(end - start for start, end in coverage.spans) > 3000
    assert said == []
