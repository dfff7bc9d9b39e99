"""Signing in, through the HTTP client and the real flows."""

import re
import time

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from lms.people.consent import VERSION
from lms.people.models import Person
from lms.testing.factories import PASSWORD, PersonFactory

pytestmark = pytest.mark.django_db

ASK, CONFIRM, PASSWORD_PAGE = (
    "account_request_login_code",
    "account_confirm_login_code",
    "account_login",
)


@pytest.fixture(autouse=True)
def no_limits_left_over():
    cache.clear()


@pytest.fixture
def person():
    return PersonFactory(phone="+8613800001111", email="a@example.org", phone_verified=False)


@pytest.fixture
def sent(capsys):
    """The codes sent since asked last, by phone."""

    def read() -> dict[str, str]:
        lines = capsys.readouterr().out.splitlines()
        found = [re.fullmatch(r"SMS (\+\d+): \D*(\d{6})\D.*", line) for line in lines]
        return {one[1]: one[2] for one in found if one}

    return read


def signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def ask(client, phone="138 0000 1111", **query):
    return client.post(reverse(ASK, query=query or None), {"phone": phone, "agree": "on"})


def confirm(client, code, **more):
    return client.post(reverse(CONFIRM), {"code": code, **more})


def another_code(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_phone_and_code_sign_in(client, person, sent) -> None:
    answer = client.post(reverse(ASK), {"phone": "138 0000 1111", "next": "/hours/", "agree": "on"})
    assert answer.status_code == 302
    code = sent()["+8613800001111"]
    answer = client.post(answer["Location"], {"code": f" {code[:3]} {code[3:]}", "next": "/hours/"})
    assert (answer.status_code, answer["Location"]) == (302, "/hours/")
    assert signed_in(client)
    person.refresh_from_db()
    assert person.phone_verified


def test_wrong_code_says_how_many_are_left_and_the_fifth_ends(client, person, sent) -> None:
    ask(client)
    code = sent()["+8613800001111"]
    for left in (4, 3, 2, 1):
        answer = confirm(client, another_code(code))
        assert answer.status_code == 200
        assert (str(left) if left > 1 else "") in str(answer.context["form"].errors["code"])
    assert confirm(client, another_code(code))["Location"] == reverse(ASK)
    assert confirm(client, code)["Location"] == reverse(ASK)
    assert not signed_in(client)


@pytest.mark.parametrize("code", ["", "x" * 500, "一二三四五六", "\x00", "000000; DROP"])
def test_nonsense_code_is_refused(client, person, sent, code) -> None:
    ask(client)
    sent()
    assert confirm(client, code).status_code == 200
    assert not signed_in(client)


@pytest.mark.parametrize("page", [ASK, PASSWORD_PAGE])
def test_nobody_signs_in_without_agreeing(client, person, sent, page) -> None:
    filled = {"phone": "13800001111", "login": "13800001111", "password": PASSWORD}
    answer = client.post(reverse(page), filled)
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == ["agree"]
    assert sent() == {}
    assert not signed_in(client)
    assert 'value="138' in answer.content.decode()  # what was written is kept
    assert not re.search(r"name=\"agree\"[^>]*checked", client.get(reverse(page)).content.decode())


def test_consent_is_kept_with_its_day_and_version_once(client, person, sent) -> None:
    ask(client)
    person.refresh_from_db()
    assert person.consented_at is None  # whoever asked for a code may be anybody
    confirm(client, sent()["+8613800001111"])
    person.refresh_from_db()
    agreed_at = person.consented_at
    assert (person.consent_version, agreed_at is None) == (VERSION, False)

    client.post(reverse("account_logout"))
    client.post(
        reverse(PASSWORD_PAGE), {"login": "13800001111", "password": PASSWORD, "agree": "on"}
    )
    person.refresh_from_db()
    assert signed_in(client)
    assert person.consented_at == agreed_at


def test_changed_texts_are_agreed_to_anew(client, person) -> None:
    person.consent_version, person.consented_at = "2020-01-01", timezone.now()
    person.save()
    before = person.consented_at
    client.post(
        reverse(PASSWORD_PAGE), {"login": "13800001111", "password": PASSWORD, "agree": "on"}
    )
    person.refresh_from_db()
    assert (person.consent_version, person.consented_at > before) == (VERSION, True)


def test_code_counts_once(client, person, sent) -> None:
    ask(client)
    code = sent()["+8613800001111"]
    confirm(client, code)
    client.post(reverse("account_logout"))
    assert not signed_in(client)
    assert confirm(client, code)["Location"] == reverse(ASK)
    assert not signed_in(client)


def test_code_works_only_where_it_was_asked_for(client, person, sent) -> None:
    ask(client)
    code = sent()["+8613800001111"]
    elsewhere = type(client)()
    assert confirm(elsewhere, code)["Location"] == reverse(ASK)
    assert not signed_in(elsewhere)


def test_code_expires_after_five_minutes_and_says_so(client, person, sent, monkeypatch) -> None:
    ask(client)
    code = sent()["+8613800001111"]
    later = time.time() + 301
    monkeypatch.setattr(time, "time", lambda: later)
    answer = client.post(reverse(CONFIRM), {"code": code}, follow=True)
    assert not signed_in(client)
    assert [m.level_tag for m in answer.context["messages"]][-1] == "error"


def test_resend_makes_a_new_code_and_the_old_one_dies(client, person, sent) -> None:
    ask(client)
    old = sent()["+8613800001111"]
    assert client.post(reverse(CONFIRM), {"action": "resend"}).status_code == 302
    new = sent()["+8613800001111"]
    if old != new:
        assert confirm(client, old).status_code == 200
    confirm(client, new)
    assert signed_in(client)


def test_a_number_gets_three_codes_a_minute(client, person, sent) -> None:
    answers = [ask(type(client)()).status_code for _ in range(4)]
    assert answers == [302, 302, 302, 200]
    assert len(sent()) == 1
    other = PersonFactory()
    assert ask(type(client)(), other.phone).status_code == 302


def test_unknown_number_is_answered_alike(client, person, sent) -> None:
    known, unknown = type(client)(), type(client)()
    first = ask(known), ask(unknown, "13900002222")
    assert {one.status_code for one in first} == {302}
    assert {one["Location"] for one in first} == {reverse(CONFIRM)}
    assert list(sent()) == ["+8613800001111"]
    wrong = [confirm(one, "abcdef") for one in (known, unknown)]
    assert {one.status_code for one in wrong} == {200}
    again = [
        one.post(reverse(CONFIRM), {"action": "resend"}).status_code for one in (known, unknown)
    ]
    assert again == [302, 302]


def test_mistyped_number_can_be_put_right(client, person, sent) -> None:
    ask(client, "13900002222")
    assert client.get(reverse(ASK)).status_code == 200
    ask(client)
    confirm(client, sent()["+8613800001111"])
    assert signed_in(client)


@pytest.mark.parametrize("phone", ["", "123", "a@example.org", "1" * 400, "\x00"])
def test_bad_number_is_refused_in_words(client, phone) -> None:
    answer = ask(client, phone)
    assert answer.status_code == 200
    assert answer.context["form"].errors["phone"]


@pytest.mark.parametrize(
    "login",
    ["138 0000 1111", "+8613800001111", "0086 138-0000-1111", "a@example.org", "A@Example.org "],
)
def test_password_by_phone_and_by_email(client, person, login) -> None:
    answer = client.post(
        reverse(PASSWORD_PAGE), {"login": login, "password": PASSWORD, "agree": "on"}
    )
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert signed_in(client)


@pytest.mark.parametrize("login", ["13800001111", "a@example.org", "b@example.org", "13900002222"])
def test_wrong_password_is_one_sentence_for_all(client, person, login) -> None:
    answer = client.post(reverse(PASSWORD_PAGE), {"login": login, "password": "x", "agree": "on"})
    assert answer.status_code == 200
    assert len(answer.context["form"].non_field_errors()) == 1
    assert not signed_in(client)


def test_nobody_is_locked_out_by_a_neighbour_behind_the_same_address(client, person) -> None:
    for _ in range(7):
        answer = client.post(
            reverse(PASSWORD_PAGE), {"login": "13900002222", "password": "x", "agree": "on"}
        )
    assert answer.context["form"].non_field_errors().as_data()[0].code == "too_many_login_attempts"
    client.post(
        reverse(PASSWORD_PAGE), {"login": "13800001111", "password": PASSWORD, "agree": "on"}
    )
    assert signed_in(client)


def test_limit_holds_however_the_number_is_written(client, person) -> None:
    for login in (
        "13800001111",
        "138 0000 1111",
        "+8613800001111",
        "008613800001111",
        "138-00001111",
    ):
        client.post(reverse(PASSWORD_PAGE), {"login": login, "password": "x", "agree": "on"})
    client.post(
        reverse(PASSWORD_PAGE), {"login": "13800001111", "password": PASSWORD, "agree": "on"}
    )
    assert not signed_in(client)


def test_inactive_person_does_not_get_in(client, person) -> None:
    person.is_active = False
    person.save()
    client.post(
        reverse(PASSWORD_PAGE), {"login": "a@example.org", "password": PASSWORD, "agree": "on"}
    )
    assert not signed_in(client)


def test_second_factor_is_asked_for_after_a_password(client, person) -> None:
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(person, generate_totp_secret())
    answer = client.post(
        reverse(PASSWORD_PAGE), {"login": "13800001111", "password": PASSWORD, "agree": "on"}
    )
    assert answer["Location"] == reverse("mfa_authenticate")
    assert not signed_in(client)


def test_sign_up_is_closed(client) -> None:
    answer = client.get(reverse("account_signup"))
    assert "form" not in (answer.context or {})


def test_sign_up_where_open_asks_for_a_code(client, sent, settings) -> None:
    settings.SIGNUP_OPEN = True
    form = {"phone": "13700003333", "name": "古丽", "password1": PASSWORD, "email": ""}
    form["agree"] = "on"
    answer = client.post(reverse("account_signup"), form)
    assert answer["Location"] == reverse("account_verify_phone")
    client.post(answer["Location"], {"code": sent()["+8613700003333"]})
    assert signed_in(client)
    assert Person.objects.get(name="古丽").consent_version == VERSION


def test_admin_leads_to_the_one_sign_in(client) -> None:
    answer = client.get("/admin/login/?next=/admin/pages/")
    assert answer["Location"] == f"{reverse(PASSWORD_PAGE)}?next=%2Fadmin%2Fpages%2F"
    assert client.get("/admin/login/?next=https://evil.example/")["Location"].endswith(
        "%2Fadmin%2F"
    )
    assert client.post("/admin/login/", {"username": "x", "password": "y"}).status_code == 405


def test_language_is_kept_on_the_person(client, person) -> None:
    client.force_login(person)
    client.post(reverse("set_language"), {"language": "en", "next": "/accounts/2fa/"})
    person.refresh_from_db()
    assert person.language == "en"
    client.post(reverse("set_language"), {"language": "xx"})
    person.refresh_from_db()
    assert person.language == "en"
