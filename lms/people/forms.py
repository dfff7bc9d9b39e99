"""Forms of signing in: labels, keyboards and autofill as phones need them."""

import unicodedata
from typing import Any

from allauth.account import forms as allauth_forms
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from lms.people.consent import consent_field
from lms.people.phones import parse_phone


def _code_field() -> forms.CharField:
    attrs = {
        "inputmode": "numeric",
        "autocomplete": "one-time-code",
        "maxlength": "6",
        "autofocus": True,
    }
    return forms.CharField(
        label=_("Six-digit code"),
        max_length=40,
        widget=forms.TextInput(attrs=attrs),
        error_messages={"required": _("Enter the six digits from the message.")},
    )


class _SixDigits:
    """A code as people type it: full-width digits and spaces are understood."""

    def clean_code(self) -> str:
        """The code; refused when it is another than the one sent."""
        self.cleaned_data["code"] = unicodedata.normalize("NFKC", self.cleaned_data["code"])  # type: ignore[attr-defined] # a mixin of forms
        return super().clean_code()  # type: ignore[misc] # a mixin of allauth's forms


class LoginForm(allauth_forms.LoginForm):
    """Phone or email, and password."""

    agree = consent_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            label=_("Phone or email"),
            max_length=254,
            widget=forms.TextInput(
                attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
            ),
            error_messages={"required": _("Enter your phone number or email.")},
        )
        password = self.fields["password"]
        password.label = _("Password")
        password.help_text = ""
        password.error_messages["required"] = _("Enter your password.")
        password.widget.attrs.pop("placeholder", None)
        self.order_fields(["login", "password", "remember", "agree"])

    def clean_login(self) -> str:
        """E.164 for a phone number however written, else an email in small letters."""
        login = super().clean_login()
        if phone := parse_phone(login):
            return phone
        try:
            validate_email(login)
        except ValidationError:
            raise ValidationError(
                _("Enter a phone number of 11 digits, or an email address."), code="invalid"
            ) from None
        return login.lower()


class RequestLoginCodeForm(allauth_forms.RequestLoginCodeForm):
    """The phone number that gets a code. Answers alike whether somebody has the number or not."""

    agree = consent_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["email"]
        self.fields["phone"].required = True


class ConfirmLoginCodeForm(_SixDigits, allauth_forms.ConfirmLoginCodeForm):
    """The code that signs in."""

    code = _code_field()


class VerifyPhoneForm(_SixDigits, allauth_forms.VerifyPhoneForm):
    """The code that proves a new number."""

    code = _code_field()
