"""A person. Who they are at which school, and what they may do, comes in dated spells."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _


class PersonManager(BaseUserManager["Person"]):
    """Creates persons; `create_superuser` serves Django's command of that name."""

    def create_user(self, *, name: str, password: str | None = None, **fields: Any) -> "Person":
        """A person with a hashed password (unusable when None)."""
        if email := fields.get("email"):
            fields["email"] = self.normalize_email(email)
        person = self.model(name=name, **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(
        self, *, name: str, password: str | None = None, **fields: Any
    ) -> "Person":
        """A person who may do everything in the admin; not a domain role."""
        return self.create_user(name=name, password=password, is_superuser=True, **fields)


class Person(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in: by phone and code, or by phone or email and password."""

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=80)
    email = models.EmailField(_("email"), unique=True, null=True, blank=True)
    phone = models.CharField(
        _("phone"), max_length=16, unique=True, null=True, blank=True, help_text="+8613800001111"
    )
    phone_verified = models.BooleanField(_("phone verified"), default=False)
    joined_on = models.DateField(_("joined the profession on"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("registered at"), auto_now_add=True)

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        """The name; Wagtail's admin asks for it."""
        return self.name

    def get_short_name(self) -> str:
        """The name; there is no shorter polite form."""
        return self.name
