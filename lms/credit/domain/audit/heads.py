"""Where each person's chain ends, as its head row says."""

from lms.credit.domain.audit.fault import Fault
from lms.credit.domain.audit.rows import MOMENT, rows
from lms.credit.domain.audit.transfers import START, End


def check(ends: dict[int, End]) -> None:
    """Raises Fault for a head that names another end than the transfers have; `ends` is used up."""
    for person_id, person, sequence, hash_, recorded_at in rows(
        "SELECT head.person_id, person.public_id::text, head.sequence, head.hash,"  # noqa: S608 - MOMENT is a constant
        f" COALESCE(to_char(head.recorded_at AT TIME ZONE 'UTC', '{MOMENT}'), '') FROM credit_ledgerhead head"
        " LEFT JOIN people_person person ON person.id = head.person_id ORDER BY head.person_id"
    ):
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
    if ends:
        raise Fault(f"person with key {min(ends)}: there are transfers, but no head of their chain")
