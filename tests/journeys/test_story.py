"""The story of the product in Chromium against its real processes: a teacher earns an hour, a school confirms it.

One journey, told in the order in which it happens; screenshots are kept in that order under var/screenshots.
"""

import io
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pymupdf
import pypdf
import pytest
import zxingcpp
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from courses.domain.catalogue import ensure_provider_page
from courses.models import CoursePage
from lms.credit.core.hours import Hours
from lms.people.enums import DutyKind
from lms.people.models import Person
from lms.testing.credit import booked
from lms.testing.factories import (
    AccreditationFactory,
    ProviderFactory,
)
from lms.testing.plugin import Site
from media.domain import files
from media.models import Asset
from tests.journeys.acts import (
    add_module,
    hand_in,
    open_actions,
    say_what_it_is,
    sign_in_by_password,
    somebody,
    until,
)
from tests.journeys.looks import MOST_BYTES, SCREENSHOTS, check_looks, open_page
from tests.lms.web.school import School, days_ago, make_school, teacher_at
from tests.media.conftest import make_clip

pytestmark = pytest.mark.journey

SECONDS = 14
PROVIDER = "京师学前教育研修中心"
TITLE = "师德师风：与幼儿说话的分寸"
FILM, PAPER = "说话之前先蹲下来", "分寸小测"
REASON = "提供方当天未认定，请换一门"
#: Both sizes and both themes, in two visits; every page is seen in all four by the tests of its own.
LOOKS = (("desk", "light"), ("phone", "dark"))
CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0002ffff]+")


@dataclass
class Story:
    """Where it plays, and with whom."""

    site: Site
    browser: Browser
    trainer: Person
    moderator: Person
    school: School
    film: Path
    shots: int = 0

    def open(self, size: str = "desk") -> Page:
        """Somebody's own browser."""
        return open_page(self.browser, size=size)

    def name_of(self, scene: str) -> str:
        """A screenshot's name, numbered in the order of the story."""
        self.shots += 1
        return f"story-{self.shots:02d}-{scene}"

    def shoot(self, page: Page, scene: str) -> None:
        """Keep a screenshot of the page as it stands."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENSHOTS / f"{self.name_of(scene)}.png", full_page=True)

    def look(self, page: Page, scene: str, *, most_bytes: int = MOST_BYTES) -> None:
        """Visit where `page` is for the first time, as the same person, on a desk and on a phone."""
        name, cookies = self.name_of(scene), page.context.cookies()
        for size, theme in LOOKS:
            fresh = open_page(self.browser, size=size, theme=theme)
            fresh.context.add_cookies(cookies)  # type: ignore[arg-type]  # what it gave is what it takes
            sent: list[float] = []
            wire = fresh.context.new_cdp_session(fresh)
            wire.send("Network.enable")
            wire.on(
                "Network.loadingFinished",
                lambda one, sent=sent: sent.append(one["encodedDataLength"]),
            )
            check_looks(fresh, page.url, f"{name}-{size}-{theme}", most_bytes=most_bytes)
            assert 0 < sum(sent) < most_bytes, f"{name}: {sum(sent)} bytes over the wire"
            fresh.context.close()

    def code_sent_to(self, person: Person) -> str:
        """The six digits that the web process printed for a phone."""
        log = (self.site.log_dir / "web.log").read_text()
        return re.findall(rf"SMS {re.escape(person.phone or '')}: \D*(\d{{6}})\D", log)[-1]


@pytest.fixture
def story(
    site: Site, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Story]:
    """A provider with a trainer and a moderator, a school with a teacher and a verifier; both workers run."""
    provider = ProviderFactory(name=PROVIDER, slug="jingshi")
    ensure_provider_page(provider)
    school = make_school()
    AccreditationFactory(provider=provider, bureau=school.school.get_root())
    made = Story(
        site=site,
        browser=browser,
        trainer=somebody("程砚秋", DutyKind.TRAINER, provider=provider),
        moderator=somebody("顾清和", DutyKind.MODERATOR, provider=provider),
        school=school,
        film=make_clip(tmp_path_factory.mktemp("story") / f"{FILM}.mp4", seconds=SECONDS),
    )
    Person.objects.filter(pk=made.school.teacher.pk).update(name="欧阳䶮")
    made.school.teacher.refresh_from_db()
    site.spawn("worker-media", "manage.py", "media_worker", "--interval", "0.2")
    site.start_worker("default")
    yield made
    for asset in Asset.objects.all():
        shutil.rmtree(files.folder_of(asset.pk), ignore_errors=True)


def test_a_teacher_earns_hours_and_the_school_confirms_them(story: Story) -> None:
    trainer = sign_in_by_password(story.browser, story.site.url, story.trainer.email or "")
    upload_the_film(story, trainer)
    write_the_quiz(story, trainer)
    build_the_course(story, trainer)
    publish_the_course(story)

    teacher = sign_in_by_code(story)
    find_the_course(story, teacher)
    teacher = watch_in_two_goes(story, teacher)
    pass_the_quiz(story, teacher)
    hours_are_pending(story, teacher)
    change_language_and_back(story, teacher)

    decide_at_the_desk(story)
    link = download_the_certificate(story, teacher)
    check_in_public(story, link)


# --- 1. The course ---------------------------------------------------------------------------------------------------


def upload_the_film(story: Story, page: Page) -> None:
    story.look(page, "home-trainer")
    page.get_by_role("link", name="编写、修改、提交课程").click()
    page.get_by_role("link", name="视频", exact=True).click()
    page.get_by_role("link", name="上传视频").click()
    page.locator("[data-file]").set_input_files(story.film)
    row = page.locator(".uploads__row")
    expect(row).to_contain_text(
        re.compile(r"正在生成手机和电脑用的清晰度 [1-9]\d?%"), timeout=120_000
    )
    story.shoot(page, "transcoding")
    row.get_by_role("link", name="打开").click(timeout=240_000)
    expect(page.locator("main")).to_contain_text("720p")
    page.wait_for_load_state("networkidle")
    story.shoot(page, "playable")


def write_the_quiz(story: Story, page: Page) -> None:
    page.get_by_role("link", name="测验", exact=True).click()
    page.locator("header").get_by_role("link", name="添加").first.click()
    page.locator("#id_title").fill(PAPER)
    # The button for another question is there before the script that adds one.
    page.wait_for_load_state()
    questions = [
        ("单选题", "和孩子说话之前先做什么？", "*蹲下来，和他一样高\n先讲道理"),
        ("多选题", "哪些话可以说？", "*我看见你难过了\n*你愿意说说吗\n再哭就不要你了"),
        ("判断题", "先听完，再回应。", "对"),
    ]
    for number, (kind, text, lines) in enumerate(questions):
        if number:
            page.get_by_role("button", name=re.compile("^(增加|添加) ?题目")).click()
        page.locator(f"#id_questions-{number}-kind").select_option(label=kind)
        page.locator(f"#id_questions-{number}-text").fill(text)
        page.locator(f"#id_questions-{number}-lines").fill(lines)
    story.shoot(page, "quiz-editor")
    page.get_by_role("button", name="创建").click()
    expect(page.get_by_role("link", name=PAPER)).to_be_visible()


def build_the_course(story: Story, page: Page) -> None:
    page.get_by_role("link", name="课程", exact=True).click()
    page.locator("header").get_by_role("link", name="添加").first.click()
    page.locator("#id_title").fill(TITLE)
    page.locator("#id_summary").fill("说话之前先蹲下来：听、看、再开口。")
    add_module(page, "视频", 0, FILM, "选择视频", FILM)
    page.locator("#modules-0-value-activity-minimum").fill("0.9")
    add_module(page, "测验", 1, PAPER, "选一份测验", PAPER)
    page.locator("#modules-1-value-activity-minimum").fill("60")
    story.shoot(page, "course-editor")
    page.get_by_role("tab", name="学时与对象").click()
    say_what_it_is(page, hours="1.5")
    page.locator("#id_offscreen_minutes").fill("90")
    story.shoot(page, "course-hours")
    hand_in(page)
    assert not CoursePage.objects.get().live
    page.context.close()


def publish_the_course(story: Story) -> None:
    page = sign_in_by_password(story.browser, story.site.url, story.moderator.phone or "")
    page.get_by_role("link", name="1 门课等您审核").click()
    page.get_by_role("link", name=TITLE).first.click()
    open_actions(page)
    story.shoot(page, "review")
    page.get_by_role("button", name="批准").first.click()
    expect(page.locator(".messages")).to_contain_text(TITLE)
    assert CoursePage.objects.get().live
    page.context.close()


# --- 2. The teacher --------------------------------------------------------------------------------------------------


def sign_in_by_code(story: Story) -> Page:
    page = story.open("phone")
    page.goto(f"{story.site.url}/")
    page.get_by_role("link", name="手机号登录").click()
    story.look(page, "signin")
    page.get_by_label("手机号", exact=True).fill(
        (story.school.teacher.phone or "").removeprefix("+86")
    )
    page.get_by_role("checkbox", name="我已读过").check()
    page.get_by_role("button", name="发送验证码").click()
    code = page.get_by_label("六位验证码")
    expect(code).to_be_visible()
    code.fill(story.code_sent_to(story.school.teacher))
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"{story.site.url}/")
    story.look(page, "home-teacher-new")
    return page


def find_the_course(story: Story, page: Page) -> None:
    page.locator(".tabbar").get_by_role("link", name="课程").click()
    for words in ("学前", "师德"):
        page.get_by_role("searchbox").fill(words)
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/courses/?q={quote(words)}*")
        expect(page.locator(".course__t")).to_have_text(TITLE)
        expect(page.locator(".course__by").first).to_have_text(PROVIDER)
    story.look(page, "catalogue")
    page.get_by_role("link", name=TITLE).click()
    story.look(page, "course")
    page.get_by_role("button", name="报名").click()
    video, begin = page.locator("video"), page.get_by_role("link", name="开始学习")
    expect(video.or_(begin).first).to_be_visible()
    if not video.count():
        begin.click()
    expect(video).to_be_visible()


def counted(page: Page) -> Locator:
    return page.locator("[data-state]")


def watch_in_two_goes(story: Story, page: Page) -> Page:
    address, state = page.url, page.context.storage_state()
    story.look(page, "lesson", most_bytes=5_000_000)
    until(page, "document.querySelector('video').readyState >= 2")
    page.locator("#rate").select_option("2")
    page.locator("[data-toggle]").click()
    until(page, f"document.querySelector('video').currentTime > {SECONDS / 2}")
    page.locator("[data-toggle]").click()
    left_at = page.evaluate("document.querySelector('video').currentTime")
    # As far as here, and not what a report has said on the way.
    expect(counted(page)).to_contain_text(f"已保存到 0:{int(left_at):02}")
    page.context.close()

    page = story.browser.new_context(
        viewport={"width": 390, "height": 844}, locale="zh-CN", has_touch=True, storage_state=state
    ).new_page()
    page.goto(f"{story.site.url}/")
    story.look(page, "home-teacher-midway")
    page.get_by_role("link", name="接着").first.click()
    page.wait_for_url(address)
    until(page, "document.querySelector('video').currentTime > 1")
    came_back_to = page.evaluate("document.querySelector('video').currentTime")
    assert abs(came_back_to - left_at) < 1
    story.shoot(page, "lesson-again")
    page.locator("#rate").select_option("2")
    page.locator("[data-toggle]").click()
    until(page, "document.querySelector('video').ended")
    expect(page.locator("[data-hint]")).to_contain_text("已经看够了")
    expect(page.locator("#step-side")).to_contain_text("1 / 2")
    story.shoot(page, "lesson-done")
    return page


def pass_the_quiz(story: Story, page: Page) -> None:
    page.get_by_role("link", name="下一个模块").click()
    story.look(page, "quiz")
    page.get_by_role("button", name="开始").click()
    for words in ("蹲下来，和他一样高", "我看见你难过了", "你愿意说说吗", "对"):
        page.get_by_label(words, exact=True).check()
    expect(page.locator("[data-quiz-state]")).to_have_text("已保存")
    page.get_by_role("button", name="交卷").click()
    expect(page.locator(".stat__num").first).to_contain_text("100")
    story.look(page, "quiz-passed")


# --- 3. The hours ----------------------------------------------------------------------------------------------------


def hours_are_pending(story: Story, page: Page) -> None:
    page.goto(f"{story.site.url}/")
    story.look(page, "home-teacher")
    page.locator(".tabbar").get_by_role("link", name="学时").click()
    expect(page.locator(".entry")).to_have_count(1)
    expect(page.locator(".entry")).to_contain_text("待确认")
    expect(page.locator(".stats")).to_contain_text("1.5")
    story.look(page, "hours")
    page.locator(".entry").click()
    why = page.locator("#why")
    expect(why.get_by_role("heading", name="1.5")).to_be_visible()
    expect(why.locator("figure").filter(has_text=FILM).locator("svg")).to_be_visible()
    expect(why.locator("figure").filter(has_text=PAPER)).to_contain_text("100")
    today = timezone.localdate()
    expect(why.locator(".sum")).to_contain_text(f"{today.month} 月 {today.day} 日")
    story.look(page, "hours-why")


def change_language_and_back(story: Story, page: Page) -> None:
    name = story.school.teacher.name
    content = [TITLE, FILM, PAPER, PROVIDER, str(story.school.school), name, name[0]]
    page.goto(f"{story.site.url}/")
    page.locator(".who").click()
    page.get_by_role("button", name="English").click()
    for path in ("/", "/hours/", "/courses/"):
        page.goto(f"{story.site.url}{path}")
        said = page.locator("body").inner_text()
        for words in (*content, "青禾教师研修", "简体中文"):
            said = said.replace(words, "")
        assert (path, CHINESE.findall(said)) == (path, [])
    story.shoot(page, "catalogue-english")
    page.locator(".who").click()
    page.get_by_role("button", name="简体中文").click()
    expect(page.locator("html")).to_have_attribute("lang", re.compile("zh", re.IGNORECASE))


# --- 4. The school ---------------------------------------------------------------------------------------------------


def colleagues_have_hours(school: School) -> None:
    for name in ("阿依古丽·吐尔逊", "周亦安"):
        other = teacher_at(school.school, name)
        booked(other, title="家园共育的三个边界", hours=Hours(100), at=days_ago(3))
        booked(other, title="绘本教学的初探", hours=Hours(200), at=days_ago(1))
    booked(school.teacher, title="某平台师德公开课", hours=Hours(100), at=days_ago(9))


def decide_at_the_desk(story: Story) -> None:
    colleagues_have_hours(story.school)
    page = sign_in_by_password(story.browser, story.site.url, story.school.verifier.phone or "")
    story.look(page, "home-verifier")
    page.goto(f"{story.site.url}/desk/")
    expect(page.locator(".queue > li")).to_have_count(6)
    story.look(page, "desk")
    evidence = page.locator("#evidence")

    page.locator(".queue a").filter(has_text=TITLE).click()
    expect(evidence.get_by_role("heading", name=TITLE)).to_be_visible()
    bar = evidence.locator("figure").filter(has_text=FILM)
    expect(bar.locator("svg")).to_be_visible()
    expect(bar).to_contain_text(f"0:{SECONDS}")
    story.look(page, "desk-evidence")
    evidence.get_by_role("button", name=re.compile(r"确认 1\.50? 学时")).click()
    expect(page.locator(".toast")).to_contain_text("已确认 1 笔")

    page.locator(".queue a").filter(has_text="某平台师德公开课").click()
    expect(evidence.get_by_role("heading", name="某平台师德公开课")).to_be_visible()
    evidence.get_by_role("button", name="退回").click()
    page.locator("#reject textarea").fill(REASON)
    page.locator("#reject").get_by_role("button", name="退回", exact=True).click()
    expect(page.locator(".toast")).to_contain_text("已退回 1 笔")

    expect(page.locator(".queue > li")).to_have_count(4)
    for row in page.locator(".queue .tickbox").all()[:3]:
        row.check()
    page.get_by_role("button", name="一起确认").click()
    expect(page.locator(".toast")).to_contain_text("已确认 3 笔")
    expect(page.locator(".queue > li")).to_have_count(1)
    story.shoot(page, "desk-after")
    page.context.close()


# --- 5. The certificate ----------------------------------------------------------------------------------------------


def download_the_certificate(story: Story, page: Page) -> str:
    """What the QR code on the downloaded certificate says."""
    page.goto(f"{story.site.url}/")
    story.look(page, "home-teacher-decided")
    page.locator(".tabbar").get_by_role("link", name="学时").click()
    page.locator(".entry").filter(has_text="某平台师德公开课").click()
    expect(page.locator("#why")).to_contain_text(REASON)
    story.look(page, "hours-rejected")
    page.goto(f"{story.site.url}/hours/")
    page.locator(".entry").filter(has_text=TITLE).click()
    expect(page.locator("#why")).to_contain_text("已确认")
    with page.expect_download() as downloading:
        page.get_by_role("link", name="下载").click()
    pdf = downloading.value.path().read_bytes()
    words = "".join(pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text().split())
    for said in (story.school.teacher.name, TITLE, "1.5", PROVIDER, story.school.school.name):
        assert said in words
    assert "未获认定" not in words
    pixels = pymupdf.open(stream=pdf)[0].get_pixmap(dpi=200)
    picture = Image.frombytes("RGB", (pixels.width, pixels.height), pixels.samples)
    picture.save(SCREENSHOTS / f"{story.name_of('certificate')}.png")
    (found,) = zxingcpp.read_barcodes(picture)
    assert found.text.startswith(f"{story.site.url}/check/")
    return str(found.text)


def check_in_public(story: Story, link: str) -> None:
    stranger = story.open("phone")
    stranger.goto(link)
    expect(stranger.get_by_role("heading", level=1)).to_have_text("这份证明是真的")
    for said in (story.school.teacher.name, TITLE, "1.5", PROVIDER):
        expect(stranger.locator(".paper")).to_contain_text(said)
    story.look(stranger, "check")
    forged = link[:-6] + ("AAAAAA" if link[-6:] != "AAAAAA" else "BBBBBB")
    stranger.goto(forged)
    expect(stranger.locator(".verdict--changed")).to_contain_text("改过")
    story.look(stranger, "check-changed")
    stranger.context.close()
