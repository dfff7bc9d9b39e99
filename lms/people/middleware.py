"""At the door of every route: the permission table, and the language a person prefers."""

from __future__ import annotations

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import resolve_url
from django.utils import timezone, translation
from django.utils.translation import gettext

from lms.people.admin_wall import check_things
from lms.people.domain.groups import sync_groups
from lms.people.permissions_table import ADMIN_KEY, admits, in_admin, row_of
from lms.plugins.hooks import Device

log = logging.getLogger(__name__)

View = Callable[[HttpRequest], HttpResponse]


class PermissionTableMiddleware:
    """Refuses what the table does not open: visitors are led to sign in, programs get JSON, people a 403 in words."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing here; the route is known in process_view."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        """Let through, or answer instead of the view."""
        match: Any = request.resolver_match
        row = row_of(match)
        if row is None:
            log.error("No row in the permission table for route %r: refused.", match.route)
        else:
            today = timezone.localdate()
            if row.key == ADMIN_KEY:
                _keep_groups_true(request)
            if admits(row, request.user, today):
                if in_admin(match) and request.user.is_authenticated:
                    check_things(request.user, match, request.GET)
                return None
        if request.user.is_authenticated:
            raise PermissionDenied(gettext("This page needs a duty you do not have."))
        return _ask_to_sign_in(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Say it in JSON to programs; everybody else gets the 403 page."""
        if isinstance(error, PermissionDenied) and wants_json(request):
            return JsonResponse({"error": "forbidden", "message": str(error)}, status=403)
        return None


class DevicesMiddleware:
    """Tells browsers what a page may use of their machine: what its row of the table names, and nothing else."""

    NEVER = (
        "accelerometer",
        "geolocation",
        "gyroscope",
        "hid",
        "magnetometer",
        "midi",
        "payment",
        "serial",
        "usb",
    )

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the header, to refusals as well."""
        response = self.get_response(request)
        match: Any = request.resolver_match
        row = row_of(match) if match and response.status_code == HTTPStatus.OK else None
        uses = row.uses if row else ()
        allowed = [f"{one.value}={'(self)' if one in uses else '()'}" for one in Device]
        response["Permissions-Policy"] = ", ".join([*allowed, *(f"{one}=()" for one in self.NEVER)])
        return response


class PreferredLanguageMiddleware:
    """A signed-in person's language, where this device has not chosen one."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Switch before the view; LocaleMiddleware has switched by cookie or header already."""
        if (
            settings.SESSION_COOKIE_NAME in request.COOKIES
            and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES
            and (language := getattr(request.user, "language", ""))
        ):
            translation.activate(language)
            request.LANGUAGE_CODE = language
        return self.get_response(request)


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asks, and not a person who opens a page."""
    headers = request.headers
    accepts = headers.get("Accept", "")
    return (
        request.content_type == "application/json"
        or headers.get("X-Requested-With") == "XMLHttpRequest"
        or headers.get("Sec-Fetch-Dest") == "empty"
        or ("application/json" in accepts and "text/html" not in accepts)
    )


def _ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    if wants_json(request):
        message = gettext("You are signed out. Sign in and try again.")
        return JsonResponse({"error": "signed-out", "message": message}, status=401)
    then = request.get_full_path() if request.method in {"GET", "HEAD"} else "/"
    return redirect_to_login(then, resolve_url(settings.LOGIN_URL))


def _keep_groups_true(request: HttpRequest) -> None:
    # Wagtail's groups stand, duties end by the calendar: the first step into the admin each day settles it.
    person: Any = request.user
    today = timezone.localdate()
    if person.is_authenticated and request.session.get("groups_on") != today.isoformat():
        sync_groups(person, today)
        request.session["groups_on"] = today.isoformat()
