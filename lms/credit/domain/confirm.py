"""A school's verifier decides on pending hours: one or many in one transaction, each with a clear outcome."""

import datetime
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.dispatch import Signal

from lms.credit import queries
from lms.credit.core.lines import day_of
from lms.credit.domain import ledger
from lms.credit.enums import AccountKind, Act
from lms.credit.errors import AlreadyDecided, CreditError, OwnHours, UnknownBooking
from lms.credit.events import credit_confirmed, credit_rejected, notify
from lms.people import queries as people

if TYPE_CHECKING:
    from lms.credit.models.ledger import Transfer
    from lms.people.models.person import Person


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one booking: moved by `transfer`, or not, for the `problem`'s reason."""

    booking: uuid.UUID
    transfer: "Transfer | None" = None
    problem: CreditError | None = None


@dataclass(frozen=True, slots=True)
class _Decision:
    act: Act
    signal: Signal


CONFIRM = _Decision(Act.CONFIRM, credit_confirmed)
REJECT = _Decision(Act.REJECT, credit_rejected)


def confirm(
    *, verifier: "Person", bookings: Collection[uuid.UUID], at: datetime.datetime
) -> tuple[Outcome, ...]:
    """Move pending hours on to confirmed. Those that cannot be are left as they are and say why; order as given.

    Problems: UnknownBooking (no teacher of a school where `verifier` confirms hours today), OwnHours, AlreadyDecided.
    """
    return _decide(CONFIRM, verifier, bookings, "", at)


def reject(
    *, verifier: "Person", bookings: Collection[uuid.UUID], because: str, at: datetime.datetime
) -> tuple[Outcome, ...]:
    """Move pending hours to rejected, with a reason that the teacher reads; problems as for `confirm`.

    Raises ReasonMissing without a reason. A rejection can be reversed later.
    """
    return _decide(REJECT, verifier, bookings, ledger.checked_reason(because), at)


def _decide(
    decision: _Decision,
    verifier: "Person",
    bookings: Collection[uuid.UUID],
    because: str,
    at: datetime.datetime,
) -> tuple[Outcome, ...]:
    wanted = list(dict.fromkeys(bookings))
    with transaction.atomic():
        known = queries.booking_ids(wanted)
        mine = _decidable_people(verifier, {person for _, person in known.values()}, at)
        allowed = {
            booking: pk for booking, (pk, person) in known.items() if person in mine - {verifier.pk}
        }
        own = {booking for booking, (_, person) in known.items() if person == verifier.pk}
        # Lock before reading states: two verifiers decide in the same second.
        heads = ledger.lock_heads(known[booking][1] for booking in allowed)
        last = {one.booking_id or one.pk: one for one in queries.last_of(allowed.values())}
        open_ = [pk for pk in allowed.values() if last[pk].state == AccountKind.PENDING]
        moved = ledger.move(
            heads=heads, last=[last[pk] for pk in open_], act=decision.act,
            by=verifier, because=because, at=at,
        )  # fmt: skip
        for transfer in moved:
            notify(decision.signal, ledger.event_of(transfer))
    done = dict(zip(open_, moved, strict=True))

    def outcome(booking: uuid.UUID) -> Outcome:
        if booking in own:
            return Outcome(booking, problem=OwnHours())
        if booking not in allowed:
            return Outcome(booking, problem=UnknownBooking())
        pk = allowed[booking]
        if pk in done:
            return Outcome(booking, transfer=done[pk])
        return Outcome(booking, problem=_decided(last[pk]))

    return tuple(outcome(booking) for booking in wanted)


def _decidable_people(verifier: "Person", persons: set[int], at: datetime.datetime) -> set[int]:
    """Which of these people are teachers of a school where `verifier` confirms hours that day."""
    on = day_of(at)
    schools = people.schools_verified_by(verifier, on)
    if not schools or not persons:
        return set()
    teachers = people.teachers_of(schools, on).filter(pk__in=persons)
    return set(teachers.order_by().values_list("pk", flat=True))


def _decided(last: "Transfer") -> AlreadyDecided:
    return AlreadyDecided(
        who=last.by.name if last.by else "",
        at=last.recorded_at,
        what=str(AccountKind(last.state).label),
    )
