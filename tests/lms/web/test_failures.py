"""What is answered while the database or Redis cannot be reached, and for every other fault."""

import json

import pytest
from django.db import InterfaceError, OperationalError
from django.test import RequestFactory
from django.utils import translation
from redis.exceptions import ConnectionError, TimeoutError

from lms.web.views.failures import failed


def answer_to(error: Exception, method: str = "GET", **headers: str):
    try:
        raise error
    except type(error):
        return failed(RequestFactory().generic(method, "/hours/", headers=headers))


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("server closed"),
        InterfaceError("closed"),
        ConnectionError("refused"),
        TimeoutError("hangs"),
    ],
)
def test_what_cannot_be_reached_asks_to_come_again(error: Exception) -> None:
    page = answer_to(error)
    assert (page.status_code, page["Retry-After"]) == (503, "2")
    assert "马上回来" in page.content.decode()


@pytest.mark.parametrize(
    ("language", "again", "not_again"),
    [
        ("zh-hans", "本页会自己重试", "不会自动重发"),
        ("en", "tries again by itself", "not sent again by itself"),
    ],
)
def test_page_tries_again_by_itself_but_sends_nothing_twice(
    language: str, again: str, not_again: str
) -> None:
    with translation.override(language):
        wanted = answer_to(OperationalError("server closed")).content.decode()
        sent = answer_to(OperationalError("server closed"), "POST").content.decode()
    assert again in wanted
    assert 'data-away="2"' in wanted
    assert "data-was-sent" not in wanted
    assert not_again in sent
    assert "data-was-sent" in sent


def test_lost_database_is_said_to_programs_in_json() -> None:
    answer = answer_to(OperationalError("server closed"), accept="application/json")
    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    assert json.loads(answer.content)["error"] == "unavailable"


def test_other_faults_are_ours() -> None:
    assert answer_to(ValueError("a fault")).status_code == 500
