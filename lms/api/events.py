"""What happened. Of credit, told after commit: a receiver is called with `event` (a CreditEvent) and never breaks it.

`provider_opened` comes with `provider`, in the transaction that makes it.
"""

from lms.credit.events import (
    CreditEvent,
    credit_booked,
    credit_confirmed,
    credit_disputed,
    credit_exhausted,
    credit_registered,
    credit_rejected,
    credit_reversed,
)
from lms.people.events import provider_opened

__all__ = [
    "CreditEvent",
    "credit_booked",
    "credit_confirmed",
    "credit_disputed",
    "credit_exhausted",
    "credit_registered",
    "credit_rejected",
    "credit_reversed",
    "provider_opened",
]
