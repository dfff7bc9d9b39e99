"""The address in a paper's QR code, and what it says by itself."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings

from lms.credit import signing
from lms.credit.core import papers

if TYPE_CHECKING:
    from lms.credit.models.statement import Issued

_LINK = b"qinghe certificate link 1\n"
_SIGNATURE_BYTES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A fact (`name`, `hours`, `from`, `to`) that the link at hand and the paper as issued disagree on."""

    field: str
    at_hand: str
    issued: str


def link_of(issued: "Issued") -> str:
    """The address in the QR code: the public page, and a token that vouches for what the paper states.

    It is on paper, so it is written out here: the route of the page must never change.
    """
    return f"{settings.SITE_URL}/check/{issued.code}/?t={_token(issued)}"


def is_ours(code: str, token: str) -> bool:
    """Whether we signed a token for the paper of this code, with any key that was ever ours."""
    raw = _decoded(token)
    signature, claims = raw[:_SIGNATURE_BYTES], raw[_SIGNATURE_BYTES:]
    message = _LINK + code.encode() + claims
    return any(signing.is_signed(key, message, signature) for key in signing.key_ids())


def differences(payload: Mapping[str, Any], token: str) -> tuple[Difference, ...]:
    """What the link says otherwise than the paper did; nothing where it says nothing that can be read."""
    issued = _claims(payload)
    try:
        said = json.loads(_decoded(token)[_SIGNATURE_BYTES:])
    except ValueError:
        return ()
    if not isinstance(said, list) or len(said) != len(issued):
        return ()
    return tuple(
        Difference(field=field, at_hand=str(at_hand)[:120], issued=value)
        for (field, value), at_hand in zip(issued.items(), said, strict=True)
        if at_hand != value
    )


def _claims(payload: Mapping[str, Any]) -> dict[str, str]:
    """What the paper's link says by itself."""
    if payload["type"] == papers.STATEMENT:
        hours, days = papers.counted(payload["totals"]).fixed(), payload["period"]
    else:
        lines = payload["lines"]
        hours, days = payload["hours"], {"from": lines[0][0], "to": lines[-1][0]}
    return {
        "name": payload["person"]["name"],
        "hours": hours,
        "from": days["from"],
        "to": days["to"],
    }


def _token(issued: "Issued") -> str:
    claims = json.dumps(list(_claims(issued.payload).values()), ensure_ascii=False).encode()
    _key, signature = signing.sign(_LINK + issued.code.encode() + claims)
    return base64.urlsafe_b64encode(signature + claims).decode().rstrip("=")


def _decoded(token: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(token.encode() + b"=" * (-len(token) % 4))
    except (binascii.Error, UnicodeEncodeError):
        return b""
