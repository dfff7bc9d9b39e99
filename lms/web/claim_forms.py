"""Forms to claim hours with proof."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from lms.credit.core.hours import DAY, Hours
from lms.credit.core.words import STAGES
from lms.credit.domain.claims import Claimed, Session
from lms.credit.domain.proofs import Proof, read_proof
from lms.credit.enums import Form, Level, Purpose, Theme
from lms.credit.errors import BadProof
from lms.people.models import Person, Provider

STAGE_WORDS = {
    "before": gettext_lazy("before the training"),
    "during": gettext_lazy("during it"),
    "after": gettext_lazy("after it"),
}
ROWS = 4


class ManyFiles(forms.ClearableFileInput):
    """A file input that takes several."""

    allow_multiple_selected = True


class ProofsField(forms.FileField):
    """Photos, scans and PDF files, checked by their content; cleaned to a list of Proof."""

    widget = ManyFiles(attrs={"accept": "image/jpeg,image/png,image/webp,application/pdf"})

    def clean(self, data: Any, initial: Any = None) -> list[Proof]:
        """Check each; the first that cannot be taken says why."""
        files = data if isinstance(data, (list, tuple)) else [data] if data else []
        if not files:
            raise ValidationError(_("Choose at least one file."))
        if len(files) > settings.CLAIM_MAX_FILES:
            most = settings.CLAIM_MAX_FILES
            raise ValidationError(_("Choose no more than %(most)d files.") % {"most": most})
        try:
            return [read_proof(one) for one in files]
        except BadProof as bad:
            raise ValidationError(str(bad)) from bad


class ClaimForm(forms.Form):
    """A training held elsewhere."""

    title = forms.CharField(label=gettext_lazy("Name of the training"), max_length=200)
    provider = forms.ModelChoiceField(
        label=gettext_lazy("Held by"),
        queryset=Provider.objects.order_by("name"),
        required=False,
        empty_label=gettext_lazy("Somebody else (name it below)"),
    )
    held_by = forms.CharField(
        label=gettext_lazy("Name, if it is not in the list"), max_length=120, required=False
    )
    form = forms.ChoiceField(label=gettext_lazy("Form"), choices=Form.choices)
    level = forms.ChoiceField(
        label=pgettext_lazy("of a training", "Level"), choices=Level.choices, initial=Level.COUNTY
    )
    purpose = forms.ChoiceField(label=gettext_lazy("Purpose"), choices=Purpose.choices)
    themes = forms.MultipleChoiceField(
        label=gettext_lazy("About"),
        choices=Theme.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    assessments = forms.MultipleChoiceField(
        label=gettext_lazy("Assessments passed"),
        choices=[(stage, STAGE_WORDS[stage]) for stage in STAGES],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    diploma_on = forms.DateField(
        label=gettext_lazy("Day of the diploma (degree studies)"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    proofs = ProofsField(
        label=gettext_lazy("Proof"),
        help_text=gettext_lazy(
            "Photos, scans or PDF files, up to 10 MB each. Pictures are kept without what the camera noted."
        ),
    )

    def clean(self) -> dict[str, Any]:
        """Somebody held it."""
        said: dict[str, Any] = super().clean() or {}
        if not said.get("provider") and not said.get("held_by"):
            self.add_error("held_by", _("Choose who held it, or enter the name."))
        return said

    def claimed(self, sessions: tuple[Session, ...]) -> Claimed:
        """What the form says, for the domain."""
        said = self.cleaned_data
        provider = said.get("provider")
        return Claimed(
            title=said["title"],
            form=Form(said["form"]),
            level=Level(said["level"]),
            themes=tuple(Theme(one) for one in said["themes"]),
            purpose=Purpose(said["purpose"]),
            sessions=sessions,
            provider=provider,
            held_by="" if provider else said.get("held_by", ""),
            assessments=self._assessments(),
            diploma_on=said.get("diploma_on"),
        )

    def _assessments(self) -> dict[str, str]:
        return dict.fromkeys(self.cleaned_data["assessments"], "pass")


class RosterForm(ClaimForm):
    """Study at school: a verifier brings the roster of those who signed."""

    people = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Who signed"),
        queryset=Person.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ("title", "people")

    def __init__(self, *args: Any, teachers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = teachers  # type: ignore[attr-defined]
        self.fields["provider"].empty_label = gettext_lazy("Our school")  # type: ignore[attr-defined]
        for name in ("held_by", "diploma_on"):
            del self.fields[name]
        self.fields["form"].initial, self.fields["level"].initial = Form.SCHOOL, Level.SCHOOL

    def clean(self) -> dict[str, Any]:
        """Without a provider the school itself held it."""
        return forms.Form.clean(self) or {}


class SessionForm(forms.Form):
    """A day with its hours."""

    on = forms.DateField(
        label=gettext_lazy("Day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    hours = forms.CharField(
        label=pgettext_lazy("of a session", "Hours"),
        max_length=6,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    start = forms.TimeField(
        label=gettext_lazy("From"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    end = forms.TimeField(
        label=gettext_lazy("To"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )

    def clean_hours(self) -> Hours:
        """Above 0, at most a day, at most two decimals."""
        text = self.cleaned_data["hours"].strip()
        try:
            hours = Hours.parse(text, at_most=DAY)
        except ValueError as error:
            raise ValidationError(_("Write hours like 4 or 1.5, at most 24 a day.")) from error
        if not hours:
            raise ValidationError(_("Write hours like 4 or 1.5, at most 24 a day."))
        return hours

    def session(self) -> Session:
        """What the row says, for the domain."""
        said = self.cleaned_data
        return Session(said["on"], said["hours"], said.get("start"), said.get("end"))


SessionFormSet = forms.formset_factory(
    SessionForm, extra=0, min_num=1, max_num=60, absolute_max=60, validate_min=True
)
