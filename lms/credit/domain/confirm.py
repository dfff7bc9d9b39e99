"""A school's verifier decides on pending hours."""

import datetime
import uuid
from collections.abc import Collection
from typing import TYPE_CHECKING

from lms.credit.domain import ledger
from lms.credit.domain.decide import Case, Outcome, Part, decide
from lms.credit.enums import AccountKind, Act

if TYPE_CHECKING:
    from lms.people.models.person import Person


def confirm(
    *, verifier: "Person", bookings: Collection[uuid.UUID], at: datetime.datetime
) -> tuple[Outcome, ...]:
    """Move pending hours on to confirmed. Those that cannot be are left as they are and say why; order as given.

    Problems: UnknownBooking (no teacher of a school where `verifier` confirms hours today), OwnHours, AlreadyDecided.
    """
    return decide(
        _confirmed, parts=[Part.SCHOOL], by=verifier, bookings=bookings, because="", at=at
    )


def reject(
    *, verifier: "Person", bookings: Collection[uuid.UUID], because: str, at: datetime.datetime
) -> tuple[Outcome, ...]:
    """Move pending hours to rejected, with a reason that the teacher reads; problems as for `confirm`.

    Raises ReasonMissing without a reason. A rejection can be reversed later.
    """
    because = ledger.checked_reason(because)
    return decide(
        _rejected, parts=[Part.SCHOOL], by=verifier, bookings=bookings, because=because, at=at
    )


def _confirmed(case: Case) -> Act | None:
    return Act.CONFIRM if case.state == AccountKind.PENDING else None


def _rejected(case: Case) -> Act | None:
    return Act.REJECT if case.state == AccountKind.PENDING else None
