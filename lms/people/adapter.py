"""What allauth asks of us: phones, codes, who may sign up, our own words."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lms.people import consent
from lms.people.domain.consent import record_consent
from lms.people.fields import PhoneField
from lms.people.models import Person
from lms.people.phones import parse_phone
from lms.people.sms import send_sms

_MISMATCH = _("The phone number, email or password is wrong. Nothing was changed.")


def display_name(person: Person) -> str:
    """How allauth's pages and messages name somebody (ACCOUNT_USER_DISPLAY)."""
    return person.name


class AccountAdapter(DefaultAccountAdapter):
    """People are brought in by their bureau; they sign in by phone and code, or phone or email and password."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _MISMATCH,
        "phone_password_mismatch": _MISMATCH,
        "username_password_mismatch": _MISMATCH,
        "incorrect_code": _("The code is wrong."),
        "incorrect_password": _("The password is wrong."),
        "too_many_login_attempts": _(
            "Too many attempts. Nothing is lost: wait a few minutes, then try again."
        ),
        "rate_limited": _("Too many messages asked for. Wait a minute, then try again."),
        "phone_taken": _("Somebody else signs in with this phone number."),
        "same_as_current": _("This is the number you already have."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Closed unless SIGNUP_OPEN: a bureau brings its teachers in."""
        return bool(settings.SIGNUP_OPEN)

    def get_login_stages(self) -> list[str]:
        """The usual ones, but a phone is verified at sign-up and by its codes, not before a password counts."""
        return [
            stage.replace("allauth.account.stages.Phone", "lms.people.stages.Phone")
            for stage in super().get_login_stages()
        ]

    def post_login(self, request: HttpRequest, user: Person, **kwargs: Any) -> HttpResponse:
        """The sign-in is complete: record what its form was agreed to with."""
        if version := consent.take(request):
            record_consent(person=user, version=version, at=timezone.now())
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return response

    # Phones: all five, or allauth takes phones for not supported.

    def phone_form_field(self, **kwargs: Any) -> Any:
        """Our own field, which knows how numbers are written here."""
        return PhoneField(**kwargs)

    def get_phone(self, user: Person) -> tuple[str, bool] | None:
        """The number and whether a code sent to it came back."""
        return (user.phone, user.phone_verified) if user.phone else None

    def set_phone(self, user: Person, phone: str, verified: bool) -> None:
        """Store another number."""
        user.phone, user.phone_verified = phone, verified
        user.save(update_fields=["phone", "phone_verified"])

    def set_phone_verified(self, user: Person, phone: str) -> None:
        """A code sent to `phone` came back; nothing to do when the person has another number by now."""
        if user.phone == phone and not user.phone_verified:
            user.phone_verified = True
            user.save(update_fields=["phone_verified"])

    def get_user_by_phone(self, phone: str) -> Person | None:
        """The person with this number, however it is written."""
        return Person.objects.filter(phone=parse_phone(phone)).first() if phone else None

    def send_verification_code_sms(
        self, user: Person, phone: str, code: str, **kwargs: Any
    ) -> None:
        """Send a code."""
        minutes = settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60
        text = gettext(
            "%(code)s is your code for %(site)s, valid for %(minutes)d minutes. Give it to nobody."
        )
        send_sms(
            phone=phone,
            text=text % {"code": code, "site": settings.SITE_NAME, "minutes": minutes},
        )

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # allauth leaves phones out, so that everybody who signs in by phone would share one limit.
        if phone := credentials.get("phone"):
            return f"phone:{parse_phone(phone)}"
        return super()._get_login_attempts_cache_key(request, **credentials)
