"""A lesson sent by OBS alone: key, on air with true figures on two studios, ended and settled from the page."""

import re
import subprocess

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, expect

from live import tasks
from live.domain import settle
from live.models.attendance import Settlement
from live.models.lesson import Lesson, Take
from lms.testing.factories import DutyFactory
from lms.testing.plugin import Site, free_port
from media.encoder.run import ffmpeg_program
from tests.journeys.acts import until
from tests.journeys.looks import serious_violations, shoot, sideways, signed_in
from tests.live.test_ingest_hook import wait_for_port

pytestmark = pytest.mark.journey

DELAY = "document.querySelector('[data-delay]')"


def publishing(address: str) -> "subprocess.Popen[bytes]":
    """ffmpeg in OBS's place, at the pace of the clock."""
    source = ["-f", "lavfi", "-i", "testsrc=size=320x180:rate=25", "-f", "lavfi", "-i", "sine"]
    made = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-pix_fmt", "yuv420p"]
    program = [ffmpeg_program(), "-nostdin", "-loglevel", "error", "-re", *source, *made]
    return subprocess.Popen([*program, "-t", "120", "-c:a", "aac", "-f", "flv", address])


def test_lesson_from_obs_is_seen_on_air_and_ended_in_the_studio(
    own_database, request, browser: Browser, lesson: Lesson, monkeypatch
) -> None:
    port = free_port()
    monkeypatch.setenv("RTMP_PORT", str(port))
    site: Site = request.getfixturevalue("site")
    site.spawn("live", "manage.py", "live_worker")
    wait_for_port(port)
    co_host = DutyFactory(provider=lesson.provider).person
    lesson.co_hosts.add(co_host)
    address = f"{site.url}{reverse('live:studio', args=[lesson.pk])}"
    said: list[str] = []
    studio, phone = (
        signed_in(browser, site, lesson.trainer),
        signed_in(browser, site, co_host, size="phone"),
    )
    for page in (studio, phone):
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(address)
        # Neither sends: what they would draw costs the machine as much as all the rest.
        page.locator("[data-size]").select_option("360")
        camera = page.locator("[data-source=camera]")
        expect(camera).to_have_attribute("aria-pressed", "true")
        camera.click()
    expect(studio.locator("[data-end]")).to_be_hidden()
    studio.locator("[data-obs-make]").click()
    server = studio.locator("[data-obs-server]")
    expect(server).to_be_visible()
    key = studio.locator("[data-obs-stream]").input_value()
    place = f"{server.input_value()}/"

    wrong = publishing(f"{place}{key[:-1]}x")
    assert wrong.wait(60) != 0
    assert not Take.objects.exists()
    obs = publishing(place + key)
    try:
        for page in (studio, phone):
            expect(page.locator("[data-live]")).to_contain_text("直播中")
            expect(page.locator("[data-recorded]")).to_have_text(
                re.compile(rf"{lesson.trainer.name}正在推送 · 已录 .* · 已存 [1-9]\d* 段")
            )
            expect(page.locator("[data-vital=rate]")).to_contain_text("Mbit/s")
            expect(page.locator("[data-end]")).to_be_visible()
        assert serious_violations(phone) == []
        assert sideways(phone) == 0
        # With little delay as well, though another process takes the picture.
        phone.goto(f"{site.url}{reverse('live:watch', args=[lesson.pk])}")
        until(phone, "document.querySelector('video').currentTime > 1")
        phone.locator("[data-quality]").select_option("near")
        until(phone, "document.querySelector('video').src.startsWith('blob:')")
        until(phone, f"parseFloat({DELAY}.innerText.split(' ')[1]) < 1.5")
        print("little delay from OBS:", phone.evaluate(f"{DELAY}.innerText"))
        phone.goto(address)
        expect(phone.locator("[data-end]")).to_be_visible()
        shoot(studio, "live-obs-desk")
        shoot(phone, "live-obs-phone")
    finally:
        obs.kill()
        obs.wait()
    expect(studio.locator("[data-again]")).to_contain_text("没有画面")
    expect(studio.locator("[data-recorded]")).to_have_text(re.compile("^录制 .*，已存 .* 段$"))
    phone.locator("[data-end]").click()
    phone.locator("[data-end-dialog] button[value=end]").click()
    for page in (studio, phone):
        page.wait_for_url(f"**{reverse('live:watch', args=[lesson.pk])}")
    assert lesson.events.filter(kind="ended", by=co_host).exists()
    tasks.settle_what_is_due(timezone.now())
    settle.settle(lesson, clock=timezone.now)
    assert Settlement.objects.get(lesson=lesson).finished_at is not None
    assert said == []
