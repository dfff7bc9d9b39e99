"""What a trainer fills in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lms.api.people import Provider


class ScheduleForm(forms.Form):
    """A lesson to be given."""

    title = forms.CharField(label=_("Title"), max_length=120)
    provider = forms.ModelChoiceField(
        label=_("Provider"), queryset=Provider.objects.none(), empty_label=None
    )
    starts_at = forms.DateTimeField(
        label=_("Starts at"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M"],
    )
    planned_minutes = forms.IntegerField(
        label=_("Planned length in minutes"), min_value=5, max_value=600, initial=45
    )

    def __init__(self, *args: Any, providers: Any, **kwargs: Any) -> None:
        """`providers`: those the trainer works for today."""
        super().__init__(*args, **kwargs)
        self.fields["provider"].queryset = providers  # type: ignore[attr-defined]
