"""Hours that somebody questions (异议), and what a named person decides about it. Every step says why.

A teacher questions a rejection of their own hours; school and bureau question hours that wait or count. Whoever raised
a question does not decide it, but may take it back. What a bureau has registered, the bureau decides.
"""

import datetime
import uuid
from collections.abc import Collection
from typing import TYPE_CHECKING

from lms.credit.domain import ledger
from lms.credit.domain.decide import Case, Outcome, Part, decide
from lms.credit.enums import AccountKind, Act
from lms.credit.errors import BureausDecision, OwnHours, OwnQuestion

if TYPE_CHECKING:
    from lms.people.models.person import Person

ANYONE = (Part.OWNER, Part.SCHOOL, Part.BUREAU)
_BY_OFFICE = (AccountKind.PENDING, AccountKind.CONFIRMED, AccountKind.REGISTERED)


def dispute(
    *, by: "Person", bookings: Collection[uuid.UUID], because: str, at: datetime.datetime
) -> tuple[Outcome, ...]:
    """Question hours: they lie apart and do not count until somebody decides. Each booking has its outcome.

    Problems: UnknownBooking, AlreadyDecided, WrongState. Raises ReasonMissing.
    """
    because = ledger.checked_reason(because)
    return decide(_questioned, parts=ANYONE, by=by, bookings=bookings, because=because, at=at)


def uphold(
    *, by: "Person", bookings: Collection[uuid.UUID], because: str, at: datetime.datetime
) -> tuple[Outcome, ...]:
    """The question was right: a rejection becomes a confirmation, everything else a rejection.

    Problems: UnknownBooking, OwnHours, AlreadyDecided, OwnQuestion, BureausDecision. Raises ReasonMissing.
    """
    because = ledger.checked_reason(because)
    parts = (Part.SCHOOL, Part.BUREAU)
    return decide(_upheld, parts=parts, by=by, bookings=bookings, because=because, at=at)


def dismiss(
    *, by: "Person", bookings: Collection[uuid.UUID], because: str, at: datetime.datetime
) -> tuple[Outcome, ...]:
    """The question is settled, or taken back by who raised it: it is reversed, the hours lie where they lay before.

    Problems: UnknownBooking, OwnHours, AlreadyDecided, BureausDecision. Raises ReasonMissing.
    """
    because = ledger.checked_reason(because)
    return decide(_dismissed, parts=ANYONE, by=by, bookings=bookings, because=because, at=at)


def _questioned(case: Case) -> Act | None:
    able = (AccountKind.REJECTED,) if Part.OWNER in case.parts else _BY_OFFICE
    return Act.DISPUTE if case.state in able else None


def _upheld(case: Case) -> Act | None:
    if case.state != AccountKind.DISPUTED:
        return None
    if case.pile[-1].by_id == case.by.pk:
        raise OwnQuestion
    _check_office(case)
    return Act.CONFIRM if case.before == AccountKind.REJECTED else Act.REJECT


def _dismissed(case: Case) -> Act | None:
    if case.state != AccountKind.DISPUTED:
        return None
    if case.pile[-1].by_id != case.by.pk:
        _check_office(case)
    return Act.REVERSE


def _check_office(case: Case) -> None:
    """Raises OwnHours where a teacher decides, BureausDecision where a school does about registered hours."""
    if Part.OWNER in case.parts:
        raise OwnHours
    if case.before == AccountKind.REGISTERED and Part.BUREAU not in case.parts:
        raise BureausDecision
