"""What papers are drawn from: the transfers of bookings, as the chain sees them."""

import uuid
from collections.abc import Collection
from typing import TYPE_CHECKING

from lms.credit.core import chain, moves
from lms.credit.core.periods import Period
from lms.credit.models.ledger import Reason, Transfer
from lms.credit.models.statement import Certificate
from lms.credit.queries import links
from lms.credit.queries.known import within

if TYPE_CHECKING:
    from lms.people.models.person import Person


def bookings_within(person: "Person", period: Period) -> list[uuid.UUID]:
    """The bookings of a person that have hours on a day of the period, by public id."""
    found = within(Transfer.objects.filter(person=person, booking__isnull=True), period)
    return list(found.order_by("sequence").values_list("public_id", flat=True))


def links_in(bookings: Collection[uuid.UUID]) -> dict[int, chain.Link]:
    """All transfers of these bookings of one person by key, in the order of the chain. Three queries."""
    found = Transfer.objects.filter(public_id__in=bookings)
    return dict(links(found | Transfer.objects.filter(booking__public_id__in=bookings)))


def not_counted(first: int, end: int) -> list[tuple[int, str]]:
    """Certificates, from key `first` to before `end`, whose hours do not count where they lie, with where."""
    elsewhere = {moves.ISSUED, *moves.PERSONAL} - set(moves.COUNTED)
    found = Certificate.objects.filter(
        pk__gte=first,
        pk__lt=end,
        transfer__booking__chain__state__in=elsewhere,
        transfer__booking__chain__moved_by__isnull=True,
    )
    return list(found.order_by("pk").values_list("pk", "transfer__booking__chain__state"))


def reasons_of(transfers: Collection[int]) -> dict[int, str]:
    """The reasons that are kept of these transfers, by key."""
    return dict(Reason.objects.filter(transfer__in=transfers).values_list("transfer", "text"))
