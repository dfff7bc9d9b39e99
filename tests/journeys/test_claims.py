"""Questions and claims in Chromium: asked, answered, claimed with a photo, checked; every page as it must look."""

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, FilePayload

from lms.credit import queries
from lms.credit.domain.confirm import reject
from lms.testing.claims import photo
from lms.testing.credit import booked
from lms.testing.plugin import Site
from tests.journeys.looks import SIZES, check_looks, signed_in
from tests.lms.web.school import days_ago, make_school

pytestmark = pytest.mark.journey
TWO = {"media.two-devices": {"turns": 4}}


@pytest.mark.parametrize("size", SIZES)
def test_question_is_answered_and_decided_by_confirming(
    site: Site, browser: Browser, size: str
) -> None:
    school = make_school()
    entry = booked(school.teacher, flags=TWO, at=days_ago(2))
    sent_back = booked(school.teacher, title="退回的课", at=days_ago(3))
    reject(verifier=school.verifier, bookings=[sent_back.id], because="没看完", at=timezone.now())
    teacher = signed_in(browser, site, school.teacher, size=size)
    check_looks(teacher, f"{site.url}/", f"asked-home-{size}")
    check_looks(teacher, f"{site.url}/flags/{entry.flags[0].public_id}/", f"flag-{size}")
    teacher.locator("[name=because]").fill("手机没电，换了平板")
    teacher.get_by_role("button", name="提交说明").click()
    teacher.get_by_text("手机没电，换了平板").first.wait_for()
    check_looks(teacher, f"{site.url}/questions/{sent_back.id}/", f"question-{size}")
    teacher.locator("[name=because]").fill("看完了的")
    teacher.get_by_role("button", name="提交", exact=True).click()
    teacher.get_by_role("button", name="撤回").wait_for()

    verifier = signed_in(browser, site, school.verifier, size=size)
    check_looks(verifier, f"{site.url}/questions/", f"questions-{size}")
    check_looks(verifier, f"{site.url}/desk/{entry.id}/", f"desk-flagged-{size}")
    verifier.locator(".evid [data-ask=in-order]").click()
    verifier.locator("#in-order textarea").fill("问过本人，属实")
    verifier.locator("#in-order .btn--primary").click()
    verifier.get_by_text("已确认").first.wait_for()
    found = queries.entry(entry.id)
    assert found is not None
    assert found.counts
    for page in (teacher, verifier):
        page.context.close()


@pytest.mark.parametrize("size", SIZES)
def test_hours_from_elsewhere_are_claimed_and_checked(
    site: Site, browser: Browser, size: str
) -> None:
    school = make_school()
    teacher = signed_in(browser, site, school.teacher, size=size)
    check_looks(teacher, f"{site.url}/claims/new/", f"claim-new-{size}")
    teacher.locator("[name=title]").fill("某平台师德公开课")
    teacher.locator("[name=held_by]").fill("某平台")
    teacher.locator("[name=on-0-on]").fill("2026-05-16")
    teacher.locator("[name=on-0-hours]").fill("1.5")
    scan = FilePayload(name="scan.jpg", mimeType="image/jpeg", buffer=photo(3))
    teacher.locator("[name=proofs]").set_input_files(scan)
    teacher.get_by_role("button", name="提交核对").click()
    teacher.get_by_text("等人核对").first.wait_for()

    verifier = signed_in(browser, site, school.verifier, size=size)
    check_looks(verifier, f"{site.url}/claims/", f"claims-{size}")
    check_looks(verifier, f"{site.url}/claims/roster/", f"claim-roster-{size}")
    verifier.goto(f"{site.url}/claims/")
    verifier.get_by_text("某平台师德公开课").first.click()
    verifier.wait_for_url("**/claims/*-*/")
    check_looks(verifier, verifier.url, f"claim-{size}", most_bytes=600_000)
    verifier.get_by_role("button", name="证明属实").click()
    verifier.get_by_text("已核对并记账").first.wait_for()
    assert queries.balance(school.teacher).confirmed.fixed() == "1.50"
    for page in (teacher, verifier):
        page.context.close()
