"""Certificates of confirmed hours: issued once, signed, and checked by whoever holds one."""

import base64
import binascii
import datetime
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import IntegrityError, transaction

from lms.credit import queries, signing
from lms.credit.core import chain, codes
from lms.credit.core.lines import day_of
from lms.credit.domain.paper import paper
from lms.credit.enums import AccountKind
from lms.credit.errors import NotConfirmed
from lms.credit.models.statement import Certificate, CertificateFile
from lms.credit.pdf import certificate_pdf

if TYPE_CHECKING:
    from lms.credit.models.ledger import Transfer

_STATEMENT = b"qinghe certificate 1\n"
_LINK = b"qinghe certificate link 1\n"
_CODE_IN_FILE = re.compile(rb"[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){3}")
_SIGNATURE_BYTES = 64
LARGEST_FILE = 5_000_000
"""Bytes; ours have some 40,000."""
MOST_CODES = 5
"""Codes in an uploaded file that are looked up; ours names one."""


class Verdict(StrEnum):
    """What a check comes to."""

    GENUINE = "genuine"
    CHANGED = "changed"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A fact (`name`, `hours`, `from`, `to`) that the link at hand and the certificate as issued disagree on."""

    field: str
    at_hand: str
    issued: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """The verdict and what it rests on. `payload` is what the certificate stated when issued; None when unknown.

    `sealed`: what was shown (a link's token, a file) is ours to the byte; None when nothing but a code was shown.
    """

    verdict: Verdict
    payload: Mapping[str, Any] | None = None
    differences: tuple[Difference, ...] = ()
    signed: bool = False
    in_ledger: bool = False
    sealed: bool | None = None
    key: str = ""
    revoked_at: datetime.datetime | None = None
    revoked_because: str = ""


def issue_certificate(booking: "Transfer", *, at: datetime.datetime) -> Certificate:
    """The certificate of a booking's confirmed hours, registered or not; the same one when asked again.

    Raises NotConfirmed where a school has not confirmed them, or not any more.
    """
    entry = queries.entry(booking.public_id)
    confirmation = entry.confirmation if entry else None
    if entry is None or confirmation is None:
        raise NotConfirmed
    if known := Certificate.objects.filter(transfer=confirmation).first():
        return known
    code = codes.new_code()
    payload = _payload(entry, confirmation, code, at)
    key, signature = signing.sign(_STATEMENT + chain.canonical(payload))
    certificate = Certificate(
        code=code, person=entry.booking.person, transfer=confirmation,
        payload=payload, key=key, signature=signature, issued_at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            certificate.save(force_insert=True)
    except IntegrityError:
        # A second click in the same second was faster; that one counts.
        return Certificate.objects.get(transfer=confirmation)
    return certificate


def render(certificate: Certificate) -> bytes:
    """The certificate as PDF; its digest is kept, so that the file can be told from a changed one."""
    pdf = certificate_pdf(
        paper(certificate.payload),
        link=link_of(certificate),
        issued_at_s=int(certificate.issued_at.timestamp()),
    )
    digest = hashlib.sha256(pdf).hexdigest()
    CertificateFile.objects.bulk_create(
        [CertificateFile(certificate=certificate, digest=digest)], ignore_conflicts=True
    )
    return pdf


def link_of(certificate: Certificate) -> str:
    """The address in the QR code: the public page, and a token that vouches for what the certificate states.

    It is on paper, so it is written out here: the route of the page must never change.
    """
    return f"{settings.SITE_URL}/check/{certificate.code}/?t={_token(certificate)}"


def check(code: str, token: str = "", *, file_digest: str | None = None) -> Check:
    """What is true of a certificate with this code, and of the link's token or the file it came with, if any."""
    read = codes.read_code(code)
    certificate = (
        Certificate.objects.filter(code=read).select_related("transfer").first() if read else None
    )
    if certificate is None:
        return Check(verdict=Verdict.UNKNOWN)
    payload = certificate.payload
    signed = _is_signed(certificate)
    in_ledger = certificate.transfer.hash == payload["hash"]
    sealed = _sealed(certificate, token, file_digest)
    revocation = queries.revocation_of(certificate.transfer)
    if not (signed and in_ledger) or sealed is False:
        verdict = Verdict.CHANGED
    else:
        verdict = Verdict.REVOKED if revocation else Verdict.GENUINE
    return Check(
        verdict=verdict,
        payload=payload,
        differences=_differences(payload, token),
        signed=signed,
        in_ledger=in_ledger,
        sealed=sealed,
        key=certificate.key,
        revoked_at=revocation.recorded_at if revocation else None,
        revoked_because=revocation.because if revocation else "",
    )


def is_as_issued(certificate: Certificate) -> bool:
    """Whether a certificate, with its transfer at hand, still says what a key of ours signed and the ledger holds."""
    return _is_signed(certificate) and certificate.transfer.hash == certificate.payload["hash"]


def check_file(content: bytes) -> Check:
    """What is true of a PDF that somebody uploads: genuine only if it is ours to the byte."""
    digest = hashlib.sha256(content).hexdigest()
    ours = CertificateFile.objects.filter(digest=digest).select_related("certificate").first()
    if ours:
        return check(ours.certificate.code, file_digest=digest)
    named = dict.fromkeys(_CODE_IN_FILE.findall(content[:LARGEST_FILE]))
    for found in list(named)[:MOST_CODES]:
        verdict = check(found.decode(), file_digest=digest)
        if verdict.verdict != Verdict.UNKNOWN:
            return verdict
    return Check(verdict=Verdict.UNKNOWN)


def _is_signed(certificate: Certificate) -> bool:
    message = _STATEMENT + chain.canonical(certificate.payload)
    return signing.is_signed(certificate.key, message, bytes(certificate.signature))


def _payload(
    entry: queries.Entry, confirmation: "Transfer", code: str, at: datetime.datetime
) -> dict[str, Any]:
    booking, facts = entry.booking, entry.booking.facts
    return {
        "type": "certificate",
        "version": 1,
        "code": code,
        "issuer": settings.SITE_NAME,
        "site": settings.SITE_URL,
        "person": {"id": str(booking.person.public_id), "name": booking.person.name},
        "training": {"key": booking.version.training.key, "version": booking.version.number}
        | facts,
        "hours": entry.hours.fixed(),
        "lines": [[line.on.isoformat(), line.hours.fixed()] for line in entry.lines],
        "state": AccountKind(confirmation.state).value,
        "confirmed_on": day_of(confirmation.recorded_at).isoformat(),
        "booking": str(booking.public_id),
        "transfer": str(confirmation.public_id),
        "hash": confirmation.hash,
        "issued_at": chain.moment(at),
    }


def _claims(payload: Mapping[str, Any]) -> dict[str, str]:
    """What the paper's link says by itself."""
    return {
        "name": payload["person"]["name"],
        "hours": payload["hours"],
        "from": payload["lines"][0][0],
        "to": payload["lines"][-1][0],
    }


def _token(certificate: Certificate) -> str:
    claims = json.dumps(list(_claims(certificate.payload).values()), ensure_ascii=False).encode()
    _key, signature = signing.sign(_LINK + certificate.code.encode() + claims)
    return base64.urlsafe_b64encode(signature + claims).decode().rstrip("=")


def _sealed(certificate: Certificate, token: str, file_digest: str | None) -> bool | None:
    """Whether the token or file is ours; None when there is neither."""
    if file_digest is not None:
        return certificate.files.filter(digest=file_digest).exists()
    if not token:
        return None
    raw = _decoded(token)
    signature, claims = raw[:_SIGNATURE_BYTES], raw[_SIGNATURE_BYTES:]
    # Any key of ours will do: the link may be older or younger than the certificate's own signature.
    message = _LINK + certificate.code.encode() + claims
    return any(signing.is_signed(key, message, signature) for key in signing.key_ids())


def _differences(payload: Mapping[str, Any], token: str) -> tuple[Difference, ...]:
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


def _decoded(token: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(token.encode() + b"=" * (-len(token) % 4))
    except (binascii.Error, UnicodeEncodeError):
        return b""
