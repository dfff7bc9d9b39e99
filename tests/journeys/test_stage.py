"""A guest on stage: invited from the raised hands, asked first, seen and heard in the recording, sent off."""

import re
import subprocess

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, expect

from live.core.tape import INIT_NAME
from live.domain import store
from live.models.lesson import Lesson
from lms.testing.factories import DutyFactory, PersonFactory
from lms.testing.plugin import Site
from media.encoder.run import ffmpeg_program
from tests.journeys.looks import serious_violations, shoot, sideways, signed_in

pytestmark = pytest.mark.journey


def test_guest_is_asked_seen_heard_and_sent_off(
    site: Site, browser: Browser, lesson: Lesson
) -> None:
    colleague = DutyFactory(kind="moderator", provider=lesson.provider).person
    said: list[str] = []
    studio = signed_in(browser, site, lesson.trainer)
    studio.on("pageerror", lambda error: said.append(str(error)))
    studio.goto(f"{site.url}{reverse('live:studio', args=[lesson.pk])}")
    studio.locator("[data-size]").select_option("360")
    # Both have the same fake camera and microphone: only the guest's are on.
    for source in ("camera", "microphone"):
        expect(studio.locator(f"[data-source={source}]")).to_have_attribute("aria-pressed", "true")
        studio.locator(f"[data-source={source}]").click()
    guest = signed_in(browser, site, colleague, size="phone")
    guest.on("pageerror", lambda error: said.append(str(error)))
    guest.goto(f"{site.url}{reverse('live:watch', args=[lesson.pk])}")
    guest.locator("[data-hand]").click()
    studio.locator("#st-room").click()
    studio.locator("[data-hands] button", has_text="请上麦").click()

    ask = guest.locator("[data-stage-ask]")
    expect(ask).to_contain_text(f"{lesson.trainer.name}请您连麦")
    expect(ask.locator("[data-stage-yes]")).to_be_enabled()
    assert sideways(guest) == 0
    assert serious_violations(guest) == []
    shoot(guest, "live-stage-asked-phone")
    ask.locator("[data-stage-yes]").click()
    line = studio.locator("[data-stage-guests] li")
    expect(line).to_contain_text("已在画面中", timeout=30_000)
    expect(guest.locator("[data-stage-bar]")).to_be_visible()

    studio.locator("[data-begin]").click()
    expect(studio.locator("[data-recorded]")).to_contain_text(
        re.compile(r"已存 ([4-9]|\d\d) 段"), timeout=60_000
    )
    shoot(studio, "live-stage-desk")
    film = recorded(lesson)
    red, green, _ = colour(film)
    assert green > 60, "the guest's fake camera is green, the card behind is nearly black"
    assert green > red
    assert loudness(film) > -50, "the guest's fake microphone beeps, the trainer's is off"

    line.get_by_role("button", name="静音").click()
    expect(line.get_by_role("button", name="取消静音")).to_be_visible()
    line.get_by_role("button", name="请下麦").click()
    expect(line).to_have_count(0)
    expect(guest.locator("[data-stage-bar]")).to_be_hidden()

    # An assistant's click is the studio's own.
    lesson.assistants.add(helper := PersonFactory())
    desk = signed_in(browser, site, helper)
    desk.on("pageerror", lambda error: said.append(str(error)))
    desk.goto(f"{site.url}{reverse('live:watch', args=[lesson.pk])}")
    guest.locator("[data-hand]").click()
    desk.locator("[data-hands] button", has_text="请上麦").click()
    expect(ask).to_contain_text(f"{lesson.trainer.name}请您连麦")
    expect(desk.locator("[data-hands]")).to_contain_text("已请")
    ask.locator("[data-stage-no]").click()
    assert said == []


def recorded(lesson: Lesson) -> bytes:
    [take] = store.takes_of(lesson.pk)
    folder = store.folder_of(lesson.pk) / str(take.name)
    names = [INIT_NAME, *(one.name for one in take.pieces[-2:])]
    return b"".join((folder / one).read_bytes() for one in names)


def colour(film: bytes) -> tuple[int, int, int]:
    """Mean colour of the middle of the guest's place in the last picture of a film of 640 x 360."""
    picture = ["-vf", "crop=100:50:33:28,scale=1:1:flags=area", "-pix_fmt", "rgb24"]
    argv = [ffmpeg_program(), "-loglevel", "error", "-i", "pipe:0", *picture]
    argv += ["-f", "rawvideo", "pipe:1"]
    done = subprocess.run(argv, input=film, capture_output=True, check=True)
    red, green, blue = done.stdout[-3:]
    return red, green, blue


def loudness(film: bytes) -> float:
    """The loudest moment, in decibels below full scale."""
    argv = [ffmpeg_program(), "-i", "pipe:0", "-vn", "-af", "volumedetect", "-f", "null", "-"]
    done = subprocess.run(argv, input=film, capture_output=True, check=True)
    found = re.search(r"max_volume: (-?[0-9.]+) dB", done.stderr.decode())
    assert found
    return float(found[1])
