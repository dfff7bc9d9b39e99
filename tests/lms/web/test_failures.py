"""What is answered while the database or Redis cannot be reached, and for every other fault."""

import json

import pytest
from django.db import InterfaceError, OperationalError
from django.test import RequestFactory
from redis.exceptions import ConnectionError, TimeoutError

from lms.web.views.failures import failed


def answer_to(error: Exception, **headers: str):
    try:
        raise error
    except type(error):
        return failed(RequestFactory().get("/hours/", headers=headers))


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


def test_lost_database_is_said_to_programs_in_json() -> None:
    answer = answer_to(OperationalError("server closed"), accept="application/json")
    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    assert json.loads(answer.content)["error"] == "unavailable"


def test_other_faults_are_ours() -> None:
    assert answer_to(ValueError("a fault")).status_code == 500
