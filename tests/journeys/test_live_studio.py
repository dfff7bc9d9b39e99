"""The studio's sources in Chromium, and what it sends watched with little delay."""

import contextlib
import io
import socket
import time

import pytest
from django.urls import reverse
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from live.domain import slides, store
from live.models.lesson import Lesson
from live.models.slides import Deck
from lms.runtime.web import web
from lms.testing.plugin import Site, free_port
from tests.journeys.acts import until
from tests.journeys.looks import serious_violations, shoot, sideways, signed_in

pytestmark = pytest.mark.journey
PLAYS = "document.querySelector('video').currentTime > {from_s}"


def three_pages() -> bytes:
    pages = [Image.new("RGB", (640, 360), colour) for colour in ("white", "ivory", "azure")]
    file = io.BytesIO()
    pages[0].save(file, "PDF", save_all=True, append_images=pages[1:])
    return file.getvalue()


def draw(page: Page) -> None:
    # A click further down may have moved the page.
    page.evaluate("window.scrollTo(0, 0)")
    box = page.locator("[data-canvas]").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 120, steps=6)
    page.mouse.up()


RED = """(() => {
  const canvas = document.querySelector("[data-canvas]");
  const scale = canvas.width / canvas.getBoundingClientRect().width;
  const { data } = canvas.getContext("2d").getImageData(130 * scale - 6, 90 * scale - 6, 12, 12);
  let most = 0;
  for (let at = 0; at < data.length; at += 4) most = Math.max(most, data[at] - data[at + 1]);
  return most > 60;
})()"""
"""There is red where `draw` drew."""


NO_DEVICES = """navigator.mediaDevices.getUserMedia = async () => {
  throw new DOMException("Requested device not found", "NotFoundError");
};"""


def test_why_there_is_no_microphone_is_said_in_the_users_language(
    site: Site, browser: Browser, lesson: Lesson
) -> None:
    studio = signed_in(browser, site, lesson.trainer)
    studio.add_init_script(NO_DEVICES)
    studio.goto(f"{site.url}{reverse('live:studio', args=[lesson.pk])}")
    expect(studio.locator("[data-check]")).to_contain_text("麦克风用不了：没有找到设备。")
    studio.locator("[data-source=camera]").click()
    expect(studio.locator("[data-check]")).to_contain_text("摄像头用不了：没有找到设备。")


def test_slides_pen_board_and_screen_into_one_picture_watched_with_little_delay(
    site: Site, browser: Browser, lesson: Lesson
) -> None:
    studio = signed_in(browser, site, lesson.trainer)
    said: list[str] = []
    studio.on("pageerror", lambda error: said.append(str(error)))
    studio.goto(f"{site.url}{reverse('live:studio', args=[lesson.pk])}")
    studio.locator("[data-size]").select_option("360")
    source = {one: studio.locator(f"[data-source={one}]") for one in ("slides", "board", "pen")}
    expect(studio.locator("[data-source=microphone]")).to_have_attribute("aria-pressed", "true")

    # Brought, made by the worker's code, leafed by a remote control.
    studio.locator("[data-slides]").set_input_files(
        {"name": "课件.pdf", "mimeType": "application/pdf", "buffer": three_pages()}
    )
    until(studio, "document.querySelector('[data-check]').textContent.includes('课件.pdf')")
    for _ in range(100):
        if deck := Deck.objects.first():
            break
        studio.wait_for_timeout(100)
    slides.make(deck.pk)
    expect(studio.locator(".thumb")).to_have_count(3)
    expect(source["slides"]).to_have_attribute("aria-pressed", "true")
    studio.keyboard.press("PageDown")
    expect(studio.locator(".thumb").nth(1)).to_have_attribute("aria-current", "true")

    # Ink belongs to its page.
    source["pen"].click()
    studio.locator("[data-colour='#b3261e']").click()
    draw(studio)
    until(studio, RED)
    shoot(studio, "live-studio-slides")
    assert serious_violations(studio) == []
    studio.locator(".thumb").first.click()
    until(studio, f"!{RED}")
    source["board"].click()
    draw(studio)
    until(studio, RED)
    studio.locator("[data-tools] [data-undo]").click()
    until(studio, f"!{RED}")

    screen = studio.locator("[data-source=screen]")
    screen.click()
    expect(screen).to_have_attribute("aria-pressed", "true")
    expect(source["board"]).to_have_attribute("aria-pressed", "false")

    # A rehearsal leaves nothing.
    studio.locator("[data-rehearse]").click()
    expect(studio.locator("[data-recorded]")).to_contain_text("试讲")
    studio.locator("[data-end-rehearsal]").click()
    expect(studio.locator("[data-begin]")).to_be_visible()
    assert store.takes_of(lesson.pk) == []

    # The pages are one stop of the keyboard, whether they are on the picture or not.
    thumbs = studio.locator(".thumb")
    thumbs.first.focus()
    for place in (1, 2):
        studio.keyboard.press("ArrowRight")
        expect(thumbs.nth(place)).to_be_focused()
    assert [one.evaluate("one => one.tabIndex") for one in thumbs.all()] == [-1, -1, 0]
    studio.keyboard.press("Enter")
    expect(thumbs.nth(2)).to_have_attribute("aria-current", "true")
    studio.locator("[data-begin]").click()
    expect(studio.locator("[data-live]")).to_contain_text("直播中")

    viewer = signed_in(browser, site, lesson.trainer, size="phone")
    viewer.on("pageerror", lambda error: said.append(str(error)))
    viewer.goto(f"{site.url}{reverse('live:watch', args=[lesson.pk])}")
    until(viewer, PLAYS.format(from_s=1))
    quality, delay = viewer.locator("[data-quality]"), viewer.locator("[data-delay]")
    quality.select_option("near")
    until(viewer, "document.querySelector('video').src.startsWith('blob:')")
    until(
        viewer, "parseFloat(document.querySelector('[data-delay]').innerText.split(' ')[1]) < 1.5"
    )
    print("little delay:", delay.inner_text())
    assert viewer.evaluate("document.querySelector('video').videoWidth") == 640
    shoot(viewer, "live-watch-near", full_page=False)
    assert (serious_violations(viewer), sideways(viewer)) == ([], 0)
    assert [(one.deck, one.page) for one in slides.shown_in(lesson.pk)] == [(deck.pk, 3)]

    # A page on a process that does not take the picture has it from the one that does.
    port = free_port()
    site.spawn("web2", *web(port))
    wait_for(port)
    viewer.goto(f"http://127.0.0.1:{port}{reverse('live:watch', args=[lesson.pk])}")
    until(viewer, PLAYS.format(from_s=0))
    quality.select_option("near")
    until(viewer, "document.querySelector('video').src.startsWith('blob:')")
    until(
        viewer, "parseFloat(document.querySelector('[data-delay]').innerText.split(' ')[1]) < 1.5"
    )
    print("little delay from another process:", delay.inner_text())
    until(viewer, PLAYS.format(from_s=1))
    assert said == []


def wait_for(port: int) -> None:
    """Until somebody listens there."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise TimeoutError("The second process did not start.")
