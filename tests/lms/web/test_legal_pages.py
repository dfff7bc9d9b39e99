"""What people agree to, and whom they can call, as the pages at the door say it."""

import pytest
from django.test import Client
from django.urls import reverse

from lms.people.consent import DATED

pytestmark = pytest.mark.django_db
DOOR = "account_request_login_code"


@pytest.mark.parametrize("page", ["privacy", "terms"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_texts_are_dated_and_name_who_answers(
    client: Client, settings, page: str, language: str
) -> None:
    settings.OPERATOR_NAME = "青禾市教师发展中心"
    answer = client.get(reverse(page), headers={"Accept-Language": language})
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "青禾市教师发展中心" in html
    assert str(DATED.year) in html
    assert ("Version of" in html) == (language == "en")


def test_help_telephone_is_said_where_there_is_one(client: Client, settings) -> None:
    assert "tel:" not in client.get(reverse(DOOR)).content.decode()
    settings.OPERATOR_NAME, settings.HELP_PHONE = "市教师发展中心", "0000-1234567"
    settings.HELP_HOURS = "工作日 8:30—17:30"
    for page in (DOOR, "account_login", "privacy", "terms"):
        html = client.get(reverse(page)).content.decode()
        assert 'href="tel:0000-1234567"' in html, page
        assert "市教师发展中心" in html
        assert "工作日 8:30—17:30" in html


def test_door_leads_to_both_texts(client: Client) -> None:
    html = client.get(reverse(DOOR)).content.decode()
    for page in ("privacy", "terms"):
        assert html.count(f'href="{reverse(page)}"') == 2  # beside the box, and at the foot
