"""A lesson's room in Chromium: the host at a desk, a learner on a phone who takes part, one who does not."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from live.models.lesson import Lesson
from live.models.room import PromptAnswer
from lms.testing.factories import DutyFactory
from lms.testing.plugin import Site
from tests.factories.live import LessonFactory
from tests.journeys.looks import SCREENSHOTS, check_looks, serious_violations, sideways
from tests.journeys.test_video import signed_in

pytestmark = pytest.mark.journey


@pytest.fixture
def lesson(own_database) -> Lesson:
    return LessonFactory()


def kept(page: Page, name: str) -> None:
    """In both themes, and nothing in them that keeps anybody out."""
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        page.screenshot(path=SCREENSHOTS / f"{name}-{theme}.png", full_page=False)
        assert serious_violations(page) == [], (name, theme)
    assert sideways(page) == 0, name
    page.emulate_media(color_scheme="light")


def test_asked_voted_answered_signed_in_polled_and_muted(
    site: Site, browser: Browser, lesson: Lesson
) -> None:
    people = [DutyFactory(kind="moderator", provider=lesson.provider).person for _ in range(2)]
    watch = f"{site.url}{reverse('live:watch', args=[lesson.pk])}"
    phone, idle = (
        signed_in(browser, site, person, size=size)
        for person, size in zip(people, ("phone", "desk"), strict=True)
    )
    host = signed_in(browser, site, lesson.trainer)
    said: list[str] = []
    for page in (phone, idle, host):
        page.on("pageerror", lambda error: said.append(str(error)))
    check_looks(phone, watch, "room-phone-empty")
    idle.goto(watch)
    host.goto(f"{site.url}{reverse('live:studio', args=[lesson.pk])}")
    host.locator("#st-room").click()
    expect(phone.locator("[data-mine-saved]")).to_have_text("在场，已保存")

    # Asked on the phone, let through at the desk, wanted by another, answered live.
    phone.locator("[data-composer] input").fill("爷爷奶奶接送的，这三句话跟谁说？")
    phone.locator("[data-composer] [type=submit]").click()
    expect(phone.locator("[data-questions]")).to_contain_text("待审")
    expect(idle.locator("[data-questions] li")).to_have_count(0)
    host.locator("[data-queue]").get_by_role("button", name="放出").click()
    idle.locator("[data-questions] .vote").click()
    expect(idle.locator("[data-questions] .vote")).to_have_attribute("aria-pressed", "true")
    expect(phone.locator("[data-questions] .vote")).to_have_text("2")
    phone.locator("[data-hand]").click()
    expect(host.locator("[data-hands]")).to_contain_text(people[0].name)
    kept(host, "room-desk-questions")
    host.locator("[data-queue]").get_by_role("button", name="现在讲").click()
    expect(phone.locator("[data-questions]")).to_contain_text("正在讲")
    host.locator("[data-queue]").get_by_role("button", name="讲完了").click()
    expect(phone.locator("[data-questions]")).to_contain_text("已讲")

    # A sign-in: one is here, the other misses it.
    host.locator("[data-signin-form] [type=submit]").click()
    expect(phone.locator("[data-signin-title]")).to_have_text(re.compile(r"签到：还有 \d+ 秒"))
    kept(phone, "room-phone-signin")
    phone.locator("[data-signin-here]").click()
    expect(phone.locator("[data-signin-title]")).to_have_text("已签到")
    expect(host.locator("[data-signin-now]")).to_contain_text("1 人已答")
    expect(idle.locator("[data-signin-here]")).to_be_visible()

    # A poll, its results as bars for all.
    host.locator("[data-poll-form]").locator("..").locator("summary").click()
    form = host.locator("[data-poll-form]")
    form.locator("[name=title]").fill("家长来了先做什么？")
    for place, text in enumerate(("先听家长说", "先说孩子今天做到了什么")):
        form.locator("[name=option]").nth(place).fill(text)
    form.locator("[name=right]").nth(1).check()
    form.locator("[type=submit]").click()
    phone.locator("[data-poll] label").nth(1).click()
    phone.locator("[data-poll] [type=submit]").click()
    expect(phone.locator("[data-poll]")).to_contain_text("答案已记下")
    expect(host.locator("[data-poll-now]")).to_contain_text("1 人作答")
    host.locator("[data-poll-now]").get_by_role("button", name="结束并公布结果").click()
    expect(phone.locator("[data-poll] td.n").nth(2)).to_have_text("1 人")
    expect(phone.locator("[data-poll]")).to_contain_text("我选的")
    expect(idle.locator("[data-poll] tr").nth(1)).to_contain_text("100%")
    host.locator("[data-countdown-form] [type=submit]").click()
    expect(phone.locator("[data-room-countdown]")).to_contain_text(re.compile(r"中场休息\s*4:5\d"))
    kept(phone, "room-phone-poll")
    kept(idle, "room-wide-poll")
    picture, side = (idle.locator(one).bounding_box() for one in (".player", ".room__side"))
    assert picture is not None
    assert side is not None
    assert picture["x"] + picture["width"] < side["x"], "beside, not below"

    # Chat; then a learner is muted, and reads why.
    phone.locator("#rt-chat").click()
    phone.locator("[data-composer] input").fill("笔记跟上了")
    phone.keyboard.press("Enter")
    expect(phone.locator("[data-composer] input")).to_have_value("")
    host.locator("#st-chat").click()
    line = host.locator("[data-chat] li")
    expect(line).to_contain_text("笔记跟上了")
    line.locator("summary").click()
    line.get_by_role("button", name="禁言").click()
    expect(phone.locator("[data-composer-hint]")).to_contain_text("让您先别发言")
    kept(phone, "room-phone-chat")
    kept(host, "room-desk-chat")
    assert PromptAnswer.objects.count() == 2
    assert said == []
