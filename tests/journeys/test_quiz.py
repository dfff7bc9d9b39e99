"""A quiz in Chromium: answered on a phone, kept as it is chosen, handed in; looks at both sizes in both themes."""

import pytest
from playwright.sync_api import Browser, Route, expect

from assessments.models import Attempt, Mark
from lms.testing.factories import DutyFactory
from lms.testing.plugin import Site
from tests.factories.assessments import PaperFactory, begun
from tests.journeys.looks import SIZES, THEMES, check_looks, sideways, signed_in

pytestmark = pytest.mark.journey


@pytest.fixture
def attempt() -> Attempt:
    """A trainer tries a paper of the own provider: access without a course around it."""
    paper = PaperFactory(title="区域活动的材料投放", attempts_allowed=2)
    return begun(DutyFactory(provider=paper.provider).person, paper)


def test_quiz_is_kept_as_chosen_and_handed_in(site: Site, browser: Browser, attempt) -> None:
    address = f"{site.url}{attempt.get_absolute_url()}"
    page = signed_in(browser, site, attempt.person, size="phone")
    # On a slow line one answers before the script has come.
    script: list[Route] = []

    def hold(route: Route) -> None:
        script.append(route)

    page.route("**/quiz-*.js", hold)
    with page.expect_request("**/quiz-*.js"):
        page.goto(address, wait_until="commit")
    page.get_by_label("教师的喜好").check()
    script[0].continue_()
    expect(page.locator("[data-quiz-state]")).to_have_text("已保存")
    page.context.close()

    page = signed_in(browser, site, attempt.person, size="phone")
    page.goto(address)
    expect(page.get_by_label("教师的喜好")).to_be_checked()
    page.get_by_role("button", name="交卷").click()
    expect(page.locator("#quiz .notice")).to_contain_text("还有 2 道题没有作答")
    expect(page.get_by_label("教师的喜好")).to_be_checked()

    page.get_by_label("对幼儿的观察").check()
    page.get_by_label("沙", exact=True).check()
    page.get_by_label("积木").check()
    page.get_by_label("对", exact=True).check()
    page.get_by_role("button", name="交卷").click()
    expect(page.locator(".stat__num")).to_contain_text("100")
    assert Mark.objects.get().amount == 1


def test_quiz_says_when_the_line_is_down_and_saves_when_it_is_back(
    site: Site, browser: Browser, attempt
) -> None:
    page = signed_in(browser, site, attempt.person, size="phone")
    page.goto(f"{site.url}{attempt.get_absolute_url()}")
    page.context.set_offline(True)
    page.get_by_label("积木").check()
    expect(page.locator("[data-quiz-state]")).to_contain_text("还没保存")
    page.context.set_offline(False)
    expect(page.locator("[data-quiz-state]")).to_have_text("已保存")
    attempt.refresh_from_db()
    assert list(attempt.answers.values()) == [["b"]]


def test_quiz_keeps_what_every_page_must(site: Site, browser: Browser, attempt) -> None:
    address = f"{site.url}{attempt.get_absolute_url()}"
    for state in ("answer", "result"):
        for size in SIZES:
            page = signed_in(browser, site, attempt.person, size=size)
            check_looks(page, address, f"quiz-{state}-{size}", themes=THEMES)
            page.set_viewport_size({"width": 320, "height": 640})
            assert sideways(page) == 0
            page.context.close()
        if state == "answer":
            page = signed_in(browser, site, attempt.person)
            page.goto(address)
            for words in ("教师的喜好", "沙", "积木", "错"):
                page.get_by_label(words, exact=True).check()
            page.get_by_role("button", name="交卷").click()
            expect(page.locator(".stat__num")).to_be_visible()
            page.context.close()
