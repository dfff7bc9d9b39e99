"""Persons in Wagtail's list of users: one name, phone, email; passwords are set at sign-in. For superusers."""

from typing import Any

from django import forms
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.users import UserViewSet

from lms.people.fields import PhoneField
from lms.people.models import Person

_FIELDS = ("name", "phone", "email", "joined_on", "is_superuser", "groups")


class _PersonForm(forms.Form):
    """What differs from Wagtail's form, which is made for first and last names."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"] = PhoneField(required=False)

    def clean_phone(self) -> str | None:
        """None for nobody's number, so that many may have none."""
        return self.cleaned_data["phone"] or None

    def clean_email(self) -> str | None:
        """In small letters; None as above."""
        email = self.cleaned_data["email"]
        return email.lower() if email else None

    def _clean_username(self) -> None:
        # The model's own uniqueness speaks for phone and email, and allows many without.
        return None


class PersonCreationForm(_PersonForm, UserCreationForm):
    """A new person, who has no password yet."""

    first_name = last_name = email = None

    class Meta(UserCreationForm.Meta):
        fields = _FIELDS

    def save(self, commit: bool = True) -> Person:
        """Store the person."""
        self.instance.set_unusable_password()
        return super().save(commit=commit)


class PersonEditForm(_PersonForm, UserEditForm):
    """A known person."""

    first_name = last_name = email = None

    class Meta(UserEditForm.Meta):
        fields = (*_FIELDS, "is_active")


class PersonViewSet(UserViewSet):
    """Wagtail's views with our forms."""

    ordering = "-date_joined"  # "name" means first and last names to Wagtail
    create_template_name = "people/person_create.html"
    edit_template_name = "people/person_edit.html"

    def get_form_class(self, for_update: bool = False) -> type[forms.Form]:
        """Ours."""
        return PersonEditForm if for_update else PersonCreationForm
