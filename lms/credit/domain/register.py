"""A bureau takes confirmed hours into its register (登记)."""

import datetime
import uuid
from collections.abc import Collection
from typing import TYPE_CHECKING

from lms.credit.domain.decide import Case, Outcome, Part, decide
from lms.credit.enums import AccountKind, Act

if TYPE_CHECKING:
    from lms.people.models.person import Person


def register(
    *, officer: "Person", bookings: Collection[uuid.UUID], at: datetime.datetime
) -> tuple[Outcome, ...]:
    """Move confirmed hours on to registered. Those that cannot be are left as they are and say why; order as given.

    Problems: UnknownBooking (no teacher of a school under a bureau or district that `officer` administers today),
    OwnHours, AlreadyDecided, WrongState (the school has not confirmed them yet).
    """
    return decide(
        _registered, parts=[Part.BUREAU], by=officer, bookings=bookings, because="", at=at
    )


def _registered(case: Case) -> Act | None:
    return Act.REGISTER if case.state == AccountKind.CONFIRMED else None
