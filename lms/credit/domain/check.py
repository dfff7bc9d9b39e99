"""Reads a person's part of the ledger again and says what is wrong with it."""

from typing import TYPE_CHECKING

from lms.credit import queries
from lms.credit.core import chain
from lms.credit.domain.evidence import digest_of

if TYPE_CHECKING:
    from lms.people.models.person import Person


def verify_chain(person: "Person") -> str | None:
    """The first thing that is wrong with a person's transfers, their rules or their evidence; None where all agree."""
    links = list(queries.links_of(person))
    if fault := chain.first_fault(links, queries.head_of(person)):
        return fault
    evidence = {str(one.public_id): one for one in queries.evidence_of(person)}
    for one in evidence.values():
        if one.digest != digest_of(one):
            return f"evidence {one.public_id} does not say what its digest was made of"
    for link in links:
        used = [evidence.get(public_id) for public_id in link.facts["evidence"]]
        if None in used:
            return f"evidence of transfer {link.sequence} is missing"
        if chain.digest([one.digest for one in used if one]) != link.facts["evidence_digest"]:
            return f"evidence of transfer {link.sequence} is not what it was booked for"
    for version in queries.versions_of(person):
        if version.digest != version.content_digest():
            return f"version {version.number} of {version.training.key} was changed"
    return None
