"""Where each person's chain ends, as its head row says, and where their hours lie, which goes with it."""

from lms.credit.core import moves
from lms.credit.domain.audit.fault import Fault
from lms.credit.domain.audit.rows import MOMENT, rows
from lms.credit.domain.audit.transfers import START, End

_SAID = ", ".join(f"head.{kind}" for kind in moves.PERSONAL)
_HELD = ", ".join(f"COALESCE(held.{kind}, 0)" for kind in moves.PERSONAL)
_SUMS = ", ".join(
    f"(SUM(leg.total) FILTER (WHERE account.kind = '{kind}'))::bigint AS {kind}"
    for kind in moves.PERSONAL
)
# Everybody's postings are added up anew: first by account, of which there are few.
_HEADS = f"""
SELECT head.person_id, person.public_id::text, head.sequence, head.hash,
    COALESCE(to_char(head.recorded_at AT TIME ZONE 'UTC', '{MOMENT}'), ''), ARRAY[{_SAID}], ARRAY[{_HELD}]
FROM credit_ledgerhead head
LEFT JOIN people_person person ON person.id = head.person_id
LEFT JOIN (
    SELECT account.person_id, {_SUMS}
    FROM (SELECT account_id, SUM(hundredths) AS total FROM credit_posting GROUP BY account_id) leg
    JOIN credit_account account ON account.id = leg.account_id
    GROUP BY account.person_id
) held ON held.person_id = head.person_id
ORDER BY head.person_id
"""  # noqa: S608 - our own words


def check(ends: dict[int, End]) -> None:
    """Raises Fault for a head that names another end or other balances than the transfers have; `ends` is used up."""
    for person_id, person, sequence, hash_, recorded_at, said, held in rows(_HEADS):
        last = ends.pop(person_id, START)
        if last[:2] != (sequence, hash_):
            raise Fault(
                f"person {person}: the last transfer is {last[0]}, but their chain ended at {sequence}:"
                " transfers were removed or added"
            )
        if last[2] != recorded_at:
            raise Fault(
                f"person {person}: their chain did not end when its last transfer was recorded"
            )
        for kind, balance, total in zip(moves.PERSONAL, said, held, strict=True):
            if balance != total:
                raise Fault(
                    f"person {person}: the end of their chain says {balance} hundredths {kind},"
                    f" but their postings add up to {total}"
                )
    if ends:
        raise Fault(f"person with key {min(ends)}: there are transfers, but no head of their chain")
