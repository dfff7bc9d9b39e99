"""Undoing a transfer: the hours go back to where it took them from, and what that frees is settled."""

import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from lms.credit import queries
from lms.credit.core.moves import FREE, ForbiddenMove
from lms.credit.domain import ledger
from lms.credit.domain.settle import settle_freed
from lms.credit.enums import Act
from lms.credit.errors import NotReversible
from lms.credit.events import credit_reversed, notify

if TYPE_CHECKING:
    from lms.credit.models.ledger import Transfer
    from lms.people.models.person import Person


def reverse(
    transfer: "Transfer", *, by: "Person | None", because: str, at: datetime.datetime
) -> "Transfer":
    """Undo a transfer by one that names it and moves the hours back to where it took them from.

    What the minutes it frees had kept from being booked is booked with it, as after a rejection. Raises NotReversible
    where the hours have moved on since, or it was reversed before; ReasonMissing; CountedElsewhere as
    `ledger.planned` does.
    """
    because = ledger.checked_reason(because)
    with transaction.atomic():
        heads = ledger.lock_heads([transfer.person_id])
        history = queries.chain_of(transfer)
        try:
            back = ledger.planned(history, Act.REVERSE)
        except ForbiddenMove as error:
            raise NotReversible from error
        if back.reverses != transfer:
            raise NotReversible
        (reversal,) = ledger.move(heads=heads, wanted=[back], by=by, because=because, at=at)
        notify(credit_reversed, ledger.event_of(reversal))
        if reversal.state in FREE:
            settle_freed(heads=heads, at=at)
    return reversal
