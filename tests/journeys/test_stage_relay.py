"""A guest whose network reaches the trainer's by a relay alone: Debian's coturn, by the site's settings."""

import contextlib
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, expect

from live.models.lesson import Lesson
from lms.runtime import needs
from lms.testing.factories import DutyFactory
from lms.testing.plugin import Site, free_port
from tests.journeys import networks
from tests.journeys.looks import CHROMIUMS_ARGUMENTS, signed_in
from tests.journeys.test_stage import colour, loudness, recorded

pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(
        needs.find("coturn") is None, reason=f"get it with: {needs.HOW['coturn'][1]}"
    ),
]
SECRET = "shared-with-the-relay"


@contextlib.contextmanager
def relay(folder: Path, port: int) -> Iterator[Path]:
    """coturn; its log."""
    log = folder / "turn.log"
    argv = [needs.find("coturn") or "", "-n", "--no-cli", "--no-tls", "--no-dtls", "--verbose"]
    argv += ["--listening-ip", networks.HERE, "--relay-ip", networks.HERE]
    argv += ["--listening-port", str(port), "--realm", "lms", "--pidfile", str(folder / "pid")]
    argv += ["--use-auth-secret", "--static-auth-secret", SECRET]
    argv += ["--log-file", str(log), "--simple-log", "--userdb", str(folder / "turndb")]
    with subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            deadline = time.monotonic() + 30
            while True:
                with socket.socket() as line:
                    if line.connect_ex((networks.HERE, port)) == 0:
                        break
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.05)
            yield log
        finally:
            process.kill()


def test_guest_of_another_network_comes_on_stage_by_a_relay(
    own_database, request, browser: Browser, lesson: Lesson, tmp_path: Path, monkeypatch
) -> None:
    if not networks.are_possible():
        pytest.skip("this system lets nobody make networks (ip netns, as root)")
    port = free_port()
    monkeypatch.setenv("LIVE_ICE_URLS", f"turn:{networks.HERE}:{port}")
    monkeypatch.setenv("LIVE_TURN_SECRET", SECRET)
    site: Site = request.getfixturevalue("site")
    site_port = int(site.url.rsplit(":", 1)[1])
    colleague = DutyFactory(kind="moderator", provider=lesson.provider).person
    with contextlib.ExitStack() as stack:
        programs = [
            stack.enter_context(networks.network(one, site_port=site_port, folder=tmp_path))
            for one in (1, 2)
        ]
        log = stack.enter_context(relay(tmp_path, port))
        browsers = [
            browser.browser_type.launch(executable_path=one, args=CHROMIUMS_ARGUMENTS)
            for one in programs
        ]
        for one in browsers:
            stack.callback(one.close)
        studio = signed_in(browsers[0], site, lesson.trainer)
        guest = signed_in(browsers[1], site, colleague)
        studio.goto(f"{site.url}{reverse('live:studio', args=[lesson.pk])}")
        studio.locator("[data-size]").select_option("360")
        # Both have the same fake camera and microphone: only the guest's are on.
        for source in ("camera", "microphone"):
            button = studio.locator(f"[data-source={source}]")
            expect(button).to_have_attribute("aria-pressed", "true")
            button.click()
        guest.goto(f"{site.url}{reverse('live:watch', args=[lesson.pk])}")
        guest.locator("[data-hand]").click()
        studio.locator("#st-room").click()
        studio.locator("[data-hands] button", has_text="请上麦").click()
        yes = guest.locator("[data-stage-ask] [data-stage-yes]")
        expect(yes).to_be_enabled()
        yes.click()
        expect(studio.locator("[data-stage-guests] li")).to_contain_text("已在画面中")
        studio.locator("[data-begin]").click()
        expect(studio.locator("[data-recorded]")).to_contain_text(
            re.compile(r"已存 ([4-9]|\d\d) 段"), timeout=60_000
        )
        film = recorded(lesson)
        said = log.read_text()
    red, green, _ = colour(film)
    assert (green > 60, green > red) == (True, True), "the guest's fake camera is green"
    assert loudness(film) > -50, "the guest's fake microphone beeps, the trainer's is off"
    for person in (lesson.trainer, colleague):
        assert re.search(rf"user <\d+:{person.pk}>.* ALLOCATE processed, success", said), said
