"""The form by which a bureau enters a witness."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminModelForm

from lms.credit.core import note
from lms.credit.core.note import BadNote, parse_key
from lms.credit.models.proof import Witness
from lms.people.policy import organisations_within_reach


class WitnessForm(WagtailAdminModelForm):
    """A key once entered stays what it is: signatures were checked with it."""

    instance: Any

    class Meta:
        model = Witness
        fields = ("organisation", "vkey", "active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["organisation"], self.fields["vkey"]
        else:
            reach = organisations_within_reach(self.for_user, timezone.localdate())
            self.fields["organisation"].queryset = reach

    def clean_vkey(self) -> str:
        """A public key of the kind that witnesses have."""
        typed = str(self.cleaned_data["vkey"]).strip()
        try:
            key = parse_key(typed)
        except BadNote as problem:
            raise ValidationError(
                _("This is no key. Copy the whole line that the witness's command prints.")
            ) from problem
        if key.kind != note.COSIGNATURE:
            raise ValidationError(_("This key signs records; a witness has one of its own."))
        return typed
