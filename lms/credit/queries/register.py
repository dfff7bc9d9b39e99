"""What a bureau takes into its register: the confirmed hours of those who teach at its schools today."""

import datetime
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Min, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from lms.credit.core.hours import Hours, total
from lms.credit.core.periods import Period
from lms.credit.enums import AccountKind
from lms.credit.models.ledger import Transfer
from lms.credit.queries import unmoved
from lms.credit.queries.known import within
from lms.people import queries as people
from lms.people.enums import OrganisationKind
from lms.people.models.roles import RoleSpell

if TYPE_CHECKING:
    from lms.people.models.organisations import Organisation
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
    mine = _schools(officer, on, schools)
    # A subquery and no join: who counts them does not ask for it.
    begun = Transfer.objects.filter(pk=OuterRef("booking")).values("happened_on")
    found = _confirmed(officer, mine, on, period).annotate(
        school=Subquery(school_today(on)), completed_on=Coalesce(Subquery(begun), "happened_on")
    )
    return found.filter(school__in=mine).order_by("recorded_at", "pk")


def heaps_to_register(
    officer: "Person",
    on: datetime.date,
    *,
    schools: Collection[int] = (),
    period: Period | None = None,
) -> dict[int, Heap]:
    """The same, added up for each school by its key. Three queries, that read what waits and no history."""
    mine = _schools(officer, on, schools)
    sums = (
        _confirmed(officer, mine, on, period)
        .order_by()
        .values_list("person")
        .annotate(Count("pk"), Sum("hundredths"), Min("recorded_at"))
    )
    # Whoever serves at several is counted where they began last. Asked for all at once, and not of each booking.
    spells = RoleSpell.objects.on(on).filter(organisation__kind=OrganisationKind.SCHOOL)
    spells = spells.filter(person__in=_teachers(mine, on))
    newest = spells.order_by("person", "-from_on", "-pk").distinct("person")
    place = dict(newest.values_list("person", "organisation"))
    wanted = set(mine.values_list("pk", flat=True))
    heaps: dict[int, list[Heap]] = defaultdict(list)
    for person, count, hundredths, since in sums:
        school = place.get(person)
        if school is not None and school in wanted:
            heaps[school].append(Heap(count=count, people=1, hours=Hours(hundredths), since=since))
    return {school: together(found) for school, found in heaps.items()}


def together(heaps: Collection[Heap]) -> Heap:
    """Heaps of different people as one."""
    return Heap(
        count=sum(one.count for one in heaps),
        people=sum(one.people for one in heaps),
        hours=total(one.hours for one in heaps),
        since=min((one.since for one in heaps if one.since), default=None),
    )


def _schools(
    officer: "Person", on: datetime.date, schools: Collection[int]
) -> "QuerySet[Organisation]":
    mine = people.schools_registered_by(officer, on)
    return mine.filter(pk__in=schools) if schools else mine


def _teachers(mine: "QuerySet[Organisation]", on: datetime.date) -> QuerySet[Any]:
    return people.teachers_of(mine, on).order_by().values("pk")


def _confirmed(
    officer: "Person", mine: "QuerySet[Organisation]", on: datetime.date, period: Period | None
) -> QuerySet[Transfer]:
    """What confirmed the waiting hours of people with a post at one of these schools."""
    found = Transfer.objects.filter(state=AccountKind.CONFIRMED, person__in=_teachers(mine, on))
    found = unmoved(found.exclude(person=officer))
    return within(found, period) if period else found


def school_today(on: datetime.date, person: str = "person") -> QuerySet[Any]:
    """For a subquery: the key of the school where somebody serves, the one begun last, as `people.school_of`."""
    spells = RoleSpell.objects.on(on).filter(
        person=OuterRef(person), organisation__kind=OrganisationKind.SCHOOL
    )
    found: QuerySet[Any] = spells.order_by("-from_on", "-pk").values("organisation")[:1]
    return found
