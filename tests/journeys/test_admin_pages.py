"""Wagtail's admin as trainers, moderators and bureaus meet it: no serious violation, on a desk and on a phone."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from courses.domain.catalogue import Draft, Module, ensure_provider_page, submit_course
from courses.models import CoursePage
from lms.api.credit import Hours
from lms.people.domain.groups import sync_groups
from lms.people.models import Person, Provider
from lms.testing.factories import AccreditationFactory, DutyFactory, ProviderFactory
from lms.testing.plugin import Site
from media.enums import AssetState
from media.models import Asset
from tests.factories.assessments import PaperFactory
from tests.factories.media import AssetFactory
from tests.journeys.acts import open_actions
from tests.journeys.looks import open_page, serious_violations, shoot, signed_in

pytestmark = pytest.mark.journey

#: Both sizes and both themes, in two visits.
LOOKS = [("desk", "light"), ("phone", "dark")]
#: Wagtail 8.0 puts a chooser's window together in its scripts and gives it no name; its heading is read as one goes in.
WAGTAILS_OWN = {("aria-dialog-name", ".modal")}


@dataclass
class House:
    """A provider at work: a film, one that is being made, a quiz, and a course that waits for its review."""

    provider: Provider
    film: Asset
    making: Asset
    paper: Any
    course: CoursePage
    trainer: Person
    moderator: Person
    bureau: Person


@pytest.fixture
def house(own_database: str) -> House:
    provider = ProviderFactory(name="京师学前")
    ensure_provider_page(provider)
    on_duty = [DutyFactory(kind=kind, provider=provider) for kind in ("trainer", "moderator")]
    on_duty.append(DutyFactory(kind="bureau_admin"))
    AccreditationFactory(provider=provider, bureau=on_duty[-1].organisation)
    trainer, moderator, bureau = (duty.person for duty in on_duty)
    for person in (trainer, moderator, bureau):
        sync_groups(person, timezone.localdate())
    film, paper = AssetFactory(provider=provider), PaperFactory(provider=provider)
    modules = [
        Module(kind="media.video", ref=str(film.pk), title="说话", minimum=Decimal("0.9")),
        Module(kind="assessments.quiz", ref=str(paper.pk), title="小测", minimum=Decimal("0.6")),
    ]
    draft = Draft(
        title="师德师风", summary="蹲下来", hours=Hours(100), offscreen_minutes=60, modules=modules
    )
    return House(
        provider=provider,
        film=film,
        making=AssetFactory(
            provider=provider, state=AssetState.QUEUED, duration_ms=0, build="", title="在转码"
        ),
        paper=paper,
        course=submit_course(trainer=trainer, provider=provider, draft=draft),
        trainer=trainer,
        moderator=moderator,
        bureau=bureau,
    )


def look(page: Page, name: str) -> None:
    """Demand of the page as it stands what every page must keep; a screenshot stays."""
    shoot(page, f"admin-{name}", full_page=False)
    assert serious_violations(page, WAGTAILS_OWN) == [], name


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_trainers_pages(site: Site, browser: Browser, house: House, size: str, theme: str) -> None:
    page = signed_in(browser, site, house.trainer, size=size, theme=theme)
    above = house.course.get_parent().pk
    addresses = {
        "videos": reverse("media_admin:index"),
        "upload": reverse("media_admin:upload"),
        "video": reverse("media_admin:video", args=[house.film.pk]),
        "transcoding": reverse("media_admin:video", args=[house.making.pk]),
        "quizzes": reverse("assessments_paper:index"),
        "quiz-new": reverse("assessments_paper:add"),
        "quiz": reverse("assessments_paper:edit", args=[house.paper.pk]),
        "courses": reverse("course_pages:index"),
        "course": reverse("wagtailadmin_pages:edit", args=[house.course.pk]),
        "images": reverse("wagtailimages:index"),
        "course-new": reverse("wagtailadmin_pages:add", args=["courses", "coursepage", above]),
    }
    for name, address in addresses.items():
        page.goto(f"{site.url}{address}", wait_until="networkidle")
        look(page, f"{name}-{size}-{theme}")

    # On the new course: the menu of blocks, a chooser, the other tab.
    page.get_by_role("button", name="添加一项").last.click()
    # A video, a quiz, a live lesson; nothing of missing plugins.
    expect(page.get_by_role("option")).to_have_count(3)
    look(page, f"blocks-{size}-{theme}")
    page.get_by_role("option", name="视频").click()
    page.get_by_role("button", name="选择视频").click()
    expect(page.locator(".modal").get_by_role("link", name=house.film.title)).to_be_visible()
    # Wagtail fades it in; what shines through would be read as its text.
    expect(page.locator(".modal")).to_have_css("opacity", "1")
    look(page, f"chooser-{size}-{theme}")
    page.locator(".modal").get_by_role("link", name=house.film.title).click()
    expect(page.locator(".modal")).to_have_count(0)
    page.get_by_role("tab", name="学时与对象").click()
    look(page, f"hours-{size}-{theme}")


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_moderators_pages(
    site: Site, browser: Browser, house: House, size: str, theme: str
) -> None:
    page = signed_in(browser, site, house.moderator, size=size, theme=theme)
    for name, address in {
        "home-moderator": "/admin/",
        "review": reverse("wagtailadmin_pages:edit", args=[house.course.pk]),
        "history": reverse("wagtailadmin_pages:history", args=[house.course.pk]),
    }.items():
        page.goto(f"{site.url}{address}", wait_until="networkidle")
        look(page, f"{name}-{size}-{theme}")
    page.goto(f"{site.url}{reverse('wagtailadmin_pages:edit', args=[house.course.pk])}")
    open_actions(page)
    look(page, f"review-actions-{size}-{theme}")


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_bureaus_pages(site: Site, browser: Browser, house: House, size: str, theme: str) -> None:
    page = signed_in(browser, site, house.bureau, size=size, theme=theme)
    for name in ("organisation:index", "provider:add", "accreditation:index", "duty:add"):
        page.goto(f"{site.url}{reverse(name)}", wait_until="networkidle")
        look(page, f"{name.replace(':', '-')}-{size}-{theme}")


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_the_way_into_the_admin(site: Site, browser: Browser, size: str, theme: str) -> None:
    page = open_page(browser, size=size, theme=theme)
    page.goto(f"{site.url}/admin/", wait_until="networkidle")
    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    look(page, f"signin-{size}-{theme}")
