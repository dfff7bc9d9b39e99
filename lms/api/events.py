"""What happened. Of credit, told after commit: a receiver is called with `event` and never breaks it.

That is a CreditEvent, of `credit_flagged` a FlagEvent. `provider_opened` comes with `provider`, in the transaction that
makes it.
"""

from lms.credit.events import (
    CreditEvent,
    FlagEvent,
    credit_booked,
    credit_confirmed,
    credit_disputed,
    credit_exhausted,
    credit_flagged,
    credit_registered,
    credit_rejected,
    credit_reversed,
)
from lms.people.events import provider_opened

__all__ = [
    "CreditEvent",
    "FlagEvent",
    "credit_booked",
    "credit_confirmed",
    "credit_disputed",
    "credit_exhausted",
    "credit_flagged",
    "credit_registered",
    "credit_rejected",
    "credit_reversed",
    "provider_opened",
]
