"""The form field for a phone number."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lms.people.phones import parse_phone


class PhoneField(forms.CharField):
    """A phone number; its clean value is E.164."""

    default_error_messages = {
        "required": _("Enter your phone number."),
        "invalid": _("This is no phone number we can send messages to. Enter its 11 digits."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Phone number"))
        kwargs.setdefault("max_length", 40)
        attrs = {"type": "tel", "inputmode": "tel", "autocomplete": "tel"}
        kwargs.setdefault("widget", forms.TextInput(attrs=attrs))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        """E.164, or "" when empty and not required."""
        text = super().clean(value)
        if not text:
            return ""
        phone = parse_phone(text)
        if phone is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return phone
