"""What a bureau takes into its register: the confirmed hours of those who teach at its schools today."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Min, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from lms.credit.core.hours import Hours
from lms.credit.core.periods import Period
from lms.credit.enums import AccountKind
from lms.credit.models.ledger import Transfer
from lms.credit.queries.known import within
from lms.people import queries as people
from lms.people.enums import OrganisationKind
from lms.people.models.roles import RoleSpell

if TYPE_CHECKING:
    from lms.people.models.person import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Heap:
    """Bookings together: how many, of how many people, and since when the oldest is there to be registered."""

    count: int
    people: int
    hours: Hours
    since: datetime.datetime | None


def to_register(
    officer: "Person",
    on: datetime.date,
    *,
    schools: Collection[int] = (),
    period: Period | None = None,
) -> QuerySet[Transfer]:
    """What confirmed the hours that wait for an officer's register, never their own, the oldest first.

    Annotated with `school`, the key of where the teacher serves today, and `completed_on`. `schools`: only these;
    none named: all in their charge. `period`: those with hours on its days.
    """
    mine = people.schools_registered_by(officer, on)
    if schools:
        mine = mine.filter(pk__in=schools)
    found = Transfer.objects.filter(
        state=AccountKind.CONFIRMED,
        moved_by__isnull=True,
        person__in=people.teachers_of(mine, on).order_by().values("pk"),
    ).exclude(person=officer)
    found = found.annotate(
        school=Subquery(school_today(on)), completed_on=Coalesce("booking__happened_on", "happened_on")
    ).filter(school__in=mine)  # fmt: skip
    if period:
        found = within(found, period)
    return found.order_by("recorded_at", "pk")


def school_today(on: datetime.date, person: str = "person") -> QuerySet[Any]:
    """For a subquery: the key of the school where somebody serves, the one begun last, as `people.school_of`."""
    spells = RoleSpell.objects.on(on).filter(
        person=OuterRef(person), organisation__kind=OrganisationKind.SCHOOL
    )
    found: QuerySet[Any] = spells.order_by("-from_on", "-pk").values("organisation")[:1]
    return found


def heap_of(transfers: QuerySet[Transfer]) -> Heap:
    """These bookings, added up."""
    sums = transfers.order_by().aggregate(
        count=Count("pk"),
        people=Count("person", distinct=True),
        hundredths=Coalesce(Sum("hundredths"), 0),
        since=Min("recorded_at"),
    )
    return Heap(
        count=sums["count"], people=sums["people"], hours=Hours(sums["hundredths"]), since=sums["since"]
    )  # fmt: skip


def heaps_by_school(transfers: QuerySet[Any]) -> dict[int, Heap]:
    """Those of `to_register`, added up for each school by its key."""
    grouped = transfers.order_by().values("school")
    sums = grouped.annotate(
        Count("pk"), Count("person", distinct=True), Sum("hundredths"), Min("recorded_at")
    )
    return {
        one["school"]: Heap(
            count=one["pk__count"],
            people=one["person__count"],
            hours=Hours(one["hundredths__sum"]),
            since=one["recorded_at__min"],
        )
        for one in sums
    }
