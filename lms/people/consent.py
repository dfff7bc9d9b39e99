"""Agreeing to the terms and the privacy notice: the field of the sign-in forms, and how it waits for its person.

个人信息保护法 (2021) 第十四条: consent is given freely, knowingly and by an act of its own, so the box is never ticked
beforehand; and again when what is done with the data changes, so a consent names the version of the texts.
"""

import datetime

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

VERSION = "2026-11-22.2"
"""Of both texts (templates lms/terms.html, lms/privacy.html): the day of their last change in substance, and which."""
DATED = datetime.date.fromisoformat(VERSION[:10])
_SESSION_KEY = "consent"


def _label() -> SafeString:
    words = gettext(
        'I have read the <a href="{privacy}" target="_blank">privacy notice</a> and the '
        '<a href="{terms}" target="_blank">terms of use</a>. My name, phone number and records of learning may be '
        "used to record my hours."
    )
    return format_html(words, privacy=reverse("privacy"), terms=reverse("terms"))


def consent_field() -> forms.BooleanField:
    """The box to tick."""
    return forms.BooleanField(
        label=lazy(_label, SafeString)(),
        error_messages={"required": _("Please read both and tick the box, then go on.")},
    )


def remember(request: HttpRequest) -> None:
    """Keep for this session that the box was ticked: who it is shows when the sign-in is complete."""
    request.session[_SESSION_KEY] = VERSION


def take(request: HttpRequest) -> str:
    """The version agreed to in this session, handed out once; empty when none was."""
    return str(request.session.pop(_SESSION_KEY, ""))
