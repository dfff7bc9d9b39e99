"""Reads of flags. Each answers in a constant number of queries."""

import uuid
from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db.models import BooleanField, F, Func, OuterRef, Prefetch, QuerySet

from lms.credit.enums import FlagAct, FlagState
from lms.credit.models.flag import Flag, FlagStep
from lms.credit.models.ledger import Transfer

if TYPE_CHECKING:
    from lms.people.models.person import Person

DECISIONS = (FlagAct.FINE, FlagAct.STANDS)


def undecided_of(evidence: str) -> QuerySet[Flag]:
    """For a subquery: undecided flags of the outer row's person, on evidence that its array names."""
    found = Flag.objects.filter(
        _any("evidence__public_id", OuterRef(evidence)), person=OuterRef("person")
    )
    return found.exclude(steps__act__in=DECISIONS)


def whole(flags: QuerySet[Flag]) -> QuerySet[Flag]:
    """With person, evidence and steps, so that their states can be read: two queries whatever their number."""
    steps = FlagStep.objects.select_related("by", "kept_words").order_by("pk")
    return (
        flags.select_related("person", "evidence")
        .prefetch_related(Prefetch("steps", steps))
        .order_by("pk")
    )


def flags_to_answer(person: "Person") -> list[Flag]:
    """What a teacher is asked about and nobody has decided yet, the newest first; answered ones too."""
    undecided = Flag.objects.filter(person=person).exclude(steps__act__in=DECISIONS)
    return sorted(whole(undecided), key=lambda flag: flag.pk, reverse=True)


def flags_of(bookings: Collection[uuid.UUID]) -> dict[uuid.UUID, list[Flag]]:
    """The flags on the evidence of bookings, named by public id."""
    rows = Transfer.objects.filter(public_id__in=bookings).values_list("public_id", "evidence")
    by_evidence = {one: booking for booking, evidence in rows for one in evidence}
    found: dict[uuid.UUID, list[Flag]] = {booking: [] for booking in bookings}
    for flag in whole(Flag.objects.filter(evidence__public_id__in=by_evidence)):
        found[by_evidence[flag.evidence.public_id]].append(flag)
    return found


def flag_by_id(public_id: uuid.UUID) -> Flag | None:
    """One flag by its public id."""
    return whole(Flag.objects.filter(public_id=public_id)).first()


def appeals_of(people_: QuerySet["Person"]) -> list[Flag]:
    """Flags of these people that the school let stand and the teacher appeals against, the oldest first."""
    found = Flag.objects.filter(
        person__in=people_.order_by().values("pk"), steps__act=FlagAct.STANDS
    )
    return [one for one in whole(found.distinct()) if one.state == FlagState.APPEALED]


def _any(field: str, array: OuterRef) -> Func:
    """Whether a field is an element of an array."""
    return Func(
        F(field),
        array,
        template="%(expressions)s)",
        arg_joiner=" = ANY(",
        output_field=BooleanField(),
    )
