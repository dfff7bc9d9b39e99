"""What falls under a rule of retention: keys, as the erasing door takes them."""

import datetime
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Q

from lms.credit.enums import Act, Erasable
from lms.credit.models.claim import ClaimPart, ClaimWords, ProofFile
from lms.credit.models.evidence import Evidence, EvidenceDetail
from lms.credit.models.flag import FlagWords
from lms.credit.models.ledger import Reason, Transfer
from lms.plugins.hooks import Told

if TYPE_CHECKING:
    from lms.people.models.person import Person


def details_registered(before: datetime.datetime, most: int) -> list[int]:
    """Details of evidence whose hours were registered before then and are still."""
    registered = Transfer.objects.filter(
        person=OuterRef("evidence__person"),
        act=Act.REGISTER,
        recorded_at__lt=before,
        moved_by__isnull=True,
        evidence__contains=[OuterRef("evidence__public_id")],
    )
    found = EvidenceDetail.objects.filter(Exists(registered))
    return list(found.values_list("evidence_id", flat=True)[:most])


def details_recorded(before: datetime.datetime, most: int) -> list[int]:
    """Details of evidence recorded before then."""
    found = EvidenceDetail.objects.filter(evidence__recorded_at__lt=before)
    return list(found.values_list("evidence_id", flat=True)[:most])


def told_by(evidence: list[int], kind: str) -> list[Told]:
    """Of these pieces of evidence those of a kind, as whoever keeps their raw rows knows them."""
    found = Evidence.objects.filter(pk__in=evidence, kind=kind)
    return [
        Told(person_id=person, subject=subject, until=until)
        for person, subject, until in found.values_list("person_id", "subject", "recorded_at")
    ]


def proofs_decided(before: datetime.datetime, most: int) -> list[int]:
    """Files of claims of which every part was decided before then."""
    waiting = ClaimPart.objects.filter(claim=OuterRef("proof__claim")).filter(
        Q(decision__isnull=True) | Q(decision__at__gte=before)
    )
    found = ProofFile.objects.filter(~Exists(waiting))
    return list(found.values_list("proof_id", flat=True)[:most])


def files_of(proofs: list[int]) -> list[str]:
    """Where these proofs' files lie."""
    return list(ProofFile.objects.filter(proof__in=proofs).values_list("file", flat=True))


def personal_words(person: "Person") -> dict[Erasable, list[int]]:
    """Everything erasable that is about one person; files of claims that name nobody else."""
    alone = (
        ClaimPart.objects.values("claim")
        .annotate(parts=Count("pk"))
        .filter(parts=1, claim__parts__person=person)
        .values("claim")
    )
    return {
        Erasable.REASON: _keys(Reason.objects.filter(transfer__person=person), "transfer_id"),
        Erasable.DETAIL: _keys(
            EvidenceDetail.objects.filter(evidence__person=person), "evidence_id"
        ),
        Erasable.FLAG_WORDS: _keys(FlagWords.objects.filter(step__flag__person=person), "step_id"),
        Erasable.CLAIM_WORDS: _keys(
            ClaimWords.objects.filter(decision__part__person=person), "decision_id"
        ),
        Erasable.PROOF: _keys(ProofFile.objects.filter(proof__claim__in=alone), "proof_id"),
    }


def _keys(rows: "object", field: str) -> list[int]:
    return list(rows.values_list(field, flat=True))  # type: ignore[attr-defined]  # a queryset of any model
