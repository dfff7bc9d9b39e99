"""The quiz as a part of a course: which paper, and what is enough."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from assessments.queries import papers_by_ref
from assessments.viewsets import paper_chooser_viewset


class PaperRefBlock(blocks.FieldBlock):
    """The public id of a paper, as text: a course holds no key of another plugin's table."""

    @cached_property
    def field(self) -> forms.Field:
        """A field that says no to what is no paper."""
        return forms.CharField(
            label=gettext_lazy("Quiz"),
            widget=paper_chooser_viewset.widget_class(),
            validators=[_check_paper],
        )

    def get_form_state(self, value: str | None) -> dict[str, Any] | None:
        """What the chooser shows; nothing for a paper that is gone."""
        paper = papers_by_ref([value]).get(value) if value else None
        if paper is None:
            return None
        data = self.field.widget.get_value_data(paper)
        return {**data, "id": str(data["id"])}

    class Meta:
        icon = "tick-inverse"


def _check_paper(ref: str) -> None:
    if ref not in papers_by_ref([ref]):
        raise ValidationError(_("This quiz is no longer there. Choose another."))


class ScoreBlock(blocks.FieldBlock):
    """A score out of 100 for people, a fraction from 0 to 1 in the course's data."""

    @cached_property
    def field(self) -> forms.Field:
        """Whole and half points and tenths, more than nobody means."""
        return forms.DecimalField(
            min_value=1,
            max_value=100,
            decimal_places=1,
            help_text=gettext_lazy("Out of 100. This score completes the quiz."),
        )

    def value_for_form(self, value: Decimal | str | None) -> Decimal | str | None:
        """Times a hundred, without noughts at the end; what is no number stays for the field's own check."""
        if value in (None, ""):
            return None
        try:
            score = Decimal(str(value)) * 100
        except ArithmeticError:
            return value
        return score.quantize(Decimal(1)) if score == score.to_integral() else score.normalize()

    def value_from_form(self, value: Decimal | str | None) -> Decimal | str | None:
        """Divided by a hundred; what is no number goes to the field's own check."""
        try:
            return Decimal(str(value)) / 100
        except ArithmeticError:
            return value

    def to_python(self, value: Any) -> Decimal | None:
        """Stored as text, so that no digit is lost."""
        return None if value is None else Decimal(str(value))

    def get_prep_value(self, value: Decimal | None) -> str | None:
        """As text."""
        return None if value is None else str(value)


def quiz_block() -> blocks.Block:
    """The block that a course's editor offers: `ref` and `minimum`."""
    return blocks.StructBlock(
        [
            ("ref", PaperRefBlock(label=gettext_lazy("Quiz"))),
            ("minimum", ScoreBlock(label=gettext_lazy("Pass mark"), default=Decimal("0.6"))),
        ],
        label=gettext_lazy("Quiz"),
        icon="tick-inverse",
    )
