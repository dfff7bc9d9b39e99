"""Reads of claims, and what else is on record that looks like them."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Prefetch, Q, QuerySet

from lms.credit.core.hours import Hours
from lms.credit.models.claim import Claim, ClaimDecision, ClaimPart, ClaimProof
from lms.credit.models.evidence import Evidence
from lms.credit.models.ledger import Transfer, TransferLine

if TYPE_CHECKING:
    from lms.people.models.person import Person

ALIKE = 8
"""Of 64 bits: pictures that differ in no more are taken for the same scene."""


def parts_whole(parts: QuerySet[ClaimPart]) -> QuerySet[ClaimPart]:
    """With all that a page says of them; three queries whatever their number."""
    files = ClaimProof.objects.select_related("kept_file").order_by("pk")
    return parts.select_related(
        "person",
        "claim__brought_by",
        "claim__provider",
        "decision__by",
        "decision__booking",
        "decision__kept_words",
    ).prefetch_related(Prefetch("claim__proofs", files))


def parts_of(person: "Person") -> QuerySet[ClaimPart]:
    """What was claimed for a teacher, the newest first."""
    return parts_whole(ClaimPart.objects.filter(person=person)).order_by("-pk")


def brought_by(person: "Person") -> QuerySet[Claim]:
    """Rosters somebody brought, the newest first."""
    return Claim.objects.filter(brought_by=person, is_roster=True).order_by("-pk")


def to_check(people_: QuerySet["Person"], checker: "Person") -> QuerySet[ClaimPart]:
    """Parts of these people that wait and that somebody else brought, the oldest first."""
    waiting = ClaimPart.objects.filter(
        person__in=people_.order_by().values("pk"), decision__isnull=True
    )
    return parts_whole(waiting.exclude(claim__brought_by=checker)).order_by("pk")


def decided_parts(parts: Collection[ClaimPart]) -> set[int]:
    """Keys of those that somebody has decided."""
    found = ClaimDecision.objects.filter(part__in=[one.pk for one in parts])
    return set(found.values_list("part_id", flat=True))


@dataclass(frozen=True, slots=True)
class Likeness:
    """Something else on record that looks like a claim. `kind`: file, picture, training."""

    kind: str
    part: ClaimPart


@dataclass(frozen=True, slots=True)
class Busy:
    """What is booked for a teacher on a day of the claim already.

    `clash`: at the same time by the clock. `undated`: the claim says no time of that day, so the clock cannot tell.
    """

    on: datetime.date
    title: str
    hours: Hours
    clash: bool
    undated: bool


def likenesses(claim: Claim) -> list[Likeness]:
    """Other claims with the same file, a picture alike, or the same title on one of its days. Three queries."""
    others = ClaimPart.objects.exclude(claim=claim).select_related("person", "claim")
    same = others.filter(
        claim__proofs__digest__in=[one.digest for one in claim.proofs.all()]
    ).distinct()
    found = [Likeness("file", one) for one in same]
    known = {one.pk for one in same}
    alike = others.filter(claim__in=_alike(claim)).exclude(pk__in=known)
    found += [Likeness("picture", one) for one in alike]
    days = Q()
    for on in claim.days:
        days |= Q(claim__sessions__contains=[{"on": on.isoformat()}])
    named = others.filter(days, claim__title__iexact=claim.title).exclude(pk__in=known)
    return found + [Likeness("training", one) for one in named]


def busy_days(part: ClaimPart) -> list[Busy]:
    """What the ledger holds for the teacher on the claim's days, but for the claim itself. Two queries."""
    claim = part.claim
    lines = (
        TransferLine.objects.filter(
            on__in=claim.days, transfer__person=part.person, transfer__moved_by__isnull=True
        )
        .exclude(transfer__state__in=["rejected", "issued"])
        .exclude(transfer__version__training__key=claim.key)
        .select_related("transfer")
        .order_by("on", "pk")
    )
    clashes = _clashes(part, [line.transfer for line in lines])
    timeless = {line.on for line, wall in zip(claim.lines, claim.walls, strict=True) if not wall}
    found = [
        Busy(
            line.on,
            str(line.transfer.facts["title"]),
            line.hours,
            clash=(line.transfer_id, line.on) in clashes,
            undated=line.on in timeless,
        )
        for line in lines
    ]
    return sorted(found, key=lambda one: (not one.clash, not one.undated, one.on))


def _clashes(part: ClaimPart, transfers: list[Transfer]) -> set[tuple[int, datetime.date]]:
    wanted = {one for transfer in transfers for one in transfer.evidence}
    wall = dict(Evidence.objects.filter(public_id__in=wanted).values_list("public_id", "wall"))
    found = set()
    for line, times in zip(part.claim.lines, part.claim.walls, strict=True):
        for transfer in transfers:
            spans = [span for one in transfer.evidence for span in wall.get(one) or ()]
            if any(low < end and start < high for start, end in times for low, high in spans):
                found.add((transfer.pk, line.on))
    return found


def _alike(claim: Claim) -> list[int]:
    """Keys of other claims with a picture that differs in few bits from one of this."""
    marks = [one.likeness for one in claim.proofs.all() if one.likeness is not None]
    if not marks:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT proof.claim_id FROM credit_claimproof proof, unnest(%s::bigint[]) mark"
            " WHERE proof.claim_id <> %s AND bit_count((proof.likeness # mark)::bit(64)) <= %s",
            [marks, claim.pk, ALIKE],
        )
        return [pk for (pk,) in cursor.fetchall()]
