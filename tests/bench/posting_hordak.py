"""The same hours, booked with django-hordak: from a provider's account to a person's, in a transaction."""

import datetime
import itertools

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - Django first
from django.db import transaction  # noqa: E402
from hordak.models import Account  # noqa: E402
from moneyed import Money  # noqa: E402

from tests.bench.posting_worker import rate, serve  # noqa: E402

PEOPLE = 50
HOURS = Money("2.00", "EUR")
ON = datetime.date(2026, 5, 18)


class Booking:
    """An issuer, and a pending account a person."""

    def __init__(self) -> None:
        call_command("migrate", verbosity=0)
        self.issued = Account.objects.create(name="issued", code="0", type="IN", currencies=["EUR"])
        self.pending = itertools.cycle(
            [
                Account.objects.create(
                    name=f"pending {number}", code=str(number + 1), type="AS", currencies=["EUR"]
                )
                for number in range(PEOPLE)
            ]
        )

    def post(self) -> None:
        """One booking."""
        with transaction.atomic():
            self.issued.transfer_to(next(self.pending), HOURS, description="award", date=ON)


if __name__ == "__main__":
    booking = Booking()
    serve({"post": lambda number: rate(booking.post, number)})
