"""Hours that come back from where they do not count: their minutes must not have been paid for elsewhere meanwhile."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lms.credit.core.minutes import shares
from lms.credit.errors import CountedElsewhere
from lms.credit.queries import settling

if TYPE_CHECKING:
    from lms.credit.models.ledger import Transfer


def check_unclaimed(booking: "Transfer", beside: "Iterable[Transfer]" = ()) -> None:
    """Raise CountedElsewhere where a booking that stands was paid for what this one was paid for.

    `beside`: bookings that are about to count again too. The caller holds the person's head.
    """
    mine = settling.paid_by(booking)
    standing = settling.paid_stretches(booking.person, mine.spans, mine.wall)
    returning = [settling.paid_by(one) for one in beside if one.person_id == booking.person_id]
    for other in [*standing, *returning]:
        if shares(mine, other):
            raise CountedElsewhere(other.by.title)
