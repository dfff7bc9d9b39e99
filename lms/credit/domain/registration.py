"""Registering many: what waits by schools and period, a piece at a time, so that it can stop and go on anywhere."""

import datetime
from collections import Counter
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from django.db import transaction

from lms.credit.core.lines import day_of
from lms.credit.core.periods import Period
from lms.credit.domain.register import register
from lms.credit.models.register import RegisterRun
from lms.credit.queries.register import to_register

if TYPE_CHECKING:
    from lms.people.models.person import Person

PIECE = 200
"""Bookings a transaction: about a second, for which the heads of their teachers are held."""


def begin(
    *, officer: "Person", schools: Collection[int], period: Period | None, at: datetime.datetime
) -> RegisterRun:
    """Note what is to be registered: all that waits at `at`; later ones are another run's. Nothing is done yet."""
    waiting = to_register(officer, day_of(at), schools=schools, period=period)
    return RegisterRun.objects.create(
        officer=officer,
        schools=sorted(schools),
        first=period.first if period else None,
        last=period.last if period else None,
        asked_at=at,
        total=waiting.count(),
        seen_at=at,
    )


@transaction.atomic
def take_piece(pk: int, *, at: datetime.datetime) -> RegisterRun:
    """Register the next PIECE of a run; its row says how far it is when the same transaction commits.

    Whoever runs it a second time at once waits for its row. The officer's duty is asked for anew in each piece.
    """
    run = RegisterRun.objects.select_for_update(of=("self",)).select_related("officer").get(pk=pk)
    if run.ended_at is not None:
        return run
    waiting = to_register(run.officer, day_of(at), schools=run.schools, period=run.period)
    rest = waiting.filter(pk__gt=run.cursor, recorded_at__lte=run.asked_at).order_by("pk")
    piece = list(rest.values_list("pk", "booking__public_id")[:PIECE])
    outcomes = register(officer=run.officer, bookings=[booking for _, booking in piece], at=at)
    moved = [one.transfer for one in outcomes if one.transfer]
    run.registered += len(moved)
    run.hundredths += sum(one.hundredths for one in moved)
    run.problems = dict(
        Counter(run.problems) + Counter(one.problem.code for one in outcomes if one.problem)
    )
    run.cursor = piece[-1][0] if piece else run.cursor
    run.seen_at = at
    run.ended_at = None if len(piece) == PIECE else at
    run.save()
    return run


def go_on(pk: int, *, clock: Callable[[], datetime.datetime]) -> RegisterRun:
    """Register all that is left of a run."""
    run = take_piece(pk, at=clock())
    while run.ended_at is None:
        run = take_piece(pk, at=clock())
    return run
