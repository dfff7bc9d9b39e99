"""Reads of evidence, hours and bookings. Each answers in a constant number of queries."""

import datetime
import uuid
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import (
    Count,
    Exists,
    Min,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Sum,
    Value,
    Window,
)
from django.db.models.functions import Coalesce, Concat, RowNumber, TruncMonth

from lms.credit.core import chain, moves
from lms.credit.core.explained import Explained, explained
from lms.credit.core.hours import ZERO, Hours
from lms.credit.core.lines import Line
from lms.credit.core.periods import Period
from lms.credit.enums import AccountKind, Act
from lms.credit.models.evidence import Evidence, Participation
from lms.credit.models.flag import Flag
from lms.credit.models.ledger import LedgerHead, Posting, Transfer, TransferLine
from lms.credit.models.settlement import NothingBooked
from lms.credit.models.training import TrainingVersion
from lms.credit.queries import flags
from lms.people import queries as people

if TYPE_CHECKING:
    from lms.people.models.person import Person

Row = TypeVar("Row", Participation, NothingBooked)

AWARD = "award:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """A person's hours by where they lie."""

    pending: Hours
    confirmed: Hours
    registered: Hours
    rejected: Hours
    disputed: Hours

    @property
    def counted(self) -> Hours:
        """What counts: confirmed, and registered."""
        return self.confirmed + self.registered


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A booking with all that became of it. `history` are the transfers of its chain, the booking first."""

    booking: Transfer
    history: tuple[Transfer, ...]
    lines: tuple[Line, ...]
    evidence: tuple[Evidence, ...]

    @property
    def id(self) -> uuid.UUID:
        """What it is known by outside."""
        return self.booking.public_id

    @property
    def last(self) -> Transfer:
        """What last moved the hours."""
        return self.history[-1]

    @property
    def state(self) -> AccountKind:
        """Where the hours lie now; ISSUED: the booking itself was reversed."""
        return AccountKind(self.last.state)

    @property
    def counts(self) -> bool:
        """Whether the hours count now: confirmed, or registered as well."""
        return self.state in moves.COUNTED

    @property
    def standing(self) -> tuple[Transfer, ...]:
        """The transfers of its history that no later one undid."""
        return standing_of(self.history)

    @property
    def confirmation(self) -> Transfer | None:
        """What confirmed the hours, where they count."""
        confirmed = [one for one in self.standing if one.act == Act.CONFIRM]
        return confirmed[-1] if confirmed and self.counts else None

    @property
    def hours(self) -> Hours:
        """How much was booked."""
        return self.booking.hours

    @property
    def title(self) -> str:
        """The training's name on the day it was booked."""
        return str(self.booking.facts["title"])

    @property
    def flags(self) -> tuple[Flag, ...]:
        """What looked odd about its evidence."""
        return tuple(flag for one in self.evidence for flag in one.flags.all())

    @property
    def decided_by(self) -> "Person | None":
        """Who moved the hours last; None while only evidence has spoken."""
        return self.last.by

    @property
    def decided_at(self) -> datetime.datetime | None:
        """When they did."""
        return self.last.recorded_at if self.last.by_id else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """A person's bookings in one state: how many, and since when the oldest is there to be decided."""

    count: int
    since: datetime.datetime


def step_of(transfer: Transfer) -> moves.Step:
    """A transfer as `core.moves` sees it."""
    return moves.Step(transfer.pk, transfer.act, transfer.state, transfer.reverses_id)


def standing_of(history: Iterable[Transfer]) -> tuple[Transfer, ...]:
    """The transfers of a booking's history that no later one undid, the topmost last."""
    by_pk: dict[Hashable, Transfer] = {one.pk: one for one in history}
    return tuple(by_pk[step.key] for step in moves.standing(map(step_of, by_pk.values())))


def award_key(training_key: str) -> str:
    """The key under which a person's hours for a training are booked, once."""
    return AWARD + training_key


def balance(
    person: "Person", known_at: datetime.datetime | None = None, period: Period | None = None
) -> Balance:
    """A person's hours in each state; as known at a moment where one is given, of a period's days where one is."""
    if period is None and known_at is None:
        return _held(LedgerHead.objects.filter(person=person))
    if period is None:
        known = Posting.objects.filter(account__person=person, transfer__recorded_at__lte=known_at)
        return summed(known.values_list("account__kind").annotate(Sum("hundredths")))
    last = last_known(Transfer.objects.filter(person=person), known_at)
    lines = lines_of_days(last, period)
    return summed(lines.values_list("transfer__state").annotate(Sum("hundredths")))


def lines_of_days(transfers: QuerySet[Transfer], period: Period) -> QuerySet[TransferLine]:
    """The dated lines of these transfers that lie in a period, in no order."""
    lines = TransferLine.objects.filter(transfer__in=transfers.values("pk"), on__lte=period.last)
    return (lines.filter(on__gte=period.first) if period.first else lines).order_by()


def unmoved(transfers: QuerySet[Transfer]) -> QuerySet[Transfer]:
    """Of these the last one of each booking now.

    Not as `moved_by__isnull`, which PostgreSQL cannot make an anti-join of two indexes: a bureau asks about millions.
    """
    return transfers.filter(~Exists(Transfer.objects.filter(moves=OuterRef("pk"))))


def last_known(
    transfers: QuerySet[Transfer], known_at: datetime.datetime | None
) -> QuerySet[Transfer]:
    """Of these transfers the last one of each booking, as known at a moment, or now."""
    if known_at is None:
        return unmoved(transfers)
    later = Q(moved_by__isnull=True) | Q(moved_by__recorded_at__gt=known_at)
    return transfers.filter(later, recorded_at__lte=known_at)


def _held(heads: QuerySet[LedgerHead]) -> Balance:
    """What all postings up to these ends come to, as the database keeps it beside them."""
    return summed(
        heads.aggregate(**{kind: Sum(kind, default=0) for kind in moves.PERSONAL}).items()
    )


def summed(sums: Iterable[tuple[str, int]]) -> Balance:
    """States and their hundredths as a balance; what is with nobody is left out."""
    found = {kind: Hours(hundredths) for kind, hundredths in sums}
    return Balance(**{kind: found.get(kind, ZERO) for kind in moves.PERSONAL})


def entries_of(person: "Person") -> list[Entry]:
    """Everything that was ever booked for a person, the newest first."""
    return _entries(Transfer.objects.filter(person=person))


def bookings_of(person: "Person") -> QuerySet[Transfer]:
    """What last moved each of a person's bookings, the newest `completed_on` first: to filter and cut into pages."""
    last = Transfer.objects.filter(person=person, moved_by__isnull=True).annotate(
        completed_on=Coalesce("booking__happened_on", "happened_on"),
        booked_at=Coalesce("booking__recorded_at", "recorded_at"),
    )
    return last.order_by("-completed_on", "-booked_at", "-pk")


def tallies(person: "Person") -> dict[str, Tally]:
    """A person's bookings by the state they are in; a state without any is left out."""
    found = bookings_of(person).order_by().values_list("state")
    counted = found.annotate(Count("pk"), Min("booked_at"))
    return {state: Tally(count=count, since=since) for state, count, since in counted}


def hours_by_month(
    bookings: QuerySet[Transfer], months: Iterable[datetime.date]
) -> dict[datetime.date, dict[str, Hours]]:
    """Sums by state of those of `bookings_of` that were completed in these months (named by their first days)."""
    found = bookings.order_by().annotate(month=TruncMonth("completed_on"))
    sums = found.filter(month__in=set(months)).values_list("month", "state")
    by_month: defaultdict[datetime.date, dict[str, Hours]] = defaultdict(dict)
    for month, state, hundredths in sums.annotate(Sum("hundredths")):
        by_month[month][state] = Hours(hundredths)
    return by_month


def hours_of_year(person: "Person", year: int) -> dict[tuple[str, str], Hours]:
    """Hours that arose on days of a year, by the training's form and the state they are in."""
    lines = TransferLine.objects.filter(
        transfer__person=person, transfer__moved_by__isnull=True, on__year=year
    ).order_by()
    sums = lines.values_list("transfer__facts__form", "transfer__state").annotate(Sum("hundredths"))
    return {(form, state): Hours(hundredths) for form, state, hundredths in sums}


def place_in(transfers: QuerySet[Transfer], one: Transfer) -> int | None:
    """How many stand before this one in an ordered queryset; None where it is not among them."""
    order: Any = transfers.query.order_by
    numbered = transfers.annotate(place=Window(RowNumber(), order_by=order))
    place = numbered.filter(pk=one.pk).values_list("place", flat=True).first()
    return None if place is None else place - 1


def entry(public_id: uuid.UUID) -> Entry | None:
    """One booking by its public id."""
    found = _entries(
        Transfer.objects.filter(public_id=public_id, booking__isnull=True)
        | Transfer.objects.filter(booking__public_id=public_id)
    )
    return found[0] if found else None


def pending_for(verifier: "Person", on: datetime.date) -> list[Entry]:
    """Pending hours of the teachers whose hours a verifier confirms that day, never their own; the oldest first."""
    return entries_at(waiting_for(verifier, on))


def waiting_for(verifier: "Person", on: datetime.date) -> QuerySet[Transfer]:
    """The pending bookings themselves, those with an undecided flag first, the oldest first: to count and cut."""
    pending = _moved_last(verifier, on).filter(state=AccountKind.PENDING)
    return pending.annotate(flagged=Exists(flags.undecided_of("evidence"))).order_by(
        "-flagged", "recorded_at", "pk"
    )


def flagged_for(
    verifier: "Person", on: datetime.date, bookings: Collection[uuid.UUID]
) -> QuerySet[Transfer]:
    """Those of these bookings that wait for a verifier and have an undecided flag."""
    named = Q(public_id__in=bookings) | Q(booking__public_id__in=bookings)
    return waiting_for(verifier, on).filter(named, Exists(flags.undecided_of("evidence")))


def decided_for(verifier: "Person", on: datetime.date) -> QuerySet[Transfer]:
    """What last moved the hours of these teachers that are decided, the newest first."""
    decided = _moved_last(verifier, on).filter(state__in=[*moves.COUNTED, AccountKind.REJECTED])
    return decided.order_by("-recorded_at", "-pk")


def _moved_last(verifier: "Person", on: datetime.date) -> QuerySet[Transfer]:
    """What last moved hours of the teachers of a verifier's schools that day, without the verifier's own."""
    schools = people.schools_verified_by(verifier, on)
    if not schools:
        return Transfer.objects.none()
    teachers = people.teachers_of(schools, on).order_by().values("pk")
    return unmoved(Transfer.objects.filter(person__in=teachers)).exclude(person=verifier)


def disputed_of(people_: QuerySet["Person"]) -> QuerySet[Transfer]:
    """What put these people's hours in question, the oldest first."""
    disputed = Transfer.objects.filter(
        state=AccountKind.DISPUTED, person__in=people_.order_by().values("pk")
    )
    disputed = unmoved(disputed)
    return disputed.order_by("recorded_at", "pk")


def entries_at(transfers: Iterable[Transfer]) -> list[Entry]:
    """The bookings that these transfers belong to, in their order; four queries whatever their number."""
    roots = [one.booking_id or one.pk for one in transfers]
    if not roots:
        return []
    found = _entries(
        Transfer.objects.filter(pk__in=roots) | Transfer.objects.filter(booking__in=roots)
    )
    by_root = {one.booking.pk: one for one in found}
    return [by_root[root] for root in roots]


def held_by(people_: QuerySet["Person"]) -> Balance:
    """The hours of many people together, by where they lie."""
    return _held(LedgerHead.objects.filter(person__in=people_.order_by().values("pk")))


def longest_waiting(people_: QuerySet["Person"]) -> datetime.datetime | None:
    """Since when the oldest pending booking of these people waits."""
    waiting = Transfer.objects.filter(
        state=AccountKind.PENDING, person__in=people_.order_by().values("pk")
    )
    waiting = unmoved(waiting)
    since: datetime.datetime | None = waiting.aggregate(Min("recorded_at"))["recorded_at__min"]
    return since


def last_of(bookings: Collection[int]) -> list[Transfer]:
    """The last transfer of each booking's chain, in no order; with all that a successor needs."""
    return list(
        _related(
            Transfer.objects.filter(pk__in=bookings) | Transfer.objects.filter(booking__in=bookings)
        ).filter(moved_by__isnull=True)
    )


def booking_ids(public_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, tuple[int, int]]:
    """Key and person of each booking that exists."""
    found = Transfer.objects.filter(public_id__in=public_ids, booking__isnull=True)
    return {
        public_id: (pk, person)
        for public_id, pk, person in found.values_list("public_id", "pk", "person")
    }


def chain_of(transfer: Transfer) -> list[Transfer]:
    """All transfers of the same hours, the booking first."""
    root = transfer.booking_id or transfer.pk
    return chains_of([root])[root]


def chains_of(bookings: Collection[int]) -> dict[int, list[Transfer]]:
    """All transfers of each booking, itself first, with all that a successor needs."""
    found = Transfer.objects.filter(pk__in=bookings) | Transfer.objects.filter(booking__in=bookings)
    chains: dict[int, list[Transfer]] = {pk: [] for pk in bookings}
    for one in _related(found).order_by("sequence"):
        chains[one.booking_id or one.pk].append(one)
    return chains


def freed_participations(person_ids: Collection[int]) -> list[Participation]:
    """Trainings that these people completed though no hours were left, and that have not been booked since."""
    nothing = NothingBooked.objects.filter(person=OuterRef("person"), training=OuterRef("training"))
    found = Participation.objects.filter(Exists(nothing), person__in=person_ids)
    return list(_unbooked(found).select_related("person", "version__training").order_by("pk"))


def minima_asked(person: "Person", kind: str, subject: str) -> list[list[dict[str, Any]]]:
    """The needs of the trainings somebody takes part in, of those that ask for this kind of evidence of a subject."""
    found = Participation.objects.filter(_needs(kind, subject), person=person)
    return list(found.values_list("version__needs", flat=True))


def asked_of(subject: str, person_ids: Collection[int] | None = None) -> dict[int, Decimal]:
    """Who takes part in a training that asks for a subject, with the largest share that one asks of them. Two queries.

    `person_ids`: only of these.
    """
    versions = TrainingVersion.objects.filter(needs__contains=[{"subject": subject}])
    minima = {
        pk: max(Decimal(need["minimum"]) for need in needs if need["subject"] == subject)
        for pk, needs in versions.values_list("pk", "needs")
    }
    part = Participation.objects.filter(version__in=minima)
    if person_ids is not None:
        part = part.filter(person__in=person_ids)
    asked: dict[int, Decimal] = {}
    for person_id, version_id in part.values_list("person_id", "version_id"):
        asked[person_id] = max(minima[version_id], asked.get(person_id, Decimal(0)))
    return asked


def _needs(kind: str, subject: str | None) -> Q:
    """Versions that ask for this kind of evidence of a subject, alone or united with other kinds."""
    alone: Q = Q(version__needs__contains=[{"kind": kind, "subject": subject}])
    return alone | Q(version__needs__contains=[{"kinds": [kind], "subject": subject}])


def _unbooked(rows: "QuerySet[Row]") -> "QuerySet[Row]":
    """Of rows about a person and a training, those without a booking of it."""
    booked = Transfer.objects.filter(
        person=OuterRef("person"), key=Concat(Value(AWARD), OuterRef("training__key"))
    )
    return rows.filter(~Exists(booked))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What completing a training came to: hours (0 where all had been counted before), and what was left out."""

    hours: Hours
    explained: Explained | None


def outcome_of(person: "Person", training_key: str) -> Outcome | None:
    """What a person was booked for a training; None while it is not completed. Two queries at the most."""
    booked = Transfer.objects.filter(person=person, key=award_key(training_key)).first()
    if booked:
        return Outcome(hours=booked.hours, explained=explained(booked.facts))
    nothing = NothingBooked.objects.filter(person=person, training__key=training_key).first()
    return Outcome(hours=ZERO, explained=nothing.explained) if nothing else None


def nothing_booked(person: "Person") -> QuerySet[NothingBooked]:
    """Trainings that somebody completed though no hours were left to book, as it still is; the newest first."""
    return _unbooked(NothingBooked.objects.filter(person=person)).order_by("-recorded_at", "-pk")


def evidence_for(person: "Person", subjects: Iterable[str]) -> list[Evidence]:
    """A person's evidence about these subjects, the earliest first."""
    found = Evidence.objects.filter(person=person, subject__in=set(subjects))
    return list(found.order_by("recorded_at", "pk"))


def evidence_of(person: "Person") -> QuerySet[Evidence]:
    """All of a person's evidence, the earliest first."""
    found = Evidence.objects.filter(person=person)
    return found.select_related("person", "kept_detail").order_by("pk")


def transfers_of(person: "Person") -> QuerySet[Transfer]:
    """All of a person's transfers in the order of their chain."""
    return _related(Transfer.objects.filter(person=person)).order_by("sequence")


def links_of(person: "Person") -> Iterator[chain.Link]:
    """A person's transfers as the chain sees them, read back from the rows."""
    return (link for _pk, link in links(Transfer.objects.filter(person=person)))


def links(transfers: QuerySet[Transfer]) -> Iterator[tuple[int, chain.Link]]:
    """Transfers with their keys, as the chain sees them, in its order; for those of one person."""
    read = (
        _related(transfers)
        .select_related("reverses")
        .prefetch_related(
            Prefetch("lines", TransferLine.objects.order_by("on")),
            Prefetch(
                "postings",
                Posting.objects.select_related("account__person").order_by("hundredths"),
            ),
        )
    )
    for one in read.order_by("sequence").iterator(chunk_size=1000):
        lines = [(line.on, line.hundredths) for line in one.lines.all()]
        content = one.content(lines, [posting.leg for posting in one.postings.all()])
        yield one.pk, chain.Link(one.sequence, one.previous, one.hash, content)


def _related(transfers: QuerySet[Transfer]) -> QuerySet[Transfer]:
    return transfers.select_related(
        "person", "by", "version__training", "booking", "moves", "kept_reason"
    )


def _entries(transfers: QuerySet[Transfer]) -> list[Entry]:
    """Gather transfers into bookings, the newest booking first: four queries whatever their number, five with flags."""
    chains: defaultdict[int, list[Transfer]] = defaultdict(list)
    named = transfers.select_related("person", "by", "version__training", "kept_reason")
    for one in named.order_by("sequence"):
        chains[one.booking_id or one.pk].append(one)
    lines = _lines(chains)
    evidence = _evidence(history[0] for history in chains.values())
    entries = [
        Entry(
            booking=history[0],
            history=tuple(history),
            lines=tuple(lines[pk]),
            evidence=tuple(evidence[one] for one in history[0].evidence if one in evidence),
        )
        for pk, history in chains.items()
    ]
    return sorted(entries, key=lambda one: (one.booking.recorded_at, one.booking.pk), reverse=True)


def _lines(bookings: Collection[int]) -> dict[int, list[Line]]:
    lines: defaultdict[int, list[Line]] = defaultdict(list)
    for line in TransferLine.objects.filter(transfer__in=bookings).order_by("on"):
        lines[line.transfer_id].append(Line(line.on, line.hours))
    return lines


def _evidence(bookings: Iterable[Transfer]) -> dict[uuid.UUID, Evidence]:
    wanted: Sequence[uuid.UUID] = [one for booking in bookings for one in booking.evidence]
    found = Evidence.objects.filter(public_id__in=wanted).select_related("kept_detail")
    whole = Prefetch("flags", flags.whole(Flag.objects.all()))
    return {one.public_id: one for one in found.prefetch_related(whole)}
