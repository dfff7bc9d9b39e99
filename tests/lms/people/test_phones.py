"""How numbers are written, and how they are stored."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.people.phones import parse_phone


@pytest.mark.parametrize(
    "text",
    [
        "13800001111",
        "138 0000 1111",
        "138-0000-1111",
        "+8613800001111",
        "+86 138 0000 1111",
        "008613800001111",
        "0086 138 0000 1111",
        "１３８００００１１１１",
        " 13800001111 ",
    ],
)
def test_parse_phone_however_written(text: str) -> None:
    assert parse_phone(text) == "+8613800001111"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1380000111",
        "138000011112",
        "12345678901",
        "+86 1380000111",
        "0571 87654321",
        "a@b.cn",
        "+",
    ],
)
def test_parse_phone_refuses_what_gets_no_messages(text: str) -> None:
    assert parse_phone(text) is None


def test_parse_phone_abroad_needs_its_country() -> None:
    assert parse_phone("+852 9123 4567") == "+85291234567"
    assert parse_phone("9123 4567") is None


@given(st.text(max_size=30))
def test_parse_phone_is_idempotent_and_never_fails(text: str) -> None:
    phone = parse_phone(text)
    assert phone is None or parse_phone(phone) == phone
