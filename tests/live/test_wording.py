"""Lessons in words."""

import datetime

import pytest
from django.utils import translation

from live import wording

EVENING = datetime.datetime(2026, 11, 29, 11, 30, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("language", "said"),
    [("zh-hans", "2026-11-29 周日 19:30"), ("en", "2026-11-29 Sun 19:30")],
)
def test_beginning_is_said_with_its_weekday_in_the_time_of_china(language: str, said: str) -> None:
    with translation.override(language):
        assert wording.when(EVENING) == said
