"""Reads of standings: by school, by requirement, and the bookings behind a line."""

import datetime
import uuid
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Count, Min, Q, QuerySet

from lms.credit.models.ledger import Transfer
from lms.credit.models.policy import PolicyVersion
from lms.credit.models.reminder import Reminder
from lms.credit.models.standing import Standing

if TYPE_CHECKING:
    from lms.people.models.organisations import Organisation
    from lms.people.models.person import Person

MET = Q(met=True)
WOULD_MEET = Q(met=False, would_meet=True)
BEHIND = Q(met=False, would_meet=False)

_BY_SCHOOL = """
SELECT standing.organisation_id, standing.version_id, one.id, count(*), count(*) FILTER (WHERE one.status <> 'unmet')
FROM credit_standing standing
JOIN people_person person ON person.id = standing.person_id AND person.is_active
CROSS JOIN LATERAL jsonb_to_recordset(standing.requirements) AS one (id text, status text)
WHERE standing.organisation_id = ANY(%s)
GROUP BY standing.organisation_id, standing.version_id, one.id
UNION ALL
SELECT standing.organisation_id, standing.version_id, part.id, count(*), count(*) FILTER (WHERE part.done::boolean)
FROM credit_standing standing
JOIN people_person person ON person.id = standing.person_id AND person.is_active
CROSS JOIN LATERAL jsonb_each_text(standing.school) AS part (id, done)
WHERE standing.organisation_id = ANY(%s)
GROUP BY standing.organisation_id, standing.version_id, part.id
"""


@dataclass(frozen=True, slots=True)
class Source:
    """What a booking is known by."""

    public_id: uuid.UUID
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many people have met what is asked for, would with what waits, or are behind; `as_of`: the oldest of them."""

    met: int
    would_meet: int
    behind: int
    as_of: datetime.date | None

    @property
    def people(self) -> int:
        """All of them."""
        return self.met + self.would_meet + self.behind


@dataclass(slots=True)
class Share:
    """Of how many people something is asked, and how many have met it."""

    asked: int = 0
    met: int = 0

    def add(self, asked: int, met: int) -> None:
        """More people."""
        self.asked += asked
        self.met += met

    @property
    def per_cent(self) -> int:
        """How many of a hundred, rounded down: all is only all."""
        return self.met * 100 // self.asked if self.asked else 100


@dataclass(slots=True)
class SchoolShares:
    """A school's people as a whole, and by requirement (policy and id)."""

    whole: Share = field(default_factory=Share)
    rules: dict[tuple[int, str], Share] = field(default_factory=lambda: defaultdict(Share))


def sources_of(bookings: Collection[int]) -> dict[int, Source]:
    """These bookings by key: one query."""
    rows = Transfer.objects.filter(pk__in=bookings).values_list("pk", "public_id", "facts__title")
    return {pk: Source(public_id, title) for pk, public_id, title in rows}


def standings_at(schools: "QuerySet[Organisation]") -> QuerySet[Standing]:
    """The standings of active people who are counted at these schools, the nearest debts first."""
    found = Standing.objects.filter(
        organisation__in=schools.order_by().values("pk"), person__is_active=True
    )
    return found.select_related("person", "organisation", "version__policy").order_by(
        "due", "-owed", "person__name", "person"
    )


def reminded(people_: Collection[int], on: datetime.date) -> set[int]:
    """Of these people those who were reminded that day. One query."""
    found = Reminder.objects.filter(person__in=people_, on=on)
    return set(found.values_list("person", flat=True))


def reminder_of(person: "Person", since: datetime.date) -> Reminder | None:
    """The newest reminder of somebody from that day on, with who sent it."""
    found = Reminder.objects.filter(person=person, on__gte=since).select_related("by")
    return found.order_by("-on").first()


def tally(standings: QuerySet[Standing]) -> Tally:
    """How many of them are where: one query."""
    # Not named as the fields: Django would take the one for the other.
    sums: dict[str, Any] = standings.order_by().aggregate(
        n_met=Count("pk", filter=MET),
        n_would=Count("pk", filter=WOULD_MEET),
        n_behind=Count("pk", filter=BEHIND),
        oldest=Min("as_of"),
    )
    return Tally(
        met=sums["n_met"],
        would_meet=sums["n_would"],
        behind=sums["n_behind"],
        as_of=sums["oldest"],
    )


def shares_by_school(
    schools: Collection[int],
) -> tuple[dict[int, SchoolShares], dict[int, PolicyVersion]]:
    """Each school's shares by its key, and the versions of policies that ask (by policy); three queries.

    What is asked of the schools themselves is among the requirements: how many of its people have done their part.
    """
    found: defaultdict[int, SchoolShares] = defaultdict(SchoolShares)
    whole = Standing.objects.filter(organisation__in=schools, person__is_active=True)
    for school, asked, met in (
        whole.order_by()
        .values_list("organisation")
        .annotate(asked=Count("pk"), n_met=Count("pk", filter=MET))
    ):
        found[school].whole.add(asked, met)
    with connection.cursor() as cursor:
        cursor.execute(_BY_SCHOOL, [list(schools)] * 2)
        rows = cursor.fetchall()
    versions = PolicyVersion.objects.select_related("policy").in_bulk({row[1] for row in rows})
    for school, version, rule, asked, met in rows:
        found[school].rules[versions[version].policy_id, rule].add(asked, met)
    newest: dict[int, PolicyVersion] = {}
    for one in sorted(versions.values(), key=lambda one: one.number):
        newest[one.policy_id] = one
    return found, newest
