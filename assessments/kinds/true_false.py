"""A statement that is right or wrong."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.core.marking import all_or_nothing
from assessments.kinds.base import Malformed, Option, QuestionKind

# What authors write, in Chinese and in English papers; the learner reads 对 and 错, the words of the content.
_TRUE = frozenset({"对", "正确", "是", "√", "✓", "true", "t", "right", "yes"})
_FALSE = frozenset({"错", "错误", "不对", "否", "×", "✗", "x", "false", "f", "wrong", "no"})


def _parse(lines: Sequence[str]) -> tuple[Option, ...]:
    word = lines[0].lower() if len(lines) == 1 else ""
    if word not in _TRUE | _FALSE:
        raise Malformed(_("Write only 对 or 错: whether the statement is right."))
    return (
        Option(key="true", text="对", right=word in _TRUE),
        Option(key="false", text="错", right=word in _FALSE),
    )


def _lines(options: Sequence[Option]) -> list[str]:
    return [option.text for option in options if option.right]


KIND = QuestionKind(
    key="assessments.true_false",
    label=gettext_lazy("True or false"),
    how=gettext_lazy("Is this statement right?"),
    several=False,
    parse=_parse,
    lines=_lines,
    rule=all_or_nothing,
    order=30,
)
