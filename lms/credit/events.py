"""What others may want to know once it is committed. Receivers get `event`, which holds all that they need."""

import uuid
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.dispatch import Signal

from lms.credit.core.hours import Hours


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditEvent:
    """Hours were booked, confirmed, registered, rejected, questioned, or a transfer of them reversed.

    `booking` is None where a training was completed and all of its minutes had been counted before.
    """

    booking: uuid.UUID | None
    person_id: int
    training_key: str
    title: str
    hours: Hours
    state: str
    by_id: int | None
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagEvent:
    """Something about a person's evidence looks odd: the kinds of flags that were raised."""

    person_id: int
    kinds: tuple[str, ...]


credit_booked = Signal()
credit_exhausted = Signal()
"""Everything was done, and nothing was left to book."""
credit_confirmed = Signal()
credit_registered = Signal()
credit_rejected = Signal()
credit_disputed = Signal()
credit_reversed = Signal()
credit_flagged = Signal()


def notify(signal: Signal, event: CreditEvent) -> None:
    """Send after commit; a receiver that fails is logged and hinders nobody."""
    transaction.on_commit(partial(signal.send_robust, sender=CreditEvent, event=event))


def notify_flagged(*, person_id: int, kinds: tuple[str, ...]) -> None:
    """Send `credit_flagged` after commit, as above."""
    event = FlagEvent(person_id=person_id, kinds=kinds)
    transaction.on_commit(partial(credit_flagged.send_robust, sender=FlagEvent, event=event))
