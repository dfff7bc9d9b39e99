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


credit_booked = Signal()
credit_exhausted = Signal()
"""Everything was done, and nothing was left to book."""
credit_confirmed = Signal()
credit_registered = Signal()
credit_rejected = Signal()
credit_disputed = Signal()
credit_reversed = Signal()


def notify(signal: Signal, event: CreditEvent) -> None:
    """Send after commit; a receiver that fails is logged and hinders nobody."""
    transaction.on_commit(partial(signal.send_robust, sender=CreditEvent, event=event))
