"""What holds between transfers: each key once, each moved once, reversals that undo what stands topmost."""

from itertools import groupby
from operator import itemgetter

from lms.credit.core import moves
from lms.credit.domain.audit.fault import Fault
from lms.credit.domain.audit.rows import rows

_TWICE = (
    ("person_id, key", "the same hours are booked twice"),
    ("moves_id", "the same hours are moved on twice"),
    ("reverses_id", "a transfer is reversed twice"),
    ("public_id", "two transfers have the same id"),
)
_REVERSED = """
SELECT t.booking, person.public_id::text, t.sequence, t.id, t.act, t.state, t.reverses_id
FROM (SELECT *, COALESCE(booking_id, id) AS booking FROM credit_transfer) AS t
LEFT JOIN people_person person ON person.id = t.person_id
WHERE t.booking IN (SELECT booking_id FROM credit_transfer WHERE act = 'reverse')
ORDER BY t.booking, t.sequence
"""


def check() -> None:
    """Raises Fault. Indexes keep most of this while they are there; a superuser can drop an index."""
    for columns, wrong in _TWICE:
        first = columns.split(",", maxsplit=1)[0]
        # The columns alone are looked for: an index holds them, in an order in which the rows do not lie.
        ((sequence, person_id),) = rows(
            f"SELECT min(sequence), min(person_id) FROM credit_transfer WHERE ({columns}) IN ("  # noqa: S608 - from above
            f"SELECT {columns} FROM credit_transfer WHERE {first} IS NOT NULL"
            f" GROUP BY {columns} HAVING count(*) > 1 LIMIT 1)"
        )
        if sequence is not None:
            raise Fault(f"person with key {person_id}: transfer {sequence}: {wrong}")
    for _booking, steps in groupby(rows(_REVERSED), key=itemgetter(0)):
        _check_booking(list(steps))


def _check_booking(steps: list[tuple]) -> None:
    try:
        moves.standing(moves.Step(*step[3:7]) for step in steps)
    except moves.ForbiddenMove as problem:
        raise Fault(
            f"person {steps[0][1]}: hours booked by transfer {steps[0][2]}: {problem}"
        ) from problem
