"""A school's verifier decides on pending hours."""

import datetime
import uuid
from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db import transaction

from lms.credit.domain import ledger
from lms.credit.domain.decide import Case, Outcome, Part, decide
from lms.credit.domain.flags import clear
from lms.credit.enums import AccountKind, Act, FlagState
from lms.credit.errors import FlagStands, OpenFlags
from lms.credit.models.flag import Flag
from lms.credit.queries import flags as flag_reads

if TYPE_CHECKING:
    from lms.people.models.person import Person


def confirm(
    *,
    verifier: "Person",
    bookings: Collection[uuid.UUID],
    at: datetime.datetime,
    in_order: str = "",
) -> tuple[Outcome, ...]:
    """Move pending hours on to confirmed. Those that cannot be are left as they are and say why; order as given.

    `in_order`: why what was flagged about the evidence is in order; it decides the flags that nobody has yet.
    Problems: UnknownBooking (no teacher of a school where `verifier` confirms hours today), OwnHours, AlreadyDecided,
    OpenFlags (without `in_order`), FlagStands. Raises ReasonMissing where `in_order` is too long.
    """
    in_order = ledger.checked_reason(in_order) if in_order else ""
    asked: dict[uuid.UUID, list[Flag]] = {}

    def confirmed(case: Case) -> Act | None:
        if case.state != AccountKind.PENDING:
            return None
        if not asked:  # read once, for all of them, while the heads are held
            asked.update(flag_reads.flags_of(bookings))
        states = {flag.state for flag in asked[case.history[0].public_id]}
        if states & {FlagState.STANDS, FlagState.APPEALED}:
            raise FlagStands
        if FlagState.OPEN in states and not in_order:
            raise OpenFlags
        return Act.CONFIRM

    with transaction.atomic():
        outcomes = decide(
            confirmed, parts=[Part.SCHOOL], by=verifier, bookings=bookings, because="", at=at
        )
        done = [flag for one in outcomes if one.transfer for flag in asked[one.booking]]
        clear(
            [flag for flag in done if flag.state == FlagState.OPEN],
            by=verifier,
            because=in_order,
            at=at,
        )
    return outcomes


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


def _rejected(case: Case) -> Act | None:
    return Act.REJECT if case.state == AccountKind.PENDING else None
