"""What had been counted before, in a sentence: all of it or how much, and where."""

from fractions import Fraction
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override

from lms.credit.core.explained import explained, in_hours

SAID = {"need": "投放", "training": "小爱说", "booking": "b", "of": "content", "ms": 720_000}


def sentence(**changes: Any) -> str:
    one = SAID | {"share": "2/5", "hundredths": "40"} | changes
    facts = {"already": [one], "reckoning": {"worth": 100, "exact": "60"}}
    (left,) = explained(facts).left_out
    with override("zh-hans"):
        return " ".join(render_to_string("lms/left_out.html", {"left": left}).split())


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "《投放》：其中 12 分钟已计入《小爱说》"),
        ({"ms": 725_000}, "《投放》：其中 12 分 5 秒已计入《小爱说》"),
        ({"share": "1"}, "《投放》：已计入《小爱说》"),
        ({"share": "1", "ms": None}, "《投放》：已计入《小爱说》"),
        ({"ms": 240}, "《投放》：其中 40% 已计入《小爱说》"),
        ({"of": "time"}, "《投放》：其中 12 分钟与《小爱说》同时进行，已计入那边"),
        ({"of": "time", "share": "1"}, "《投放》：其中 12 分钟与《小爱说》同时进行，已计入那边"),
        ({"training": None, "booking": None}, "《投放》：已随本课程另一部分计入"),
        (
            {"training": None, "booking": None, "of": "time"},
            "《投放》：其中 12 分钟与本课程另一部分同时进行，只计一次",
        ),
    ],
)
def test_sentence(changes: dict[str, Any], words: str) -> None:
    assert sentence(**changes) == words


@pytest.mark.parametrize(
    ("hundredths", "text"), [("150", "1.50"), ("0", "0.00"), ("200/3", "0.6667"), ("1/3", "0.0033")]
)
def test_exact_hours(hundredths: str, text: str) -> None:
    assert in_hours(Fraction(hundredths)) == text
