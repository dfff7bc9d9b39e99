"""Hours as they were known at a moment: what the record held by then about the days of a period.

What is recorded at or before a moment is the beginning of everybody's chain, so that leaving out the rest gives the
record as it was. Days begin and end in Asia/Shanghai.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import Coalesce

from lms.credit.core.hours import Hours, total
from lms.credit.core.lines import HERE, Line, day_of
from lms.credit.core.periods import Period
from lms.credit.enums import AccountKind
from lms.credit.models.ledger import Transfer, TransferLine
from lms.credit.queries import Entry, standing_of

if TYPE_CHECKING:
    from lms.people.models.person import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """A booking with hours on days of a period. `then`: its history as it was known; `since`: what was added later."""

    then: tuple[Transfer, ...]
    since: tuple[Transfer, ...]
    lines: tuple[Line, ...]
    late: bool
    """Recorded on a day after the period's last: an audit on that day had not seen it."""

    @property
    def entry(self) -> Entry:
        """The booking as it was known then, or as it is now where it was not known yet; without its evidence."""
        history = self.then or self.since
        return Entry(booking=history[0], history=history, lines=self.lines, evidence=())

    @property
    def state(self) -> AccountKind | None:
        """Where the hours lay, as known then; None: nobody knew of them."""
        return AccountKind(self.then[-1].state) if self.then else None

    @property
    def state_now(self) -> AccountKind:
        """Where they lie now."""
        return AccountKind((self.since or self.then)[-1].state)

    @property
    def hours(self) -> Hours:
        """Those of the period's days."""
        return total(line.hours for line in self.lines)


def end_of(day: datetime.date) -> datetime.datetime:
    """The last moment that belongs to a day."""
    next_day = datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time(), HERE)
    return next_day - datetime.timedelta(microseconds=1)


def statement_lines(
    person: "Person", period: Period, known_at: datetime.datetime
) -> list[StatementLine]:
    """Every booking with hours on days of the period, the earliest first, whether known by `known_at` or only later.

    A booking that was reversed stays listed for the sake of who knew it. Two queries.
    """
    bookings = within(Transfer.objects.filter(person=person, booking__isnull=True), period)
    lines = statement_lines_of(bookings, period, known_at)
    return sorted(lines, key=lambda one: (one.lines[0].on, one.entry.booking.pk))


def within(bookings: QuerySet[Transfer], period: Period) -> QuerySet[Transfer]:
    """Those bookings that have hours on a day of the period."""
    lines = TransferLine.objects.filter(transfer=OuterRef("pk"), on__lte=period.last)
    if period.first:
        lines = lines.filter(on__gte=period.first)
    return bookings.filter(Exists(lines))


def statement_lines_of(
    bookings: QuerySet[Transfer] | Iterable[int], period: Period, known_at: datetime.datetime
) -> list[StatementLine]:
    """The same of any bookings (a queryset of them, or their keys), in the order of their keys."""
    roots = bookings.order_by().values("pk") if isinstance(bookings, QuerySet) else list(bookings)
    found = Transfer.objects.filter(pk__in=roots) | Transfer.objects.filter(booking__in=roots)
    named = found.select_related("person", "by", "version__training", "kept_reason")
    histories: defaultdict[int, list[Transfer]] = defaultdict(list)
    for one in named.order_by(Coalesce(F("booking_id"), F("pk")), "sequence"):
        histories[one.booking_id or one.pk].append(one)
    dated: defaultdict[int, list[Line]] = defaultdict(list)
    for row in TransferLine.objects.filter(transfer__in=list(histories)).order_by("on"):
        if period.holds(row.on):
            dated[row.transfer_id].append(Line(row.on, row.hours))
    return [
        StatementLine(
            then=tuple(one for one in history if one.recorded_at <= known_at),
            since=tuple(one for one in history if one.recorded_at > known_at),
            lines=tuple(dated[pk]),
            late=day_of(history[0].recorded_at) > period.last,
        )
        for pk, history in histories.items()
    ]


def standing_act(history: Iterable[Transfer], act: str) -> Transfer | None:
    """The last transfer of a history that did `act` and that no later one undid."""
    found = [one for one in standing_of(history) if one.act == act]
    return found[-1] if found else None
