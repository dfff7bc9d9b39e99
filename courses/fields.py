"""Fields of a course's own."""

from typing import Any

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.api.credit import Hours

MOST = Hours(100_000)
"""No course is worth more than 1,000 hours."""


class HoursFormField(forms.Field):
    """Hours as people write them, 1.5, to whole hundredths, 150."""

    widget = forms.TextInput(
        attrs={"inputmode": "decimal", "autocomplete": "off", "maxlength": "8"}
    )

    def prepare_value(self, value: Any) -> Any:
        """Hundredths as hours; what was typed stays as it is."""
        return str(Hours(value)) if isinstance(value, int) else value

    def to_python(self, value: Any) -> int | None:
        """Hundredths, or a ValidationError that says how to write them."""
        if value in self.empty_values:
            return None
        try:
            return Hours.parse(str(value).strip(), at_most=MOST).hundredths
        except ValueError as wrong:
            raise ValidationError(
                _("Write hours like 8, 7.5 or 0.25, at most 1000."), code="invalid"
            ) from wrong

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compares what is meant: 1.5 and 1.50 are the same."""
        try:
            return bool(initial != self.to_python(data))
        except ValidationError:
            return True


class HundredthsField(models.PositiveIntegerField):
    """Credit hours in whole hundredths, edited as hours."""

    def formfield(self, *args: Any, **kwargs: Any) -> Any:
        """A field that reads and writes hours."""
        return models.Field.formfield(self, **({"form_class": HoursFormField} | kwargs))


class ChoicesField(ArrayField):
    """Several of a few words, in a PostgreSQL array."""

    def formfield(self, *args: Any, **kwargs: Any) -> Any:
        """Tick boxes."""
        options = {
            "form_class": forms.TypedMultipleChoiceField,
            "choices": self.base_field.choices,
            "widget": forms.CheckboxSelectMultiple,
            "coerce": str,
            # A default that is called makes Django compare with a hidden field, which Wagtail's editor does not
            # write: the course would look changed by whoever only approves it.
            "show_hidden_initial": False,
        }
        return models.Field.formfield(self, **(options | kwargs))
