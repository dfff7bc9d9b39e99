"""A person. Who they are at which school, and what they may do, comes in dated spells."""

import datetime
import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from lms.people.models.roles import Duty, RoleSpell


class PersonManager(BaseUserManager["Person"]):
    """Creates persons; `create_superuser` serves Django's command of that name."""

    def create_user(self, *, name: str, password: str | None = None, **fields: Any) -> "Person":
        """A person with a hashed password (unusable when None)."""
        if email := fields.get("email"):
            fields["email"] = email.strip().lower()
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
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, blank=True, default=""
    )
    # What they agreed to when they signed in: the version of the texts (lms.people.consent), and when.
    consent_version = models.CharField(
        _("agreed to version"), max_length=20, blank=True, default="", editable=False
    )
    consented_at = models.DateTimeField(_("agreed at"), null=True, blank=True, editable=False)
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

    @property
    def first_name(self) -> str:
        """The name; the side bar of Wagtail's admin asks for it by this word."""
        return self.name

    def get_short_name(self) -> str:
        """The name; there is no shorter polite form."""
        return self.name

    def duties_on(self, day: datetime.date) -> "tuple[Duty, ...]":
        """Duties in force on a day, with their places. Asked once for each person object (one request) and day."""
        kept: dict[datetime.date, tuple[Duty, ...]] = self.__dict__.setdefault("_duties_by_day", {})
        if day not in kept:
            duties = self.duties.on(day).select_related("organisation", "provider")
            kept[day] = tuple(duties) if self.is_active else ()
        return kept[day]

    def roles_on(self, day: datetime.date) -> "tuple[RoleSpell, ...]":
        """Role spells in force on a day, the latest first, with their organisations; asked once, as above."""
        kept: dict[datetime.date, tuple[RoleSpell, ...]] = self.__dict__.setdefault(
            "_roles_by_day", {}
        )
        if day not in kept:
            kept[day] = tuple(self.role_spells.on(day).select_related("organisation"))
        return kept[day]

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """Forget what was asked before, too."""
        self.__dict__.pop("_duties_by_day", None)
        self.__dict__.pop("_roles_by_day", None)
        super().refresh_from_db(*args, **kwargs)
