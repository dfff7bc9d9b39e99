"""Signing in where it differs from allauth's, and the language one prefers."""

import time
from typing import Any
from urllib.parse import urlencode

from allauth.account import views as allauth_views
from allauth.account.adapter import get_adapter
from allauth.account.internal.stagekit import clear_login
from allauth.account.stages import LoginByCodeStage, LoginStage
from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, ngettext
from django.views import i18n
from django.views.decorators.http import require_POST, require_safe

from lms.people import consent


class _AnotherWay:
    """Coming back to a first page gives up a code that was asked for, so that a mistyped number can be put right."""

    def _redirect_to_pending_stage(
        self, request: HttpRequest, stage: LoginStage
    ) -> HttpResponseRedirect | None:
        if stage.key == LoginByCodeStage.key:
            clear_login(request)
            return None
        return super()._redirect_to_pending_stage(request, stage)  # type: ignore[misc] # a mixin of allauth's views


class _Agreed:
    """A form whose box of consent was ticked; it is recorded when the sign-in is complete (see the adapter)."""

    def form_valid(self, form: BaseForm) -> HttpResponse:
        """Keep it for this session, then go on."""
        consent.remember(self.request)  # type: ignore[attr-defined] # a mixin of views
        return super().form_valid(form)  # type: ignore[misc] # a mixin of allauth's views


class LoginView(_Agreed, _AnotherWay, allauth_views.LoginView):
    """Phone or email, and password."""


class RequestLoginCodeView(_Agreed, _AnotherWay, allauth_views.RequestLoginCodeView):
    """Asks for the phone number that gets a code."""


class ConfirmLoginCodeView(allauth_views.ConfirmLoginCodeView):
    """Takes the code; says how many attempts are left, and that a code is too old."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Add why when the code has expired."""
        response = super().dispatch(request, *args, **kwargs)
        if getattr(self, "_process", self) is None:
            messages.error(request, gettext("The code is too old. Ask for a new one."))
        return response

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        """Count the attempt and say how many are left."""
        left = self._process.max_attempts - self._process.state["failed_attempts"] - 1
        if left and form.has_error("code", "incorrect_code"):
            sentence = ngettext(
                "The code is wrong. You can try once more. Look at the latest message.",
                "The code is wrong. You can try %(left)d more times. Look at the latest message.",
                left,
            )
            form.errors["code"] = form.error_class([sentence % {"left": left}])
        return super().form_invalid(form)

    def _resend_form_valid(self, form: BaseForm) -> HttpResponse:
        # allauth's own resend fails for a number that nobody has, and is not limited by number.
        process, phone = self._process, self._process.state["phone"]
        if not ratelimit.consume(self.request, action="request_login_code", key=phone):
            messages.error(self.request, get_adapter().error_messages["rate_limited"])
        else:
            process.state["at"] = time.time()
            process.send(skip_enumeration_mails=True)
            process.record_resend()
            process.persist()
        return HttpResponseRedirect(
            self.passthrough_next_url(reverse("account_confirm_login_code"))
        )


@require_safe
def admin_login(request: HttpRequest) -> HttpResponse:
    """The admin's door leads to the only sign-in there is: Wagtail's own knows no second factor."""
    then = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(then, allowed_hosts={request.get_host()}):
        then = reverse("wagtailadmin_home")
    return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': then})}")


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Django's view of that name, which also remembers the choice on the person."""
    person, language = request.user, request.POST.get("language", "")
    if person.is_authenticated and language in dict(settings.LANGUAGES):
        person.language = language
        person.save(update_fields=["language"])
    return i18n.set_language(request)
