"""Reads of papers, attempts and marks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Max

from assessments.models import Attempt, Mark, Paper
from lms.api.people import Person, Provider


def uuids(refs: Iterable[str]) -> dict[str, UUID]:
    """Those refs that are UUIDs, as such."""
    found = {}
    for ref in refs:
        try:
            found[ref] = UUID(ref)
        except ValueError:
            continue
    return found


def papers_by_ref(refs: Sequence[str]) -> dict[str, Paper]:
    """Papers with their questions, in two queries; refs that name none are left out."""
    ids = uuids(refs)
    papers = {
        paper.pk: paper
        for paper in Paper.objects.filter(pk__in=ids.values())
        .select_related("provider")
        .prefetch_related("questions")
    }
    return {ref: papers[pk] for ref, pk in ids.items() if pk in papers}


def papers_of(providers: Iterable[Provider]) -> list[UUID]:
    """Keys of the providers' papers."""
    return list(Paper.objects.filter(provider__in=list(providers)).values_list("pk", flat=True))


def attempts_of(person: Person, paper: Paper) -> list[Attempt]:
    """The person's attempts at a paper, the latest first, with version and mark: one query."""
    attempts = Attempt.objects.filter(person=person, paper=paper)
    return list(attempts.select_related("version", "paper", "mark").order_by("-number"))


@dataclass(frozen=True)
class Best:
    """What somebody reached in a paper so far."""

    amount: Decimal
    handed_in: int


def best_of(person: Person, refs: Sequence[str]) -> dict[str, Best]:
    """The best mark by ref, for papers with at least one attempt handed in: one query."""
    ids = uuids(refs)
    rows = (
        Mark.objects.filter(attempt__person=person, attempt__paper__in=ids.values())
        .values("attempt__paper")
        .annotate(best=Max("amount"), count=Count("pk"))
    )
    found = {row["attempt__paper"]: Best(row["best"], row["count"]) for row in rows}
    return {ref: found[pk] for ref, pk in ids.items() if pk in found}
