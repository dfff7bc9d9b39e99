"""What happened, told after commit. A receiver is called with `event` (a CreditEvent) and never delays or breaks it."""

from lms.credit.events import (
    CreditEvent,
    credit_booked,
    credit_confirmed,
    credit_rejected,
    credit_reversed,
)

__all__ = ["CreditEvent", "credit_booked", "credit_confirmed", "credit_rejected", "credit_reversed"]
