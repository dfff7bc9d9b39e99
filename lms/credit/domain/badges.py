"""Certificates as Open Badges 3.0, and the document in which their verifiers find our keys."""

import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from lms.credit import signing
from lms.credit.core import badge, badge_status
from lms.credit.core.moves import ISSUED
from lms.credit.models.statement import Certificate
from lms.credit.queries import papers

KEPT = datetime.timedelta(days=7)
"""How long a copy of a status list may stand in for a newer one."""


def badge_of(certificate: Certificate) -> str:
    """The certificate as a signed credential, a compact JWT. Its words are Chinese, as the paper's are."""
    payload = certificate.payload
    with override("zh-hans"):
        words = {
            "description": _("Training of teachers: %(hours)s hours of %(minutes)s minutes")
            % {
                "hours": payload["hours"],
                "minutes": payload["training"]["minutes_per_hour"],
            },
            "criteria": _(
                "Took part as the training demands, recorded with evidence, and confirmed by the school on %(day)s"
            )
            % {"day": payload["confirmed_on"]},
        }
    status = badge_status.entries(payload["site"], certificate.pk)
    return _signed(badge.credential(payload, words=words, status=status))


def status_list(purpose: str, number: int, *, at: datetime.datetime) -> str | None:
    """Which certificates of a list hold no longer, as a signed credential; None where there is no such list.

    Revoked are those whose booking itself was reversed, after which nothing can follow; suspended those whose hours do
    not count where they lie, and may again.
    """
    newest = Certificate.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    if purpose not in badge_status.PURPOSES or number > newest // badge_status.SIZE:
        return None
    first = number * badge_status.SIZE
    for_ever = purpose == badge_status.REVOCATION
    places = [
        pk
        for pk, state in papers.not_counted(first, first + badge_status.SIZE)
        if (state == ISSUED) == for_ever
    ]
    return _signed(
        badge_status.status_list(
            settings.SITE_URL, purpose, number, places=places, at=at, until=at + KEPT
        )
    )


def _signed(credential: dict[str, Any]) -> str:
    return badge.jwt(
        credential,
        key_id=signing.key_in_use(),
        sign=lambda message: signing.sign(message)[1],
    )


def did_document() -> dict[str, Any]:
    """Our keys for did:web, the one in use first; earlier ones stay, for what they signed."""
    used = signing.key_in_use()
    known = [(signing.key_id(key), key.public_bytes_raw()) for key in signing.public_keys()]
    return badge.did_document(settings.SITE_URL, sorted(known, key=lambda one: one[0] != used))
