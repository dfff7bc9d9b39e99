"""What sign-up asks beyond allauth's own fields; apart from forms.py because allauth's forms import it."""

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from lms.people import consent
from lms.people.models import Person


class SignupForm(forms.Form):
    """What sign-up asks beyond allauth's fields, where SIGNUP_OPEN."""

    name = forms.CharField(
        label=_("Name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )

    agree = consent.consent_field()

    def signup(self, request: HttpRequest, person: Person) -> None:
        """Store it; allauth calls this."""
        consent.remember(request)
        person.name = self.cleaned_data["name"]
        person.save(update_fields=["name"])
