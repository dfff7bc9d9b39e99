"""A school's book (台账): the hours of a period with what became of each, as known on a day.

In it stands what was earned at the school, by whoever was there then, and what those who are there on that day brought
from elsewhere.
"""

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet, Sum

from lms.credit.core.periods import Period
from lms.credit.enums import Act
from lms.credit.models.ledger import Transfer
from lms.credit.models.statement import Certificate
from lms.credit.queries import Balance, lines_of_days, summed
from lms.credit.queries import last_known as last
from lms.credit.queries.known import StatementLine, standing_act, statement_lines_of, within
from lms.people.models.roles import RoleSpell

if TYPE_CHECKING:
    from lms.people.models.organisations import Organisation


def book_of(
    school: "Organisation", period: Period, known_at: datetime.datetime, on: datetime.date
) -> QuerySet[Transfer]:
    """The bookings of a school's book, by teacher and day; `on` is the day of which `known_at` is a moment."""
    posts = RoleSpell.objects.filter(organisation=school)
    bookings = Transfer.objects.filter(
        Q(facts__school__id=str(school.public_id)) | Q(person__in=posts.on(on).values("person")),
        booking__isnull=True,
        recorded_at__lte=known_at,
        person__in=posts.values("person"),
    )
    return within(bookings, period).order_by("person__name", "person", "happened_on", "pk")


def rows_of(
    bookings: Sequence[Transfer], period: Period, known_at: datetime.datetime
) -> list[StatementLine]:
    """These bookings of a book as its lines, in their order; two queries."""
    found = statement_lines_of([one.pk for one in bookings], period, known_at)
    by_key = {one.entry.booking.pk: one for one in found}
    return [by_key[one.pk] for one in bookings]


def codes_of(lines: Sequence[StatementLine]) -> dict[int, str]:
    """The codes of certificates, by the key of the confirmation that they are of; one query."""
    confirmed = [standing_act(one.then, Act.CONFIRM) for one in lines]
    wanted = [one.pk for one in confirmed if one]
    found = Certificate.objects.filter(transfer__in=wanted)
    return dict(found.values_list("transfer", "code"))


def sums_of(bookings: QuerySet[Transfer], period: Period, known_at: datetime.datetime) -> Balance:
    """The hours of a book by the state in which they were known to lie."""
    roots = bookings.order_by().values("pk")
    moved = Transfer.objects.filter(Q(pk__in=roots) | Q(booking__in=roots))
    lines = lines_of_days(last(moved, known_at), period)
    return summed(lines.values_list("transfer__state").annotate(Sum("hundredths")))
