"""The story of a live lesson in Chromium against the product's real processes: planned, given, counted, seen again.

One journey, told in the order in which it happens; screenshots are kept in that order under var/screenshots.
"""

import io
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect

from courses.domain.catalogue import ensure_provider_page
from lms.people.enums import DutyKind
from lms.people.models import Person
from lms.testing.factories import AccreditationFactory, ProviderFactory
from lms.testing.plugin import Site
from tests.journeys.acts import (
    add_module,
    hand_in,
    open_actions,
    say_what_it_is,
    sign_in_by_password,
    somebody,
    until,
)
from tests.journeys.line import Line, line_to
from tests.journeys.looks import (
    SIZES,
    THEMES,
    check_looks,
    serious_violations,
    shoot,
    sideways,
    signed_in,
)
from tests.lms.web.school import make_school, teacher_at

pytestmark = pytest.mark.journey

TITLE = "新入园家长，第一次怎么谈"
QUESTION = "爷爷奶奶接送的，这三句话跟谁说？"
POLL, WRONG, RIGHT = "家长来了先做什么？", "先讲道理", "先说孩子今天做到了什么"
CHAT = "笔记跟上了"
DRAFT, TWICE = "跟接的人说，另写一张便条", "爷爷奶奶来接，怎么说？"
#: Of the lesson, that the course asks for.
SHARE = 0.2

NOT_BLACK = """(() => {
  const picture = document.querySelector("%s");
  const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 36 });
  const context = canvas.getContext("2d");
  context.drawImage(picture, 0, 0, 64, 36);
  const { data } = context.getImageData(0, 0, 64, 36);
  let least = 255, most = 0;
  for (let at = 0; at < data.length; at += 4) {
    const light = (data[at] + data[at + 1] + data[at + 2]) / 3;
    least = Math.min(least, light);
    most = Math.max(most, light);
  }
  return most - least > 40;
})()"""
"""A picture with light and dark in it: neither black nor empty."""

HEAR = """(() => {
  window.heard = [];
  const hear = (changes) => {
    for (const { target, addedNodes } of changes) {
      if (!target.closest("[role=status], [role=alert]")) continue;
      for (const one of addedNodes) window.heard.push(one.textContent);
    }
  };
  new MutationObserver(hear).observe(document.body, { subtree: true, childList: true });
})()"""
"""What a screen reader is given to say."""


@dataclass
class Story:
    """Where it plays, and with whom."""

    site: Site
    browser: Browser
    line: Line
    trainer: Person
    moderator: Person
    #: One with a phone who answers, one at a desk who does not.
    answers: Person
    idles: Person
    shots: int = 0
    said: list[str] = field(default_factory=list)

    def page_of(self, person: Person, size: str) -> Page:
        """Somebody's own browser, signed in before."""
        page = signed_in(self.browser, self.site, person, size=size)
        page.on("pageerror", lambda error: self.said.append(str(error)))
        return page

    def name_of(self, scene: str) -> str:
        """A screenshot's name, numbered in the order of the story."""
        self.shots += 1
        return f"lesson-{self.shots:02d}-{scene}"

    def keep(self, page: Page, scene: str) -> None:
        """Keep what a page shows whose looks other tests judge."""
        shoot(page, self.name_of(scene))

    def look(self, page: Page, scene: str, *, also: str = "", themes: Collection[str] = ()) -> None:
        """Keep what the page shows now, and demand what every page must keep; `also` at another size."""
        name = self.name_of(scene)
        # What was last clicked may have left a control half under the bar at the top.
        page.evaluate("window.scrollTo(0, 0)")
        for seen in [f"{name}-{theme}" for theme in themes] or [name]:
            if themes:
                page.emulate_media(color_scheme=seen.rsplit("-", 1)[1])  # type: ignore[arg-type]  # one of THEMES
            shoot(page, seen, full_page=not self._is_room(page))
            assert (seen, serious_violations(page), sideways(page)) == (seen, [], 0)
        if themes:
            page.emulate_media(color_scheme="light")
        if also:
            self._shoot_at(page, also, f"{name}-{also}")

    def _shoot_at(self, page: Page, size: str, name: str) -> None:
        was = page.viewport_size
        assert was is not None
        width, height = SIZES[size]
        page.set_viewport_size({"width": width, "height": height})
        shoot(page, name)
        assert (name, sideways(page)) == (name, 0)
        page.set_viewport_size(was)

    def _is_room(self, page: Page) -> bool:
        # A composer stands at the foot of the screen there: what counts is what fits in.
        return (
            page.locator("[data-composer]").count() > 0
            and page.locator("[data-studio]").count() == 0
        )


@pytest.fixture
def story(site: Site, browser: Browser, lessons_kept_clean: None) -> Iterator[Story]:
    """A provider with a trainer and a moderator, a school with two teachers; worker and clock run beside the web."""
    provider = ProviderFactory(name="京师学前教育研修中心", slug="jingshi")
    ensure_provider_page(provider)
    school = make_school()
    AccreditationFactory(provider=provider, bureau=school.school.get_root())
    site.start_worker("default")
    site.spawn("clock", "manage.py", "clock", "--interval", "0.5")
    with line_to(int(site.url.rsplit(":", 1)[1])) as line:
        yield Story(
            site=site,
            browser=browser,
            line=line,
            trainer=somebody("程砚秋", DutyKind.TRAINER, provider=provider),
            moderator=somebody("顾清和", DutyKind.MODERATOR, provider=provider),
            answers=school.teacher,
            idles=teacher_at(school.school, "周亦安"),
        )


def test_a_lesson_is_planned_given_counted_and_seen_again(story: Story) -> None:
    trainer = sign_in_by_password(story.browser, story.line.url, story.trainer.email or "")
    trainer.on("pageerror", lambda error: story.said.append(str(error)))
    link = plan_the_lesson(story, trainer)
    put_it_into_a_course(story, trainer)
    publish_the_course(story)

    phone = story.page_of(story.answers, "phone")
    join_by_the_course(story, phone)
    check_devices_and_go_on_air(story, trainer)
    desk = story.page_of(story.idles, "desk")
    join_by_link(story, desk, link)
    for viewer in (phone, desk):
        see_the_picture(viewer, since=0)

    sign_in_asked(story, trainer, phone, desk)
    chat(story, phone, desk)
    ask_vote_and_answer(story, trainer, phone, desk)
    answer_a_card(story, trainer, phone, desk)
    mute(story, trainer, phone)
    the_line_drops_and_comes_back(story, trainer, phone, desk)

    end_the_lesson(story, trainer, phone, desk)
    see_the_replay_at_once(story, phone)
    report_agrees_with_the_panels(story, trainer, phone, desk)
    hours_wait_with_their_why(story, phone)
    make_up_by_the_replay(story, desk, link)
    minutes_are_counted_once(story, trainer, phone, desk)
    assert story.said == []


# --- 1. The plan -----------------------------------------------------------------------------------------------------


def plan_the_lesson(story: Story, page: Page) -> str:
    """The link by which learners come in."""
    page.get_by_role("link", name="直播").first.click()
    page.get_by_role("link", name="安排直播课").first.click()
    page.get_by_label("标题").fill(TITLE)
    page.get_by_label("开始时间").fill(f"{timezone.localtime():%Y-%m-%dT%H:%M}")
    story.keep(page, "plan-form")
    page.get_by_role("button", name="安排这节课").click()
    link = page.locator(".joinurl a")
    expect(link).to_have_attribute("href", re.compile(re.escape(story.site.url)))
    story.look(page, "planned", also="phone")
    return str(link.get_attribute("href"))


def put_it_into_a_course(story: Story, page: Page) -> None:
    page.goto(f"{story.line.url}/admin/")
    page.get_by_role("link", name="课程", exact=True).click()
    page.locator("header").get_by_role("link", name="添加").first.click()
    page.locator("#id_title").fill(TITLE)
    page.locator("#id_summary").fill("听、看、再开口。")
    add_module(page, "直播课", 0, TITLE, "选择直播课", TITLE)
    page.locator("#modules-0-value-activity-minimum").fill(str(SHARE))
    story.keep(page, "course-editor")
    page.get_by_role("tab", name="学时与对象").click()
    say_what_it_is(page, hours="1")
    hand_in(page)


def publish_the_course(story: Story) -> None:
    page = sign_in_by_password(story.browser, story.site.url, story.moderator.phone or "")
    page.get_by_role("link", name="1 门课等您审核").click()
    page.get_by_role("link", name=TITLE).first.click()
    open_actions(page)
    page.get_by_role("button", name="批准").first.click()
    expect(page.locator(".messages")).to_contain_text(TITLE)
    page.context.close()


# --- 2. On air -------------------------------------------------------------------------------------------------------


def join_by_the_course(story: Story, page: Page) -> None:
    page.goto(f"{story.site.url}/courses/")
    page.get_by_role("link", name=TITLE).click()
    page.get_by_role("button", name="报名").click()
    room = page.get_by_role("link", name="进入直播间")
    enter = page.get_by_role("link", name="开始学习").or_(room).first
    expect(enter).to_be_visible()
    if not room.count():
        enter.click()
    story.keep(page, "module")
    room.click()
    expect(page.locator("[data-over]")).to_contain_text("直播还没有开始")
    check_looks(page, page.url, story.name_of("waiting"), themes=THEMES)
    expect(page.locator("[data-mine-saved]")).to_have_text("在场，已保存")


def check_devices_and_go_on_air(story: Story, page: Page) -> None:
    page.goto(f"{story.line.url}/live/")
    page.get_by_role("link", name="进直播间").click()
    for source in ("camera", "microphone"):
        expect(page.locator(f"[data-source={source}]")).to_have_attribute("aria-pressed", "true")
    until(page, "document.querySelectorAll('[data-levels] .lit').length > 0")
    until(page, NOT_BLACK % "[data-canvas]")
    page.locator("[data-size]").select_option("360")
    story.look(page, "device-check", also="phone")
    page.get_by_role("button", name="开始直播").click()
    expect(page.locator("[data-live]")).to_contain_text("直播中")
    expect(page.locator("[data-recorded]")).to_contain_text(re.compile(r"已存 ([3-9]|\d\d) 段"))


def join_by_link(story: Story, page: Page, link: str) -> None:
    """Who does not take the course yet is told so, and comes in by the same link once they do."""
    page.goto(link)
    expect(page.locator("main")).to_contain_text("报名")
    story.look(page, "link-refused", also="phone")
    page.goto(f"{story.site.url}/courses/")
    page.get_by_role("link", name=TITLE).click()
    page.get_by_role("button", name="报名").click()
    page.wait_for_load_state()
    page.goto(link)


def see_the_picture(page: Page, *, since: float) -> None:
    """It moves, and there is something to be seen in it."""
    until(page, f"document.querySelector('video').currentTime > {since} + 1")
    until(page, NOT_BLACK % "video")
    expect(page.locator("[data-live]")).to_have_text(re.compile(r"直播中 \d+:\d\d"))
    expect(page.locator("[data-over]")).to_be_hidden()


# --- 3. The room -----------------------------------------------------------------------------------------------------


def sign_in_asked(story: Story, trainer: Page, phone: Page, desk: Page) -> None:
    """Both are asked; one answers."""
    trainer.locator("#st-room").click()
    form = trainer.locator("[data-signin-form]")
    form.locator("select").select_option("30")
    form.get_by_role("button").click()
    expect(desk.locator("[data-signin-here]")).to_be_visible()
    expect(phone.locator("[data-signin-title]")).to_have_text(re.compile(r"签到：还有 \d+ 秒"))
    expect(phone.locator("[data-signin-words]")).to_contain_text("答了这次，签到就够了")
    story.look(phone, "sign-in")
    phone.locator("[data-signin-here]").click()
    expect(phone.locator("[data-signin-title]")).to_have_text("已签到")
    # What was pressed has gone: whoever works by keyboard stays in the box.
    expect(phone.locator("[data-signin-title]")).to_be_focused()
    expect(phone.locator("[data-mine-signins]")).to_contain_text("签到 1 次，已答 1 次")
    expect(trainer.locator("[data-signin-now]")).to_contain_text("1 人已答")
    trainer.locator("[data-who] summary").click()
    expect(trainer.locator("[data-who-list]")).to_have_text(story.idles.name)
    story.keep(trainer, "who-signed-in")
    trainer.locator("[data-who] summary").click()
    story.look(desk, "sign-in")
    picture, side = (desk.locator(one).bounding_box() for one in (".player", ".room__side"))
    assert picture is not None
    assert side is not None
    assert picture["x"] + picture["width"] < side["x"], "beside, not below"


def chat(story: Story, phone: Page, desk: Page) -> None:
    phone.locator("#rt-chat").click()
    phone.locator("[data-composer] input").fill(CHAT)
    phone.keyboard.press("Enter")
    desk.locator("#rt-chat").click()
    expect(desk.locator("[data-chat] li")).to_contain_text(CHAT)


def ask_vote_and_answer(story: Story, trainer: Page, phone: Page, desk: Page) -> None:
    for viewer in (phone, desk):
        viewer.locator("#rt-qa").click()
    phone.locator("[data-composer] input").fill(QUESTION)
    phone.locator("[data-composer] [type=submit]").click()
    expect(phone.locator("[data-questions]")).to_contain_text("待审")
    queue = trainer.locator("[data-queue]")
    queue.get_by_role("button", name="放出").click()
    # Whoever asks wants it answered; what is being written outlives the votes that come in.
    expect(phone.locator("[data-questions] .vote")).to_have_attribute("aria-pressed", "true")
    queue.get_by_role("button", name="书面答").click()
    draft = queue.locator("textarea")
    draft.fill(DRAFT)
    desk.locator("[data-questions] .vote").click()
    expect(phone.locator("[data-questions] .vote")).to_have_text("2")
    expect(queue.locator(".votes b")).to_have_text("2")
    expect(draft).to_be_focused()
    expect(draft).to_have_value(DRAFT)
    trainer.keyboard.press("Escape")
    expect(queue.get_by_role("button", name="现在讲")).to_be_focused()
    merge_what_is_asked_twice(trainer, phone, desk)
    queue.get_by_role("button", name="现在讲").click()
    expect(phone.locator("[data-questions]")).to_contain_text("正在讲")
    phone.locator("[data-hand]").click()
    expect(trainer.locator("[data-hands]")).to_contain_text(story.answers.name)
    story.look(trainer, "on-air", also="phone")
    queue.get_by_role("button", name="讲完了").click()
    for viewer in (phone, desk):
        expect(viewer.locator("[data-questions]")).to_contain_text(
            re.compile(r"录像 \d:\d\d 处已讲")
        )


def merge_what_is_asked_twice(trainer: Page, phone: Page, desk: Page) -> None:
    """Its votes go with it, and whoever asked reads into what; the keyboard stays in the list."""
    desk.locator("[data-composer] input").fill(TWICE)
    desk.keyboard.press("Enter")
    queue = trainer.locator("[data-queue]")
    queue.get_by_role("button", name="放出").click()
    twice = queue.locator("li", has_text=TWICE)
    # However long the list, it is one stop of the keyboard: arrow keys go from question to question.
    answers = queue.get_by_role("button", name="书面答")
    expect(answers).to_have_count(2)
    answers.first.press("ArrowDown")
    expect(answers.last).to_be_focused()
    assert [one.evaluate("one => one.tabIndex") for one in answers.all()] == [-1, 0]
    twice.get_by_role("button", name="合并到").click()
    twice.locator("form [type=submit]").press("Enter")
    expect(desk.locator("[data-questions]")).to_contain_text(f"已合并到：{QUESTION}")
    expect(phone.locator("[data-questions] li")).to_have_count(1)
    expect(queue.get_by_role("button", name="现在讲")).to_be_focused()


def answer_a_card(story: Story, trainer: Page, phone: Page, desk: Page) -> None:
    trainer.locator("[data-poll-form]").locator("..").locator("summary").click()
    form = trainer.locator("[data-poll-form]")
    form.locator("[name=title]").fill(POLL)
    for place, text in enumerate((WRONG, RIGHT)):
        form.locator("[name=option]").nth(place).fill(text)
    form.locator("[name=right]").nth(1).check()
    form.locator("[type=submit]").click()
    for viewer, choice in ((phone, RIGHT), (desk, WRONG)):
        viewer.locator("[data-poll] label", has_text=choice).click()
        viewer.locator("[data-poll] [type=submit]").click()
        expect(viewer.locator("[data-poll]")).to_contain_text("答案已记下")
    asked = trainer.locator("[data-poll-now]")
    expect(asked).to_contain_text("2 人作答")
    asked.get_by_role("button", name="结束并公布结果").click()
    for viewer in (phone, desk):
        expect(viewer.locator("[data-poll] tr").nth(1)).to_contain_text("50%")
    trainer.locator("[data-countdown-form] [type=submit]").click()
    expect(phone.locator("[data-room-countdown]")).to_contain_text(re.compile(r"中场休息\s*4:5\d"))
    story.look(phone, "card", themes=THEMES)


def mute(story: Story, trainer: Page, phone: Page) -> None:
    """Who is muted reads why."""
    phone.locator("#rt-chat").click()
    trainer.locator("#st-chat").click()
    line = trainer.locator("[data-chat] li")
    line.locator("summary").click()
    line.get_by_role("button", name="禁言 10 分钟").click()
    expect(phone.locator("[data-composer-hint]")).to_contain_text("让您先别发言")
    expect(phone.locator("[data-composer-left]")).to_have_text(re.compile(r"还有 (10:00|9:\d\d)"))
    story.look(phone, "muted")
    story.look(trainer, "chat")


def the_line_drops_and_comes_back(story: Story, trainer: Page, phone: Page, desk: Page) -> None:
    """By itself: nobody touches the page."""
    for viewer in (phone, desk):
        viewer.evaluate(HEAR)
    story.line.cut()
    expect(trainer.locator("[data-lost]")).to_contain_text("正在重连")
    for viewer in (phone, desk):
        expect(viewer.locator("[data-over]")).to_be_visible()
        expect(viewer.locator("[data-over]")).to_contain_text("老师正在重新连接")
    story.look(phone, "reconnecting")
    story.look(desk, "reconnecting")
    story.look(trainer, "line-lost", also="phone")
    late = desk.context.new_page()
    late.goto(desk.url)
    expect(late.locator("[data-over]")).to_contain_text("老师正在重新连接")
    late.close()
    stood = [
        float(viewer.evaluate("document.querySelector('video').currentTime"))
        for viewer in (phone, desk)
    ]
    story.line.mend()
    expect(trainer.locator("[data-lost]")).to_be_hidden()
    expect(trainer.locator("[data-live]")).to_be_visible()
    for viewer, since in zip((phone, desk), stood, strict=True):
        see_the_picture(viewer, since=since)
    for viewer in (phone, desk):
        assert viewer.evaluate("window.heard").count("老师正在重新连接") == 1
    expect(desk.locator("[data-signin]")).to_be_hidden()
    expect(desk.locator("[data-mine-signins]")).to_contain_text("看回放才计入")
    story.look(desk, "back-again")


# --- 4. What it came to ----------------------------------------------------------------------------------------------


def end_the_lesson(story: Story, trainer: Page, phone: Page, desk: Page) -> None:
    trainer.locator("[data-end]").click()
    trainer.locator("[data-end-dialog] [value=end]").click()
    trainer.wait_for_url("**/live/*/")
    for viewer in (phone, desk):
        expect(viewer.locator("[data-over]")).to_be_visible()
        expect(viewer.locator("[data-over]")).to_contain_text("直播已结束")
        expect(viewer.locator("[data-mine-saved]")).to_contain_text("按这个数结算")
    story.look(phone, "over")
    story.look(desk, "over")


def see_the_replay_at_once(story: Story, page: Page) -> None:
    """A few seconds of what was attended: in another page, for the first one keeps its last figures."""
    again = page.context.new_page()
    again.goto(page.url)
    until(again, "document.querySelector('video').readyState >= 2")
    again.locator("[data-toggle]").click()
    until(again, "document.querySelector('video').currentTime > 3")
    until(again, NOT_BLACK % "video")
    with again.expect_response("**/live/replayed/**") as told:
        again.locator("[data-toggle]").click()
    assert told.value.ok
    story.look(again, "replay")
    again.close()


def report_agrees_with_the_panels(story: Story, trainer: Page, phone: Page, desk: Page) -> None:
    """Settled without anybody's doing; each finds the figure that the own page showed last."""
    trainer.get_by_role("link", name="报告").click()
    expect(line_of(trainer, story.answers)).to_be_visible()
    expect(trainer.locator("[data-settling]")).to_have_count(0)
    book = openpyxl.load_workbook(io.BytesIO(downloaded(trainer, "导出 Excel")))
    sheet = {row[0]: row for row in book.worksheets[0].iter_rows(min_row=3, values_only=True)}
    for person, viewer, state, answered in (
        (story.answers, phone, "已参加", 1),
        (story.idles, desk, "签到不够", 0),
    ):
        line = line_of(trainer, person)
        expect(line).to_contain_text(state)
        there = line.locator("[data-label=直播]").inner_text()
        expect(viewer.locator("[data-mine-minutes]")).to_have_text(there)
        expect(viewer.locator("[data-mine-signins]")).to_contain_text(
            f"签到 1 次，已答 {answered} 次"
        )
        expect(line.locator("[data-label=签到]")).to_have_text(f"{answered} / 1")
        minutes, seconds = map(int, there.split(":"))
        written = sheet[person.name]
        assert (written[1], written[2]) == (state, round((60 * minutes + seconds) / 60, 1))
        assert (written[7], written[8], written[10]) == (answered, 1, 1)
    expect(line_of(trainer, story.answers).locator("[data-label=计入]")).to_contain_text(
        "100% / 20%"
    )
    expect(line_of(trainer, story.idles).locator("[data-label=计入]")).to_contain_text("0% / 20%")
    story.look(trainer, "report", also="phone")


def line_of(page: Page, person: Person) -> Locator:
    return page.locator("tbody tr", has=page.get_by_role("rowheader", name=person.name))


def downloaded(page: Page, name: str) -> bytes:
    with page.expect_download() as downloading:
        page.get_by_role("link", name=name).click()
    return Path(downloading.value.path()).read_bytes()


def hours_wait_with_their_why(story: Story, page: Page) -> None:
    page.goto(f"{story.site.url}/hours/")
    expect(page.locator(".entry")).to_have_count(1)
    expect(page.locator(".entry")).to_contain_text("待确认")
    story.keep(page, "hours")
    page.locator(".entry").click()
    why = page.locator("#why")
    expect(why.get_by_role("heading", name="1")).to_be_visible()
    expect(why.locator("figure").filter(has_text=TITLE)).to_contain_text("在场 100%")
    story.keep(page, "hours-why")


def make_up_by_the_replay(story: Story, page: Page, link: str) -> None:
    """Who missed the sign-in has nothing yet; enough of the replay earns the same hours."""
    needed = re.search(r"需 (\d+):(\d\d)", page.locator("[data-mine-needed]").inner_text())
    assert needed is not None
    needed_s = 60 * int(needed[1]) + int(needed[2])
    page.goto(f"{story.site.url}/hours/")
    expect(page.locator(".entry")).to_have_count(0)
    page.goto(link)
    expect(page.locator("[data-counted]")).to_contain_text("已计入 0%")
    page.locator("[data-toggle]").click()
    # The slower the machine the longer the lesson was, and a share of it.
    shown = "document.querySelector('video').currentTime"
    until(page, f"{shown} > {needed_s + 1}", seconds=90 + needed_s)
    page.locator("[data-toggle]").click()
    expect(page.locator("[data-counted]")).to_contain_text("完成了")
    story.look(page, "made-up")
    page.goto(f"{story.site.url}/hours/")
    expect(page.locator(".entry")).to_contain_text("待确认")
    page.locator(".entry").click()
    expect(page.locator("#why figure")).to_contain_text("回放")
    story.keep(page, "hours-by-replay")


def minutes_are_counted_once(story: Story, trainer: Page, phone: Page, desk: Page) -> None:
    """The replay of what was attended adds nothing; of what was not, what was seen."""
    trainer.reload()
    expect(line_of(trainer, story.answers).locator("[data-label=回放]")).to_contain_text(
        re.compile("0:(0[2-9]|[1-5]\\d)")
    )
    expect(line_of(trainer, story.answers).locator("[data-label=计入]")).to_contain_text(
        "100% / 20%"
    )
    expect(line_of(trainer, story.idles).locator("[data-label=计入]")).to_contain_text(
        re.compile("[2-9]\\d% / 20%")
    )
    phone.goto(f"{story.site.url}/hours/")
    expect(phone.locator(".entry")).to_have_count(1)
    story.keep(trainer, "report-after")
