"""allauth's pages, ours and those it brings itself, wear the platform's look."""

import pytest
from django.test import Client

from lms.testing.factories import PersonFactory

pytestmark = pytest.mark.django_db


def test_own_account_pages_have_one_primary_act_in_our_classes(client: Client) -> None:
    client.force_login(PersonFactory())

    html = client.get("/accounts/password/change/").content.decode()

    assert html.count("btn--primary") == 1
    assert 'class="input"' in html
    assert 'class="topbar"' in html


@pytest.mark.parametrize(
    "path", ["/accounts/login/code/", "/accounts/login/", "/accounts/password/reset/"]
)
def test_pages_at_the_door_show_one_form_and_no_bar(client: Client, path: str) -> None:
    html = client.get(path).content.decode()

    assert html.count("btn--primary") == 1
    assert 'class="gate__form"' in html
    assert 'class="topbar"' not in html


def test_ways_to_sign_in_lead_to_each_other_and_keep_where_one_was_going(client: Client) -> None:
    by_code = client.get("/accounts/login/code/?next=/hours/").content.decode()
    by_password = client.get("/accounts/login/?next=/hours/").content.decode()

    assert 'href="/accounts/login/?next=%2Fhours%2F"' in by_code
    assert 'href="/accounts/login/code/?next=%2Fhours%2F"' in by_password
