"""Kinds of question: what authors write becomes options, mistakes get a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.kinds import multiple, single, true_false
from assessments.kinds.base import Kinds, Malformed, Option


def test_single_takes_the_starred_line() -> None:
    assert single.KIND.parse(["观察", "＊ 记录", "评价"]) == (
        Option(key="a", text="观察", right=False),
        Option(key="b", text="记录", right=True),
        Option(key="c", text="评价", right=False),
    )


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["*一"],
        ["一", "二"],
        ["*一", "*二"],
        ["*一", "一"],
        ["*一", "* "],
        ["*x", *"abcdefghijklm"],
    ],
)
def test_single_refuses(lines) -> None:
    with pytest.raises(Malformed):
        single.KIND.parse(lines)


def test_multiple_takes_several_and_refuses_none() -> None:
    assert [option.right for option in multiple.KIND.parse(["*一", "二", "*三"])] == [
        True,
        False,
        True,
    ]
    with pytest.raises(Malformed):
        multiple.KIND.parse(["一", "二"])


@pytest.mark.parametrize(
    ("word", "right"), [("对", "true"), ("错误", "false"), ("×", "false"), ("True", "true")]
)
def test_true_false_takes_a_word(word, right) -> None:
    options = true_false.KIND.parse([word])
    assert [option.key for option in options if option.right] == [right]


@pytest.mark.parametrize("lines", [[], ["也许"], ["对", "错"]])
def test_true_false_refuses(lines) -> None:
    with pytest.raises(Malformed):
        true_false.KIND.parse(lines)


texts = st.text("甲乙丙丁abc 1，。", min_size=1).map(str.strip).filter(bool)


@given(st.lists(texts, min_size=2, max_size=12, unique=True), st.data())
def test_lines_are_the_inverse_of_parse(words, data) -> None:
    right = data.draw(st.sets(st.sampled_from(words), min_size=1))
    options = multiple.KIND.parse([f"*{word}" if word in right else word for word in words])
    assert multiple.KIND.parse(multiple.KIND.lines(options)) == options
    for word in ("对", "错"):
        options = true_false.KIND.parse([word])
        assert true_false.KIND.lines(options) == [word]


def test_two_kinds_of_one_key_are_said() -> None:
    mine = Kinds()
    mine.add(single.KIND)
    mine.add(single.KIND)
    with pytest.raises(ValueError, match="Two plugins"):
        mine.add(type(single.KIND)(**{**single.KIND.__dict__, "label": "other"}))
