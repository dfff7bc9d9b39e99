"""Standings in Chromium: the teacher's home and gap, a requirement's why, the school's list and the heat map."""

import pytest
from playwright.sync_api import Browser

from lms.people.enums import DutyKind
from lms.testing.factories import DutyFactory, PersonFactory
from lms.testing.plugin import Site
from lms.testing.policies import assigned
from tests.journeys.looks import check_everywhere
from tests.journeys.test_pages import a_school_at_work

pytestmark = pytest.mark.journey


def test_pages_of_standings_keep_what_every_page_must(site: Site, browser: Browser) -> None:
    school = a_school_at_work()
    assigned("xuancheng-school", school.school.get_root())
    bureau = PersonFactory(name="顾长宁")
    DutyFactory(person=bureau, kind=DutyKind.BUREAU_ADMIN, organisation=school.school.get_root())
    own = {
        "home-standing": "/",
        "standing": "/standing/",
        "standing-rule": "/standing/year-remote/",
        "hours-policy": "/hours/",
    }
    teacher = f"/standing/of/{school.teacher.public_id}/"
    theirs = {
        "home-bureau": "/",
        "standings": "/standings/?state=all",
        "standings-schools": "/standings/schools/",
        "standing-of": teacher,
        "standing-rule-of": f"{teacher}year-total/",
    }
    for person, pages in ((school.teacher, own), (bureau, theirs)):
        check_everywhere(browser, site, person, pages)
