"""Reads a person's part of the ledger again and says what is wrong with it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lms.credit import queries
from lms.credit.core import chain, moves
from lms.credit.domain.evidence import digest_of, digest_of_detail
from lms.credit.enums import Erasable

if TYPE_CHECKING:
    from lms.credit.models.evidence import Evidence
    from lms.credit.models.ledger import Transfer
    from lms.people.models.person import Person


def verify_chain(person: "Person") -> str | None:
    """The first thing that is wrong with a person's transfers, their rules or their evidence; None where all agree."""
    return next(_faults(person), None)


def _faults(person: "Person") -> Iterator[str]:
    links = list(queries.links_of(person))
    if fault := chain.first_fault(links, queries.head_of(person)):
        yield fault
    transfers = list(queries.transfers_of(person))
    yield from _faults_of_moves(transfers)
    for transfer in transfers:
        yield from _faults_of_reason(transfer)
    evidence = {str(one.public_id): one for one in queries.evidence_of(person)}
    for one in evidence.values():
        yield from _faults_of_evidence(one)
    for link in links:
        used = [evidence.get(public_id) for public_id in link.facts["evidence"]]
        if None in used:
            yield f"evidence of transfer {link.sequence} is missing"
        if chain.digest([one.digest for one in used if one]) != link.facts["evidence_digest"]:
            yield f"evidence of transfer {link.sequence} is not what it was booked for"
    for version in queries.versions_of(person):
        if version.digest != version.content_digest():
            yield f"version {version.number} of {version.training.key} was changed"


def _faults_of_moves(transfers: "list[Transfer]") -> Iterator[str]:
    """Each booking went only where the table of moves lets it."""
    bookings: dict[int, list[moves.Step]] = {}
    for one in transfers:
        bookings.setdefault(one.booking_id or one.pk, []).append(queries.step_of(one))
    for steps in bookings.values():
        try:
            moves.standing(steps)
        except moves.ForbiddenMove as fault:
            yield str(fault)


def _faults_of_reason(transfer: "Transfer") -> Iterator[str]:
    """A reason is as it was given, or was erased by a rule."""
    kept = getattr(transfer, "kept_reason", None)
    if kept is None:
        if transfer.because_digest and not queries.was_erased(Erasable.REASON, transfer.pk):
            yield f"reason of transfer {transfer.sequence} is missing"
    elif chain.salted(bytes(kept.salt), kept.text) != transfer.because_digest:
        yield f"reason of transfer {transfer.sequence} was changed"


def _faults_of_evidence(one: "Evidence") -> Iterator[str]:
    """Evidence says what its digest was made of; its detail too, or was erased by a rule."""
    if one.digest != digest_of(one):
        yield f"evidence {one.public_id} does not say what its digest was made of"
    kept = getattr(one, "kept_detail", None)
    if kept is None:
        if one.detail_digest and not queries.was_erased(Erasable.DETAIL, one.pk):
            yield f"detail of evidence {one.public_id} is missing"
    elif digest_of_detail(bytes(kept.salt), kept.data) != one.detail_digest:
        yield f"detail of evidence {one.public_id} was changed"
