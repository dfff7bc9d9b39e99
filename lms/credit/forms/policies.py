"""Forms of the bureau's policies in the admin."""

import datetime
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from lms.credit.core.policy import POLICY_ID
from lms.credit.core.policy_toml import LONGEST
from lms.credit.models.policy import PolicyVersion
from lms.people.models.organisations import Organisation


def _choose_among(field: Any, rows: Any) -> None:
    field.queryset = rows


class NewPolicyForm(forms.Form):
    """A policy of one's own, perhaps like one that exists."""

    slug = forms.CharField(
        label=_("short name"),
        max_length=60,
        validators=[
            RegexValidator(
                rf"^{POLICY_ID.pattern}\Z",
                _("Small letters and digits, with single hyphens between, such as city-2026."),
            )
        ],
        help_text=_("Small letters, digits and hyphens, such as city-2026; never changes."),
    )
    owner = forms.ModelChoiceField(label=_("whose"), queryset=Organisation.objects.none())
    like = forms.ModelChoiceField(
        label=_("begin with a copy of"),
        queryset=PolicyVersion.objects.none(),
        required=False,
        empty_label=_("an empty page"),
    )

    def __init__(self, *args: Any, owners: Any, versions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose_among(self.fields["owner"], owners)
        _choose_among(self.fields["like"], versions)
        if len(owners) == 1:
            self.fields["owner"].initial = owners[0]


def _writing(rows: int, described_by: str = "") -> forms.Textarea:
    attrs = {"rows": rows, "spellcheck": "false", "class": "policy-text"}
    return forms.Textarea(
        attrs=attrs | ({"aria-describedby": described_by} if described_by else {})
    )


class DraftForm(forms.Form):
    """The three texts of a draft. What they say may be wrong: that is kept too, and told beside."""

    text = forms.CharField(
        label=_("rules"),
        max_length=LONGEST,
        strip=False,
        widget=_writing(32, "policy-problem"),
    )
    source_text = forms.CharField(
        label=_("source text"),
        max_length=LONGEST,
        strip=False,
        required=False,
        widget=_writing(32),
        help_text=_("The document that the rules follow, pasted whole."),
    )
    examples = forms.CharField(
        label=_("worked examples"),
        max_length=LONGEST,
        strip=False,
        required=False,
        widget=_writing(12, "example-problem"),
        help_text=_("JSON: a list of title, scenario and expect, worked out by hand."),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class PublishForm(forms.Form):
    """From when on."""

    in_force_from = forms.DateField(label=_("in force from"), widget=AdminDateInput)


class AssignForm(forms.Form):
    """Where and for how long a policy holds."""

    organisation = forms.ModelChoiceField(
        label=_("organisation"), queryset=Organisation.objects.none()
    )
    from_on = forms.DateField(label=_("first day"), widget=AdminDateInput)
    to_on = forms.DateField(label=_("last day"), widget=AdminDateInput, required=False)

    def __init__(self, *args: Any, organisations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose_among(self.fields["organisation"], organisations)

    def clean_from_on(self) -> datetime.date:
        """Within the years that the platform reckons with."""
        day: datetime.date = self.cleaned_data["from_on"]
        if not 1900 <= day.year <= 2999:
            raise forms.ValidationError(_("Choose a day in the years 1900 to 2999."))
        return day


class EndForm(forms.Form):
    """The last day."""

    to_on = forms.DateField(label=_("last day"), widget=AdminDateInput)
