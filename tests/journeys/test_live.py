"""A live lesson in Chromium: a trainer with a fake camera, a learner on a phone, a dropped line, the replay."""

import re
import shutil
from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, expect

from live.domain import store
from live.models.lesson import Lesson
from lms.testing.factories import DutyFactory
from lms.testing.plugin import Site
from tests.factories.live import LessonFactory
from tests.journeys.looks import serious_violations, shoot, sideways, signed_in
from tests.journeys.test_video import until

pytestmark = pytest.mark.journey


@pytest.fixture
def lesson(own_database) -> Iterator[Lesson]:
    made = LessonFactory()
    yield made
    shutil.rmtree(store.folder_of(made.pk), ignore_errors=True)


def test_taught_watched_dropped_resumed_and_played_again(
    site: Site, browser: Browser, lesson: Lesson
) -> None:
    colleague = DutyFactory(kind="moderator", provider=lesson.provider).person
    watch = f"{site.url}{reverse('live:watch', args=[lesson.pk])}"
    viewer = signed_in(browser, site, colleague, size="phone")
    viewer.goto(watch)
    expect(viewer.locator("[data-over]")).to_contain_text("直播还没有开始")
    assert sideways(viewer) == 0

    studio = signed_in(browser, site, lesson.trainer)
    said: list[str] = []
    studio.on("pageerror", lambda error: said.append(str(error)))
    studio.goto(f"{site.url}{reverse('live:studio', args=[lesson.pk])}")
    studio.locator("[data-size]").select_option("360")
    expect(studio.locator("[data-source=camera]")).to_have_attribute("aria-pressed", "true")
    expect(studio.locator("[data-source=microphone]")).to_have_attribute("aria-pressed", "true")
    until(studio, "document.querySelectorAll('[data-levels] .lit').length > 0")
    assert serious_violations(studio) == []
    studio.locator("[data-begin]").click()
    expect(studio.locator("[data-live]")).to_contain_text("直播中")
    expect(studio.locator("[data-recorded]")).to_contain_text(
        re.compile(r"已存 ([3-9]|\d\d) 段"), timeout=30_000
    )

    # The learner's page starts by itself, and says how far behind it is.
    until(viewer, "document.querySelector('video').currentTime > 1")
    expect(viewer.locator("[data-live]")).to_have_text("直播中")
    expect(viewer.locator("[data-delay]")).to_contain_text("延迟")
    delay = "document.querySelector('[data-delay]').textContent.match(/[0-9.]+/)"
    until(viewer, f"Number({delay}) > 0 && Number({delay}) < 6")
    shoot(studio, "live-studio-desk")
    shoot(viewer, "live-watch-phone", full_page=False)

    # The server falls; the room says so, the same page goes on with a new take.
    site.processes["web"].kill()
    site.processes["web"].wait()
    expect(studio.locator("[data-lost]")).to_contain_text("正在重连")
    shoot(studio, "live-studio-lost-desk", full_page=False)
    before = store.recorded_s(lesson.pk)
    assert before >= 3
    site.start_web()
    expect(studio.locator("[data-lost]")).to_be_hidden(timeout=30_000)
    expect(studio.locator("[data-live]")).to_be_visible()
    late = signed_in(browser, site, colleague)
    late.goto(watch)
    until(late, "document.querySelector('video').currentTime > 1")
    shoot(late, "live-watch-desk", full_page=False)
    until(viewer, "!document.querySelector('[data-live]').hidden")

    studio.locator("[data-end]").click()
    studio.locator("[data-end-dialog] [value=end]").click()
    studio.wait_for_url(watch)
    until(studio, "document.querySelector('video').readyState >= 2")
    length = studio.evaluate("document.querySelector('video').duration")
    assert length > before
    studio.locator("[data-toggle]").click()
    until(studio, "document.querySelector('video').currentTime > 1")
    expect(studio.locator("[data-state]")).to_contain_text("回放")
    # Over the seam of the two takes.
    studio.evaluate(f"document.querySelector('video').currentTime = {before - 1.5}")
    until(studio, f"document.querySelector('video').currentTime > {before + 1}")
    shoot(studio, "live-replay-desk", full_page=False)
    expect(viewer.locator("[data-over]")).to_contain_text("直播已结束")
    viewer.locator("[data-replay]").click()
    until(viewer, "document.querySelector('video').readyState >= 2")
    shoot(viewer, "live-replay-phone", full_page=False)
    assert said == []
