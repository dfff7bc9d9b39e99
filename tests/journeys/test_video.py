"""A video in Chromium: uploaded, made playable by the real worker, watched on a phone, counted, gone on with."""

import os
import re
import shutil
import struct
import uuid
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.db.models import Model
from django.utils import timezone
from playwright.sync_api import Browser, Page, Route, expect

from courses.domain.catalogue import Draft, Module, create_course
from courses.domain.enrol import enrol
from courses.models import CoursePage
from lms.api.credit import Hours
from lms.people.domain.groups import sync_groups
from lms.people.models import Person
from lms.testing.factories import DutyFactory, PersonFactory
from lms.testing.plugin import Site
from media.domain import files, transcode, uploads
from media.models import Asset, Coverage, Rendition, Upload, WatchReport
from tests.factories.media import AssetFactory
from tests.journeys.acts import until
from tests.journeys.line import line_to
from tests.journeys.looks import (
    SIZES,
    THEMES,
    check_looks,
    serious_violations,
    shifted,
    shoot,
    signed_in,
)
from tests.media.conftest import make_clip

pytestmark = pytest.mark.journey

SECONDS = 20
FILM_BYTES = 10_000_000


@pytest.fixture(scope="session")
def film(tmp_path_factory):
    """12 s at 1280x720 with sound."""
    return make_clip(tmp_path_factory.mktemp("film") / "区域活动.mp4", seconds=12)


@pytest.fixture
def trainer(own_database) -> Person:
    """A trainer whom the admin lets in."""
    duty = DutyFactory()
    sync_groups(duty.person, timezone.localdate())
    duty.person.provider = duty.provider
    return duty.person


@pytest.fixture
def kept_clean(own_database) -> Iterator[None]:
    """What the site made goes with the test's database."""
    yield
    for asset in Asset.objects.all():
        shutil.rmtree(files.folder_of(asset.pk), ignore_errors=True)


@dataclass
class Made:
    """What the encoder made of a film: done once, and given to every test that plays it."""

    folder: Path
    film: Path
    rows: list[Model] = field(default_factory=list)

    def asset_of(self, trainer: Person) -> Asset:
        """A playable video of the trainer's provider."""
        if not self.rows:
            return self._make(trainer)
        asset, *renditions = deepcopy(self.rows)
        asset.pk, asset.provider, asset.uploaded_by = uuid.uuid4(), trainer.provider, trainer
        shutil.copytree(self.folder, files.folder_of(asset.pk), copy_function=os.link)
        asset.save(force_insert=True)
        for one in renditions:
            one.pk, one.asset = None, asset
            one.save(force_insert=True)
        return asset

    def _make(self, trainer: Person) -> Asset:
        asset = uploads.import_file(
            self.film,
            title="区域活动的材料投放",
            provider=trainer.provider,
            by=trainer,
            at=timezone.now(),
        )
        transcode.run(asset.job.pk)
        asset.refresh_from_db()
        assert asset.is_ready
        shutil.copytree(files.folder_of(asset.pk), self.folder)
        self.rows = [Asset.objects.get(), *Rendition.objects.all()]
        return asset


@pytest.fixture(scope="session")
def made(tmp_path_factory) -> Made:
    folder = tmp_path_factory.mktemp("made")
    film = make_clip(folder / "区域活动.mp4", seconds=SECONDS)
    return Made(folder / "files", film)


@pytest.fixture
def asset(trainer, made: Made, kept_clean) -> Asset:
    """A playable video of the trainer's provider, 20 s in two qualities with sound."""
    return made.asset_of(trainer)


def padded(film: Path, path: Path, *, size: int) -> Path:
    """The same film in a file of so many bytes: an MP4 may hold boxes that mean nothing."""
    rest = size - film.stat().st_size
    path.write_bytes(film.read_bytes() + struct.pack(">I4s", rest, b"free") + bytes(rest - 8))
    return path


def position(page: Page) -> float:
    return float(page.evaluate("document.querySelector('video').currentTime"))


def test_upload_becomes_playable(site: Site, browser: Browser, trainer, film, kept_clean) -> None:
    site.spawn("worker-media", "manage.py", "media_worker", "--interval", "0.2")
    page = signed_in(browser, site, trainer)
    page.goto(f"{site.url}/admin/videos/upload/")
    page.locator("[data-file]").set_input_files(film)
    row = page.locator(".uploads__row")
    expect(row).to_contain_text("正在生成手机和电脑用的清晰度", timeout=120_000)
    shoot(page, "video-upload")
    row.get_by_role("link", name="打开").click(timeout=240_000)
    expect(page.locator("video")).to_be_visible()
    expect(page.locator("main")).to_contain_text("720p")
    shoot(page, "video-admin")
    assert Asset.objects.get().title == "区域活动"


def test_upload_goes_on_after_a_reload_where_it_stopped(
    site: Site, browser: Browser, trainer, film, tmp_path, kept_clean
) -> None:
    piece = settings.MEDIA_CHUNK_BYTES
    large = padded(film, tmp_path / "公开课.mp4", size=2 * piece + 5000)
    page = signed_in(browser, site, trainer)
    page.on("dialog", lambda dialog: dialog.accept())  # "leave this page?"
    page.route(f"**/uploads/*/?offset={piece}", lambda route: route.abort())
    page.goto(f"{site.url}/admin/videos/upload/")
    page.locator("[data-file]").set_input_files(large)
    expect(page.locator(".uploads__row")).to_contain_text("网络断了")
    assert [upload.received for upload in Upload.objects.all()] == [piece]

    page.reload()
    page.unroute_all()
    sent: list[str] = []
    page.on("request", lambda one: one.method == "PUT" and sent.append(one.url.split("?")[1]))
    with page.expect_response(lambda answer: answer.url.endswith(f"={2 * piece}")) as last:
        page.locator("[data-file]").set_input_files(large)
    assert last.value.json()["complete"]
    assert sent == [f"offset={piece}", f"offset={2 * piece}"]
    assert files.source_of(Asset.objects.get().pk).read_bytes() == large.read_bytes()


def test_file_without_a_picture_is_refused_in_words(
    site: Site, browser: Browser, trainer, tmp_path, kept_clean
) -> None:
    fake = tmp_path / "教案.mp4"
    fake.write_text("这是一份教案。" * 100)
    page = signed_in(browser, site, trainer)
    page.goto(f"{site.url}/admin/videos/upload/")
    page.locator("[data-file]").set_input_files(fake)
    expect(page.locator(".uploads__row")).to_contain_text("这不是视频文件")


def test_file_chosen_before_the_script_has_come_is_taken_up(
    site: Site, browser: Browser, trainer, tmp_path, kept_clean
) -> None:
    fake = tmp_path / "教案.mp4"
    fake.write_text("这是一份教案。" * 100)
    page = signed_in(browser, site, trainer)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/upload-*.js", hold)
    with page.expect_request("**/upload-*.js"):
        page.goto(f"{site.url}/admin/videos/upload/", wait_until="commit")
    page.locator("[data-file]").set_input_files(fake)
    held[0].continue_()
    expect(page.locator(".uploads__row")).to_contain_text("教案.mp4")


def test_watching_counts_and_goes_on_at_the_same_second(
    site: Site, browser: Browser, asset
) -> None:
    address = f"{site.url}/media/watch/{asset.pk}/"
    page = signed_in(browser, site, asset.uploaded_by, size="phone")
    page.goto(address)
    page.locator("[data-toggle]").click()
    until(page, "document.querySelector('video').currentTime > 4")
    page.locator("[data-toggle]").click()
    stopped_s = position(page)
    clock = re.compile(f"0:{int(stopped_s):02}")
    expect(page.locator("[data-state]")).to_contain_text(re.compile(f"已保存到 {clock.pattern}"))
    expect(page.locator("[data-covered]")).to_have_text(clock)
    coverage = Coverage.objects.get()
    [[start, end]] = coverage.spans
    assert start == 0
    assert abs(end / 1000 - stopped_s) < 0.5
    page.context.close()

    page = signed_in(browser, site, asset.uploaded_by, size="phone")
    page.goto(address)
    until(page, "document.querySelector('video').readyState >= 1")
    until(page, "document.querySelector('video').currentTime > 3")
    assert abs(position(page) - coverage.position_ms / 1000) < 1
    # To the end at twice the speed; all of it counts.
    page.locator("#rate").select_option("2")
    page.locator("[data-toggle]").click()
    until(page, "document.querySelector('video').ended")
    expect(page.locator("[data-hint]")).to_contain_text("已经看够了")
    # Enough is so much before all of it; the last report is on its way.
    expect(page.locator("[data-state]")).to_contain_text(f"已保存到 0:{SECONDS}")
    assert Coverage.objects.get().spans == [[0, asset.duration_ms]]


def test_the_browsers_own_hls_counts_and_goes_on_when_its_addresses_run_out(
    site: Site, browser: Browser, asset
) -> None:
    page = signed_in(browser, site, asset.uploaded_by, size="phone")
    # As on an iPhone: without MediaSource hls.js steps aside. Chromium brings an HLS of its own.
    page.add_init_script("delete window.MediaSource; delete window.ManagedMediaSource;")
    held: list[Route] = []
    renewed: list[float] = []

    def last_segments(route: Route) -> None:
        """Asked for long before they are shown: kept waiting, refused, and given once there are new addresses."""
        if renewed:
            route.continue_()
        else:
            held.append(route)

    def links(route: Route) -> None:
        renewed.append(position(page))
        route.continue_()

    page.route(re.compile(r"/media/hls/.*/0000[34]\.m4s$"), last_segments)
    page.route("**/media/links/**", links)
    page.goto(f"{site.url}/media/watch/{asset.pk}/")
    page.locator("#rate").select_option("2")
    page.locator("[data-toggle]").click()
    until(page, "document.querySelector('video').currentTime > 4")
    for route in held:
        route.fulfill(status=403)
    until(page, "document.querySelector('video').ended")
    assert "blob:" not in page.evaluate("document.querySelector('video').currentSrc")
    [stopped_at] = renewed
    assert stopped_at > 4
    assert page.evaluate("document.querySelector('video').playbackRate") == 2
    expect(page.locator("[data-hint]")).to_contain_text("已经看够了")
    expect(page.locator("[data-state]")).to_contain_text(f"已保存到 0:{SECONDS}")
    assert Coverage.objects.get().covered_ms >= asset.duration_ms - 100


def test_what_was_watched_without_a_line_is_sent_when_it_is_back(
    site: Site, browser: Browser, asset
) -> None:
    page = signed_in(browser, site, asset.uploaded_by, size="phone")
    page.goto(f"{site.url}/media/watch/{asset.pk}/")
    toggle, state = page.locator("[data-toggle]"), page.locator("[data-state]")
    toggle.click()
    until(page, "document.querySelector('video').currentTime > 1")
    # No answer, neither yes nor no: after some seconds it is not called saved.
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/media/report/**", hold)
    with page.expect_request("**/media/report/**"):
        toggle.click()
    expect(state).to_contain_text("先记在这台设备上，还在计")
    shoot(page, "video-not-saved-phone", full_page=False)
    for route in held:
        route.continue_()
    expect(state).to_contain_text("已保存到")
    page.unroute("**/media/report/**")
    toggle.click()
    # As much as is then played without a line has come.
    until(page, "document.querySelector('video').buffered.end(0) > 8")
    page.context.set_offline(True)
    until(page, "document.querySelector('video').currentTime > 6")
    page.locator("[data-toggle]").click()
    expect(page.locator("[data-state]")).to_contain_text("先记在这台设备上，还在计")
    assert not WatchReport.objects.filter(accepted__0__1__gte=6000).exists()
    page.context.set_offline(False)
    expect(page.locator("[data-state]")).to_contain_text(re.compile("已保存到 0:(0[6-9]|1)"))
    assert Coverage.objects.get().covered_ms >= 6000


def test_reports_outlive_the_page(site: Site, browser: Browser, asset) -> None:
    page = signed_in(browser, site, asset.uploaded_by, size="phone")
    # A line that is cut, not a browser that says it is offline: what a page sends while it closes may pass by that.
    with line_to(int(site.url.rsplit(":", 1)[1])) as line:
        watch = f"{line.url}/media/watch/{asset.pk}/"
        page.goto(watch, wait_until="networkidle")
        line.cut()
        page.locator("[data-toggle]").click()
        until(page, "document.querySelector('video').currentTime > 4")
        page.goto("about:blank")
        assert not WatchReport.objects.exists()
        line.mend()
        page.goto(watch)
        expect(page.locator("[data-state]")).to_contain_text("已保存到")
        assert Coverage.objects.get().covered_ms >= 3500
        until(page, "document.querySelector('video').currentTime > 3")


def test_counting_stops_after_ninety_seconds_and_goes_on_with_the_line(
    site: Site, browser: Browser, asset
) -> None:
    page = signed_in(browser, site, asset.uploaded_by, size="phone")
    page.clock.install()
    page.goto(f"{site.url}/media/watch/{asset.pk}/")
    page.locator("[data-toggle]").click()
    until(page, "document.querySelector('video').currentTime > 2")
    page.route("**/media/report/**", lambda route: route.abort())
    until(page, "document.querySelector('video').currentTime > 4")
    page.clock.fast_forward(95_000)
    expect(page.locator("[data-state]")).to_contain_text("已停止计时")
    expect(page.locator("[data-notice]")).to_contain_text("断网超过 90 秒")
    shoot(page, "video-stopped-phone", full_page=False)
    page.unroute("**/media/report/**")
    page.locator("[data-retry]").click()
    expect(page.locator("[data-state]")).to_contain_text("已保存到")


def test_gaps_can_be_played_and_keys_act(site: Site, browser: Browser, asset) -> None:
    page = signed_in(browser, site, asset.uploaded_by)
    page.goto(f"{site.url}/media/watch/{asset.pk}/")
    until(page, "document.querySelector('video').readyState >= 2")
    # Single keys are the player's only while it has the focus; a click on the picture gives it to them.
    page.locator("main").focus()
    page.keyboard.press("k")
    assert page.evaluate("document.querySelector('video').paused")
    page.locator("[data-middle]").click()
    until(page, "document.querySelector('video').currentTime > 0.5")
    page.keyboard.press("k")
    until(page, "document.querySelector('video').paused")
    page.keyboard.press("Space")
    until(page, "document.querySelector('video').currentTime > 1.5")
    page.keyboard.press("l")
    until(page, "document.querySelector('video').currentTime > 11")
    page.keyboard.press("k")
    hint = page.locator("[data-hint]")
    expect(hint.get_by_role("button").first).to_be_visible()
    hint.get_by_role("button").first.click()
    until(page, "document.querySelector('video').currentTime < 4")
    box = page.locator("[data-bar] svg").bounding_box()
    page.locator("[data-bar] svg").click(position={"x": box["width"] * 0.5, "y": 5})
    until(page, "document.querySelector('video').currentTime < 6")
    covered = Coverage.objects.get().covered_ms
    assert covered < 8000, "what was jumped over does not count"


@pytest.mark.parametrize("size", SIZES)
def test_player_looks(site: Site, browser: Browser, asset, size: str) -> None:
    page = signed_in(browser, site, asset.uploaded_by, size=size)
    address = f"{site.url}/media/watch/{asset.pk}/"
    check_looks(page, address, f"video-{size}", themes=THEMES, most_bytes=FILM_BYTES)


@pytest.fixture
def course(trainer, asset) -> CoursePage:
    """Two modules: the video, and the same provider's other one."""
    other = AssetFactory(provider=trainer.provider, title="第二个视频")
    moderator = DutyFactory(kind="moderator", provider=trainer.provider).person
    sync_groups(moderator, timezone.localdate())
    modules = [
        Module(kind="media.video", ref=str(one.pk), title=one.title, minimum=Decimal("0.8"))
        for one in (asset, other)
    ]
    draft = Draft(
        title="区域活动", summary="材料", hours=Hours(100), offscreen_minutes=45, modules=modules
    )
    return create_course(
        trainer=trainer, moderator=moderator, provider=trainer.provider, draft=draft
    )


@pytest.mark.parametrize("size", SIZES)
def test_page_around_the_video_follows_while_it_is_open(
    site: Site, browser: Browser, course: CoursePage, size: str
) -> None:
    person = PersonFactory()
    enrol(person=person, course=course, at=timezone.now())
    step = course.versions.get().steps[0]
    page = signed_in(browser, site, person, size=size)
    page.goto(f"{site.url}/courses/{course.key}/steps/{step.key}/", wait_until="networkidle")
    side, on = page.locator("#step-side"), page.locator("#step-nav a[rel=next]")
    expect(side).to_contain_text("0 / 2")
    expect(on).not_to_have_class(re.compile("btn--primary"))
    page.locator("#rate").select_option("2")
    page.locator("[data-toggle]").click()
    until(page, "document.querySelector('video').currentTime > 3")
    page.locator("[data-toggle]").click()
    expect(side).to_contain_text("看了 0:0")
    expect(side).to_contain_text("0 / 2")
    page.locator("[data-toggle]").click()
    until(page, "document.querySelector('video').ended")

    expect(side).to_contain_text("1 / 2")
    expect(side.locator(".item").first).to_contain_text("已完成")
    expect(on).to_have_class(re.compile("btn--primary"))
    news = page.locator("[role=status]").filter(has_text="2 个模块学完了 1 个")
    expect(news).to_have_count(1)
    assert shifted(page) < 0.01
    assert serious_violations(page) == []
    shoot(page, f"step-done-{size}")
    on.click()
    expect(page.get_by_role("heading", name="第二个视频")).to_be_visible()
