"""Several right answers; exactly those earn the points."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.core.marking import all_or_nothing
from assessments.kinds.base import Malformed, Option, QuestionKind, star_lines, starred


def _parse(lines: Sequence[str]) -> tuple[Option, ...]:
    options = starred(lines)
    if not any(option.right for option in options):
        raise Malformed(_("Begin every right option with *; at least one is right."))
    return options


KIND = QuestionKind(
    key="assessments.multiple",
    label=gettext_lazy("Several right answers"),
    how=gettext_lazy("Choose all that are right. One too many or too few earns nothing."),
    several=True,
    parse=_parse,
    lines=star_lines,
    rule=all_or_nothing,
    order=20,
)
