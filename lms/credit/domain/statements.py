"""Papers: certificates of confirmed hours, issued once, and statements of a period. Both are signed."""

import datetime
import hashlib
from typing import TYPE_CHECKING, Any, TypeAlias

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lms.credit import queries, signing
from lms.credit.core import chain, codes, papers
from lms.credit.core.lines import day_of
from lms.credit.core.papers import CERTIFICATE, SEALS, STATEMENT, Told
from lms.credit.core.periods import Period
from lms.credit.domain import links
from lms.credit.domain.carried import paper_file
from lms.credit.domain.paper import paper
from lms.credit.errors import BadPeriod, NotConfirmed, NothingToState
from lms.credit.models.statement import Certificate, CertificateFile, Statement, StatementFile
from lms.credit.pdf import certificate_pdf, statement_pdf
from lms.credit.queries.known import end_of
from lms.credit.queries.papers import bookings_within, links_in
from lms.people import queries as people

if TYPE_CHECKING:
    from lms.credit.models.ledger import Transfer
    from lms.people.models.person import Person

Issued: TypeAlias = Certificate | Statement
EARLIEST = datetime.date(2000, 1, 1)
LATEST = datetime.date(2199, 12, 31)
"""Days that a statement can speak of."""


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
    told = [one for one in _told([entry.id]) if _number(one) <= confirmation.sequence]
    payload = _head(CERTIFICATE, entry.booking.person, at) | papers.certificate(told)
    certificate = Certificate(transfer=confirmation, **_signed(entry.booking.person, payload, at))
    try:
        with transaction.atomic():
            certificate.save(force_insert=True)
    except IntegrityError:
        # A second click in the same second was faster; that one counts.
        return Certificate.objects.get(transfer=confirmation)
    return certificate


def issue_statement(
    person: "Person",
    *,
    first: datetime.date,
    last: datetime.date,
    known_on: datetime.date,
    at: datetime.datetime,
) -> Statement:
    """A statement of a person's hours on the days from `first` to `last`, as known at the end of `known_on`, or now.

    Raises BadPeriod, NothingToState.
    """
    _check_period(first, last, known_on, day_of(at))
    told = _told(bookings_within(person, Period(first, last)))
    known_at = chain.moment(min(at, end_of(known_on)))
    period = {"from": first.isoformat(), "to": last.isoformat()}
    said = papers.statement(told, first=period["from"], last=period["to"], known_at=known_at)
    if not said["entries"]:
        raise NothingToState
    school = people.school_of(person, day_of(at))
    payload = _head(STATEMENT, person, at) | {
        "school": school.name if school else None,
        "period": period,
        "known_at": known_at,
    }
    statement = Statement(**_signed(person, payload | said, at))
    statement.save(force_insert=True)
    return statement


def render(issued: Issued) -> bytes:
    """The paper as PDF, which carries its file; its digest is kept, so that it can be told from a changed one."""
    facts, link = paper(issued.payload), links.link_of(issued)
    issued_at_s, file = int(issued.issued_at.timestamp()), file_of(issued)
    if isinstance(issued, Certificate):
        pdf = certificate_pdf(facts, link=link, issued_at_s=issued_at_s, file=file)
        CertificateFile.objects.bulk_create(
            [CertificateFile(paper=issued, digest=hashlib.sha256(pdf).hexdigest())],
            ignore_conflicts=True,
        )
    else:
        pdf = statement_pdf(facts, link=link, issued_at_s=issued_at_s, file=file)
        StatementFile.objects.bulk_create(
            [StatementFile(paper=issued, digest=hashlib.sha256(pdf).hexdigest())],
            ignore_conflicts=True,
        )
    return pdf


def file_of(issued: Issued) -> bytes:
    """The paper as a file that verifies without us: its transfers, and where they stand in the newest checkpoint."""
    return paper_file(issued.payload, issued.key, bytes(issued.signature))


def _check_period(
    first: datetime.date, last: datetime.date, known_on: datetime.date, today: datetime.date
) -> None:
    if last < first:
        raise BadPeriod(_("The period ends before it begins."))
    if first < EARLIEST or last > LATEST:
        raise BadPeriod(_("Choose days between 2000 and 2199."))
    if known_on > today:
        raise BadPeriod(_("What will be known on a later day is not known yet."))
    if known_on < EARLIEST:
        raise BadPeriod(_("Choose days between 2000 and 2199."))


def _told(bookings: list[Any]) -> list[Told]:
    return [Told(link.facts, link.hash) for link in links_in(bookings).values()]


def _number(one: Told) -> int:
    return int(one.content["sequence"])


def _head(kind: str, person: "Person", at: datetime.datetime) -> dict[str, Any]:
    return {
        "type": kind,
        "version": 1,
        "code": codes.new_code(),
        "issuer": settings.SITE_NAME,
        "site": settings.SITE_URL,
        "person": {"id": str(person.public_id), "name": person.name},
        "issued_at": chain.moment(at),
    }


def _signed(person: "Person", payload: dict[str, Any], at: datetime.datetime) -> dict[str, Any]:
    """The columns that every paper has."""
    key, signature = signing.sign(SEALS[payload["type"]] + chain.canonical(payload))
    return {
        "code": payload["code"],
        "person": person,
        "payload": payload,
        "key": key,
        "signature": signature,
        "issued_at": at,
    }
