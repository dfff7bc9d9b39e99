"""Forms of the platform's own pages."""

from django import forms
from django.utils.translation import gettext_lazy as _


class Day(forms.DateField):
    """A day, picked in the browser's own calendar."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "input"})
    input_formats = ("%Y-%m-%d",)


class PeriodForm(forms.Form):
    """The period that a statement is of, and the day as whose knowledge it speaks."""

    first = Day(label=_("From"))
    last = Day(label=_("To"))
    known_on = Day(
        label=_("As on record on"),
        help_text=_("Today, unless an audit asks what was known on an earlier day."),
    )
