"""Deciding on bookings: many in one transaction, each with a clear outcome. The acts themselves are its neighbours."""

import datetime
import enum
import uuid
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.dispatch import Signal

from lms.credit import events, queries
from lms.credit.core.lines import day_of
from lms.credit.core.moves import FREE
from lms.credit.domain import ledger
from lms.credit.domain.settle import settle_freed
from lms.credit.enums import AccountKind, Act
from lms.credit.errors import AlreadyDecided, CreditError, OwnHours, UnknownBooking, WrongState
from lms.people import queries as people

if TYPE_CHECKING:
    from lms.credit.models.ledger import Transfer
    from lms.people.models.person import Person


class Part(enum.Enum):
    """In which part somebody acts on a booking, that day."""

    OWNER = "owner"
    SCHOOL = "school"
    BUREAU = "bureau"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one booking: moved by `transfer`, or not, for the `problem`'s reason."""

    booking: uuid.UUID
    transfer: "Transfer | None" = None
    problem: CreditError | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A booking to decide on, read while its head is locked. `pile`: the transfers that stand, the topmost last."""

    history: "tuple[Transfer, ...]"
    pile: "tuple[Transfer, ...]"
    by: "Person"
    parts: frozenset[Part]

    @property
    def state(self) -> str:
        """Where the hours lie."""
        return self.history[-1].state

    @property
    def before(self) -> str:
        """Where the topmost transfer took them from."""
        return self.pile[-2].state if len(self.pile) > 1 else AccountKind.ISSUED


Plan = Callable[[Case], Act | None]
"""The act that a decision comes to; None where the booking is in no state for it. Raises a CreditError."""

SIGNALS: dict[Act, Signal] = {
    Act.CONFIRM: events.credit_confirmed,
    Act.REJECT: events.credit_rejected,
    Act.REGISTER: events.credit_registered,
    Act.DISPUTE: events.credit_disputed,
    Act.REVERSE: events.credit_reversed,
}


def decide(
    plan: Plan,
    *,
    parts: Collection[Part],
    by: "Person",
    bookings: Collection[uuid.UUID],
    because: str,
    at: datetime.datetime,
) -> tuple[Outcome, ...]:
    """Do with each booking what `plan` says; those that cannot be decided are left and say why. Order as given.

    `parts`: in which of them one may act at all. Problems: UnknownBooking, OwnHours, AlreadyDecided, WrongState,
    CountedElsewhere and what the plan raises. What rejected minutes had kept from being booked is booked with them.
    """
    wanted = list(dict.fromkeys(bookings))
    with transaction.atomic(savepoint=False):
        known = queries.booking_ids(wanted)
        held = _parts(by, {person for _, person in known.values()}, parts, at)
        allowed = {booking: pk for booking, (pk, person) in known.items() if person in held}
        # Lock before reading states: two people decide in the same second.
        heads = ledger.lock_heads(known[booking][1] for booking in allowed)
        chains = queries.chains_of(allowed.values())
        problems: dict[uuid.UUID, CreditError] = {}
        moves: dict[uuid.UUID, ledger.Move] = {}
        for booking, pk in allowed.items():
            case = _case(chains[pk], by, held[known[booking][1]])
            try:
                moves[booking] = _planned(plan, case, moves.values())
            except CreditError as problem:
                problems[booking] = problem
        moved = ledger.move(heads=heads, wanted=list(moves.values()), by=by, because=because, at=at)
        for transfer in moved:
            events.notify(SIGNALS[Act(transfer.act)], ledger.event_of(transfer))
        if any(transfer.state in FREE for transfer in moved):
            settle_freed(heads=heads, at=at)
    done = dict(zip(moves, moved, strict=True))
    for booking in wanted:
        if booking not in allowed:
            own = booking in known and known[booking][1] == by.pk
            problems[booking] = OwnHours() if own else UnknownBooking()
    return tuple(Outcome(one, done.get(one), problems.get(one)) for one in wanted)


def _parts(
    by: "Person", persons: set[int], wanted: Collection[Part], at: datetime.datetime
) -> dict[int, frozenset[Part]]:
    """In which parts somebody acts for each of these people today; who is left out is nobody of theirs."""
    on = day_of(at)
    others = persons - {by.pk}
    held: dict[int, set[Part]] = {}
    if by.pk in persons and Part.OWNER in wanted:
        held[by.pk] = {Part.OWNER}
    places = {Part.SCHOOL: people.schools_verified_by, Part.BUREAU: people.schools_registered_by}
    for part, schools_of in places.items():
        schools = schools_of(by, on) if others and part in wanted else ()
        if schools:
            teachers = people.teachers_of(schools, on).filter(pk__in=others)
            for pk in teachers.order_by().values_list("pk", flat=True):
                held.setdefault(pk, set()).add(part)
    return {pk: frozenset(parts) for pk, parts in held.items()}


def _case(history: "list[Transfer]", by: "Person", parts: frozenset[Part]) -> Case:
    return Case(tuple(history), queries.standing_of(history), by, parts)


def _planned(plan: Plan, case: Case, beside: Iterable[ledger.Move]) -> ledger.Move:
    act = plan(case)
    if act is None:
        raise _decided(case.history[-1])
    return ledger.planned(case.history, act, beside=beside)


def _decided(last: "Transfer") -> CreditError:
    what = str(AccountKind(last.state).label)
    if last.by is None:
        return WrongState(what=what)
    return AlreadyDecided(who=last.by.name, at=last.recorded_at, what=what)
