"""Forms of the bureau's part of the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateInput

from lms.people.domain.duties import save_duty
from lms.people.domain.providers import open_provider
from lms.people.enums import STANDS_ON, OrganisationKind
from lms.people.models import Accreditation, Duty, Organisation, Person, Provider, RoleSpell
from lms.people.phones import parse_phone
from lms.people.policy import organisations_within_reach, within_reach

_ACCREDITATION = ("bureau", "number", "from_on", "to_on")


class ReachForm(WagtailAdminModelForm):
    """Offers the organisations and providers within the reach of whoever fills it in."""

    instance: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        for name in {"organisation", "bureau"} & set(self.fields):
            field = self.fields[name]
            field.queryset = field.queryset & organisations_within_reach(self.for_user, today)
        if "provider" in self.fields and self._meta.model is not Accreditation:
            self.fields["provider"].queryset = within_reach(self.for_user, Provider, today)


class OrganisationForm(ReachForm):
    """A new organisation names the one above it."""

    parent = forms.ModelChoiceField(
        label=_("parent organisation"), queryset=Organisation.objects.none(), required=False
    )

    class Meta:
        fields = ("name", "kind")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["parent"], self.fields["kind"]
        else:
            field = self.fields["parent"]
            field.queryset = organisations_within_reach(
                self.for_user, timezone.localdate()
            ).exclude(kind="school")
            field.required = not self.for_user.is_superuser

    def clean(self) -> dict[str, Any]:
        """What the database would refuse, in a sentence."""
        cleaned = super().clean()
        parent, kind = cleaned.get("parent"), cleaned.get("kind")
        if self.instance.pk is None and kind not in STANDS_ON[parent.kind if parent else None]:
            raise ValidationError(
                _(
                    "Bureaus stand on top, districts under a bureau, schools under a district or a bureau."
                )
            )
        return cleaned

    def save(self, commit: bool = True) -> Organisation:
        """Put a new one under its parent."""
        if self.instance.pk:
            return super().save(commit=commit)
        facts = {"name": self.cleaned_data["name"], "kind": self.cleaned_data["kind"]}
        parent = self.cleaned_data.get("parent")
        self.instance = parent.add_child(**facts) if parent else Organisation.add_root(**facts)
        return self.instance


class ProviderForm(ReachForm):
    """A new provider comes with its accreditation: whoever enters it could not see it otherwise."""

    bureau = forms.ModelChoiceField(
        label=_("accredited by"),
        queryset=Organisation.objects.filter(kind=OrganisationKind.BUREAU),
        help_text=_("Only a bureau that you administer yourself."),
    )
    number = forms.CharField(label=_("document number"), max_length=80, required=False)
    from_on = forms.DateField(label=_("first day"), widget=AdminDateInput)
    to_on = forms.DateField(label=_("last day"), widget=AdminDateInput, required=False)

    class Meta:
        model = Provider
        fields = ("name", "slug")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            # Groups are named by it.
            for name in ("slug", *_ACCREDITATION):
                del self.fields[name]
        elif self.for_user.is_superuser:
            self.fields["bureau"].required = self.fields["from_on"].required = False

    def clean(self) -> dict[str, Any]:
        """The accreditation as a whole."""
        cleaned = super().clean()
        facts = {name: cleaned[name] for name in _ACCREDITATION if cleaned.get(name)}
        self.accreditation = None
        if facts and not self.errors:
            if not {"bureau", "from_on"} <= set(facts):
                raise ValidationError(_("An accreditation names the bureau and its first day."))
            self.accreditation = Accreditation(**facts)
            self.accreditation.clean()
        return cleaned

    def save(self, commit: bool = True) -> Provider:
        """A new one with all that belongs to it."""
        if self.instance.pk:
            return super().save(commit=commit)
        return open_provider(provider=self.instance, accreditation=self.accreditation)


class SpellForm(ReachForm):
    """A person is named by phone or email: a list would show everybody's names to everybody."""

    who = forms.CharField(
        label=_("person"), help_text=_("Their phone number or email."), max_length=254
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["who"]

    def clean_who(self) -> str:
        """Find the person."""
        text = self.cleaned_data["who"].strip()
        phone = parse_phone(text)
        known = {"phone": phone} if phone else {"email": text.lower()}
        person = Person.objects.filter(**known).first()
        if person is None:
            raise ValidationError(_("Nobody here has this phone number or email."))
        self.instance.person = person
        return text


class RoleSpellForm(SpellForm):
    """A role at an organisation."""

    class Meta:
        model = RoleSpell
        fields = ("role", "organisation", "from_on", "to_on")


class DutyForm(SpellForm):
    """A duty for a provider or at an organisation."""

    class Meta:
        model = Duty
        fields = ("kind", "organisation", "provider", "from_on", "to_on")

    def save(self, commit: bool = True) -> Duty:
        """Groups in the admin follow at once."""
        return save_duty(self.instance, on=timezone.localdate())
