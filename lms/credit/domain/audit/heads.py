"""Where each person's chain ends, as its head row says."""

from lms.credit.core import chain
from lms.credit.domain.audit.fault import Fault
from lms.credit.domain.audit.rows import rows


def check(ends: dict[int, tuple[int, str]]) -> None:
    """Raises Fault for a head that names another end than the transfers have; `ends` is used up."""
    for person_id, person, sequence, hash_, on_time in rows(
        "SELECT head.person_id, person.public_id::text, head.sequence, head.hash,"
        " head.recorded_at IS NOT DISTINCT FROM last.recorded_at FROM credit_ledgerhead head"
        " LEFT JOIN credit_transfer last ON last.person_id = head.person_id AND last.sequence = head.sequence"
        " LEFT JOIN people_person person ON person.id = head.person_id ORDER BY head.person_id"
    ):
        last = ends.pop(person_id, (0, chain.START))
        if last != (sequence, hash_):
            raise Fault(
                f"person {person}: the last transfer is {last[0]}, but their chain ended at {sequence}:"
                " transfers were removed or added"
            )
        if not on_time:
            raise Fault(
                f"person {person}: their chain did not end when its last transfer was recorded"
            )
    if ends:
        raise Fault(f"person with key {min(ends)}: there are transfers, but no head of their chain")
