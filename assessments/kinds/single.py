"""One right answer among several."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.core.marking import all_or_nothing
from assessments.kinds.base import Malformed, Option, QuestionKind, star_lines, starred


def _parse(lines: Sequence[str]) -> tuple[Option, ...]:
    options = starred(lines)
    if sum(option.right for option in options) != 1:
        raise Malformed(_("Exactly one option is right: begin that line with *."))
    return options


KIND = QuestionKind(
    key="assessments.single",
    label=gettext_lazy("One right answer"),
    how=gettext_lazy("Choose one."),
    several=False,
    parse=_parse,
    lines=star_lines,
    rule=all_or_nothing,
    order=10,
)
