"""Reads of standings: by school, by requirement, and the bookings behind a line."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from lms.credit.models.ledger import Transfer


@dataclass(frozen=True, slots=True)
class Source:
    """What a booking is known by."""

    public_id: uuid.UUID
    title: str


def sources_of(bookings: Collection[int]) -> dict[int, Source]:
    """These bookings by key: one query."""
    rows = Transfer.objects.filter(pk__in=bookings).values_list("pk", "public_id", "facts__title")
    return {pk: Source(public_id, title) for pk, public_id, title in rows}
