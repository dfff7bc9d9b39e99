"""A room's chat and desk in Chromium, after a reload: what was kept back, and who answered which sign-in."""

import datetime
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from live.domain.room import prompts, signins
from live.models.lesson import Lesson
from live.models.room import WordList
from lms.people.models import Person
from lms.testing.factories import DutyFactory, PersonFactory
from lms.testing.plugin import Site
from tests.journeys.looks import serious_violations, shoot, sideways, signed_in

pytestmark = pytest.mark.journey


def opened(site: Site, browser: Browser, lesson: Lesson, person: Person, size: str) -> Page:
    page = signed_in(browser, site, person, size=size)
    page.goto(f"{site.url}{reverse('live:watch', args=[lesson.pk])}")
    return page


def test_line_that_was_kept_back_stays_before_its_writer(
    site: Site, browser: Browser, lesson: Lesson
) -> None:
    WordList.objects.create(
        provider=lesson.provider,
        words="代课",
        changed_by=lesson.trainer,
        changed_at=timezone.now(),
    )
    colleagues = [DutyFactory(kind="moderator", provider=lesson.provider) for _ in range(2)]
    writer, other = (
        opened(site, browser, lesson, one.person, size)
        for one, size in zip(colleagues, ("phone", "desk"), strict=True)
    )
    for page in (writer, other):
        page.locator("#rt-chat").click()
    field = writer.locator("[data-composer] input")
    for text in ("有偿代课", "大家好"):
        field.fill(text)
        field.press("Enter")
        expect(writer.locator("[data-chat]")).to_contain_text(text)
    writer.reload()
    writer.locator("#rt-chat").click()
    kept = writer.locator("[data-chat] li", has_text="有偿代课")
    expect(kept).to_contain_text("没有显示给别人")
    shoot(writer, "room-held-phone")
    assert (serious_violations(writer), sideways(writer)) == ([], 0)
    other.reload()
    other.locator("#rt-chat").click()
    expect(other.locator("[data-chat]")).to_contain_text("大家好")
    expect(other.locator("[data-chat]")).not_to_contain_text("代课")


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_roll_call_of_an_earlier_sign_in_can_be_chosen(
    site: Site, browser: Browser, lesson: Lesson, size: str
) -> None:
    now = timezone.now()
    early, late = (
        signins.ask_now(
            lesson_id=lesson.pk,
            window_s=30,
            by_id=lesson.trainer_id,
            at=now - datetime.timedelta(minutes=minutes),
        )
        for minutes in (20, 5)
    )
    for prompt, name in ((early, "先答"), (late, "后答")):
        prompts.answer(
            lesson_id=lesson.pk,
            prompt_id=prompt.pk,
            person_id=PersonFactory(name=name).pk,
            connection=uuid.uuid4(),
            key=uuid.uuid4(),
            choice=(),
            at=prompt.asked_at,
        )
    lesson.assistants.add(helper := PersonFactory())
    desk = opened(site, browser, lesson, helper, size)
    desk.locator("[data-who] summary").click()
    desk.locator("[data-who-side=answered]").click()
    names = desk.locator("[data-who-list]")
    expect(names).to_contain_text("后答")
    which = desk.locator("[data-who-which]")
    expect(which.locator("option")).to_have_count(2)
    which.select_option(str(early.pk))
    expect(names).to_contain_text("先答")
    expect(names).not_to_contain_text("后答")
    shoot(desk, f"room-roll-call-{size}")
    assert (serious_violations(desk), sideways(desk)) == ([], 0)
