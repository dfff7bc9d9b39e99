"""The choices that people see and the words that policies are written in are the same."""

import pytest

from lms.credit.core import words
from lms.credit.enums import Form, Level, Purpose, Theme


@pytest.mark.parametrize(
    ("choices", "vocabulary"),
    [
        (Form, words.FORMS),
        (Level, words.LEVELS),
        (Theme, words.THEMES),
        (Purpose, words.PURPOSES),
    ],
)
def test_choices_are_the_vocabulary(choices, vocabulary) -> None:
    assert tuple(choices.values) == vocabulary
