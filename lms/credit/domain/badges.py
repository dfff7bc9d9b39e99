"""Certificates as Open Badges 3.0, and the document in which their verifiers find our keys."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from lms.credit import signing
from lms.credit.core import badge
from lms.credit.models.statement import Certificate


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
    return badge.jwt(
        badge.credential(payload, words=words),
        key_id=signing.key_in_use(),
        sign=lambda message: signing.sign(message)[1],
    )


def did_document() -> dict[str, Any]:
    """Our keys for did:web, the one in use first; earlier ones stay, for what they signed."""
    used = signing.key_in_use()
    known = [(signing.key_id(key), key.public_bytes_raw()) for key in signing.public_keys()]
    return badge.did_document(settings.SITE_URL, sorted(known, key=lambda one: one[0] != used))
