"""What is true of a paper that somebody holds: by its code, its link, or its file."""

import datetime
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lms.credit import signing
from lms.credit.core import chain, codes, papers
from lms.credit.core import sealed as offline
from lms.credit.core.checkpoint import TreeHead
from lms.credit.core.papers import SEALS
from lms.credit.domain import checkpoints, links
from lms.credit.domain.carried import bookings_of, newest_holding
from lms.credit.domain.links import Difference
from lms.credit.domain.statements import Issued
from lms.credit.models.statement import Certificate, CertificateFile, Statement, StatementFile
from lms.credit.queries.papers import links_in, reasons_of

_CODE_IN_FILE = re.compile(rb"[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){3}")
LARGEST_FILE = 5_000_000
"""Bytes; ours have some 40,000, a statement of many years some 300,000."""
MOST_CODES = 5
"""Codes in an uploaded file that are looked up; ours names one."""


class Verdict(StrEnum):
    """What a check comes to."""

    GENUINE = "genuine"
    CHANGED = "changed"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocation:
    """Hours that no longer count: of which training, since when, and why (empty: no reason is kept)."""

    title: str
    at: datetime.datetime
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """The verdict and what it rests on. `payload` is what the paper stated when issued; None when unknown.

    `sealed`: what was shown (a link's token, a file) is ours to the byte; None when nothing but a code was shown.
    `checkpoint`: the newest one, where it holds all of its transfers; None while none does.
    """

    verdict: Verdict
    payload: Mapping[str, Any] | None = None
    differences: tuple[Difference, ...] = ()
    signed: bool = False
    in_ledger: bool = False
    sealed: bool | None = None
    key: str = ""
    revocations: tuple[Revocation, ...] = ()
    checkpoint: TreeHead | None = None


def check(code: str, token: str = "") -> Check:
    """What is true of a paper with this code, and of the link's token it came with, if any."""
    read = codes.read_code(code)
    issued = _issued(read) if read else None
    if issued is None:
        return Check(verdict=Verdict.UNKNOWN)
    return _check(issued, sealed=links.is_ours(issued.code, token) if token else None, token=token)


def check_file(content: bytes) -> Check:
    """What is true of a file that somebody uploads. A PDF is genuine only if it is ours to the byte.

    A JSON file is where it states what was issued, and all that it carries agrees with it.
    """
    digest = hashlib.sha256(content).hexdigest()
    for files in (CertificateFile, StatementFile):
        ours = files.objects.filter(digest=digest).select_related("paper").first()
        if ours:
            return _check(ours.paper, sealed=True)
    named = dict.fromkeys(_CODE_IN_FILE.findall(content[:LARGEST_FILE]))
    for found in list(named)[:MOST_CODES]:
        if issued := _issued(found.decode()):
            return _check(issued, sealed=_is_file_of(issued, content))
    return Check(verdict=Verdict.UNKNOWN)


def _check(issued: Issued, *, sealed: bool | None, token: str = "") -> Check:
    payload = issued.payload
    signed = is_signed(issued)
    found = links_in(bookings_of(payload))
    in_ledger = _is_in_ledger(payload, list(found.values()))
    revocations = _revocations(payload, found) if in_ledger else ()
    if not (signed and in_ledger) or sealed is False:
        verdict = Verdict.CHANGED
    else:
        verdict = Verdict.REVOKED if revocations else Verdict.GENUINE
    return Check(
        verdict=verdict,
        payload=payload,
        differences=links.differences(payload, token),
        signed=signed,
        in_ledger=in_ledger,
        sealed=sealed,
        key=issued.key,
        revocations=revocations,
        checkpoint=newest_holding(found),
    )


def _is_file_of(issued: Issued, content: bytes) -> bool:
    """Whether this is JSON that says what was issued, and verifies by itself with our keys.

    A PDF is not asked: what it carries may be ours while what it shows is not.
    """
    if content.startswith(b"%PDF-"):
        return False
    report = offline.check(content, trusted=checkpoints.own_keys(checkpoints.origin()))
    return report.verdict == offline.Verdict.GENUINE and report.payload == issued.payload


def is_as_issued(issued: Issued) -> bool:
    """Whether a paper still says what a key of ours signed and the ledger holds."""
    found = links_in(bookings_of(issued.payload))
    return is_signed(issued) and _is_in_ledger(issued.payload, list(found.values()))


def is_signed(issued: Issued) -> bool:
    """Whether a key of ours signed what a paper states now."""
    kind = papers.CERTIFICATE if isinstance(issued, Certificate) else papers.STATEMENT
    message = SEALS[kind] + chain.canonical(issued.payload)
    return signing.is_signed(issued.key, message, bytes(issued.signature))


def _issued(code: str) -> Issued | None:
    return (
        Certificate.objects.filter(code=code).first() or Statement.objects.filter(code=code).first()
    )


def _is_in_ledger(payload: Mapping[str, Any], found: Sequence[chain.Link]) -> bool:
    """Whether the transfers that the paper names stand there with the hashes that it names."""
    hashes = {link.facts["id"]: link.hash for link in found}
    return all(hashes.get(one["transfer"]) == one["hash"] for one in _stated(payload))


def _revocations(
    payload: Mapping[str, Any], found: Mapping[int, chain.Link]
) -> tuple[Revocation, ...]:
    """What no longer counts of what counted when it was stated."""
    keys = {link.hash: pk for pk, link in found.items()}
    by_booking = {
        history[0].content["id"]: history
        for history in papers.histories(papers.Told(one.facts, one.hash) for one in found.values())
    }
    undone = [
        (one, by)
        for one in _stated(payload)
        if (counted := _counts_by(one))
        and (by := papers.revoked_by(by_booking[one["booking"]], counted))
    ]
    reasons = reasons_of([keys[by.hash] for _one, by in undone])
    return tuple(
        Revocation(
            title=one["training"]["title"],
            at=datetime.datetime.fromisoformat(by.content["recorded_at"]),
            because=reasons.get(keys[by.hash], ""),
        )
        for one, by in undone
    )


def _counts_by(stated: Mapping[str, Any]) -> str | None:
    """The hash of the transfer by which hours count, as an entry of a statement names it; a certificate's own."""
    by: str | None = stated.get("counts_by", stated["hash"])
    return by


def _stated(payload: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return payload["entries"] if payload["type"] == papers.STATEMENT else [payload]
