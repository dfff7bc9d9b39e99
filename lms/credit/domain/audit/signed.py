"""Checkpoints: who signed them, what they say, and the hours that no longer count of which they vouch."""

import bisect
from collections import defaultdict
from dataclasses import dataclass

from lms.credit.core import moves, note
from lms.credit.core.checkpoint import TreeHead, digest_of_revoked, parse_head
from lms.credit.domain import checkpoints as domain
from lms.credit.domain.audit.fault import Fault
from lms.credit.domain.audit.rows import rows
from lms.credit.models.proof import Checkpoint, WitnessSignature

_UNDONE = """
SELECT leaf.position, t.booking_id, t.hash, t.state = ANY(%s)
FROM credit_transfer t JOIN credit_treeleaf leaf ON leaf.transfer_id = t.id
WHERE t.booking_id IN (
    SELECT new.booking_id FROM credit_transfer new JOIN credit_transfer before ON before.id = new.moves_id
    WHERE before.state = ANY(%s) AND new.state <> ALL(%s)
)
ORDER BY leaf.position
"""
_KEPT = """
SELECT known.size, t.hash, known.revoked FROM credit_revocation known
LEFT JOIN credit_transfer t ON t.id = known.transfer_id ORDER BY known.size, known.id
"""

# Keys alone would keep it, but a superuser has them off.
_WITHOUT_CHECKPOINT = """
SELECT COALESCE(split_part(witness.vkey, '+', 1), 'a witness') FROM credit_witnesssignature signature
LEFT JOIN credit_witness witness ON witness.id = signature.witness_id
LEFT JOIN credit_checkpoint checkpoint ON checkpoint.id = signature.checkpoint_id
WHERE witness.id IS NULL OR checkpoint.id IS NULL ORDER BY signature.id LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint that a key of ours signed, and what to call it."""

    head: TreeHead
    what: str


def read(against: str | None) -> list[Signed]:
    """All checkpoints in the order they were made, and the one that somebody kept. Raises Fault, BadNote."""
    found: list[Signed] = []
    for row in Checkpoint.objects.order_by("pk"):
        what = f"the checkpoint of {row.made_at.isoformat()}"
        head = _signed_head(row.note, what)
        if (row.size, bytes(row.root), row.made_at) != (head.size, head.root, head.at):
            raise Fault(f"{what} says something else than what was signed")
        if found and (head.size, head.at) < (found[-1].head.size, found[-1].head.at):
            raise Fault(f"{what} is older or smaller than the one before it")
        if found and head.origin != found[0].head.origin:
            raise Fault(f"{what} has another origin than the first")
        found.append(Signed(head, what))
    _check_witnesses()
    if against is not None:
        head = _signed_head(against, "the checkpoint at hand")
        found.append(Signed(head, "the checkpoint at hand"))
    return found


def check_revoked(checkpoints: list[Signed]) -> None:
    """At each checkpoint the hours that no longer count are the ones it vouches for. Raises Fault."""
    counted = list(moves.COUNTED)
    derived = _Revoked(rows(_UNDONE, counted, counted, counted))
    kept = rows(_KEPT)[::-1]
    named: set[bytes] = set()
    for one in sorted(checkpoints, key=lambda one: one.head.size):
        hashes = derived.at(one.head.size)
        if (one.head.revoked, one.head.revoked_digest) != (len(hashes), digest_of_revoked(hashes)):
            raise Fault(
                f"{one.what} vouches for other hours that no longer count than those of the record"
            )
        while kept and kept[-1][0] <= one.head.size:
            _size, hash_, revoked = kept.pop()
            (named.add if revoked else named.discard)(bytes.fromhex(hash_ or ""))
        if named != set(hashes):
            raise Fault(f"the list of hours that no longer count is wrong at {one.what}")


class _Revoked:
    """The transfers that brought hours to those that count and hold no longer, as the tree grows."""

    def __init__(self, leaves: list[tuple]) -> None:
        self._waiting = leaves[::-1]
        self._counted: defaultdict[int, list[bytes]] = defaultdict(list)
        self._holds: dict[int, bool] = {}
        self._hashes: list[bytes] = []

    def at(self, size: int) -> list[bytes]:
        """Sorted, in a tree of `size` leaves; sizes only rise."""
        while self._waiting and self._waiting[-1][0] < size:
            _position, booking, hash_, counts = self._waiting.pop()
            self._move(booking, bytes.fromhex(hash_), counts=counts)
        return self._hashes

    def _move(self, booking: int, hash_: bytes, *, counts: bool) -> None:
        held = self._holds.get(booking, False)
        mine = self._counted[booking]
        if held and not counts:
            for one in mine:
                bisect.insort(self._hashes, one)
        elif counts and not held:
            for one in mine:
                del self._hashes[bisect.bisect_left(self._hashes, one)]
        if counts:
            mine.append(hash_)
        self._holds[booking] = counts


def _signed_head(text: str, what: str) -> TreeHead:
    signed = note.parse_note(text)
    head = parse_head(signed.text)
    if not any(note.is_signed(signed, key) for key in domain.own_keys(head.origin)):
        raise Fault(f"{what} is not signed by a key of this site")
    return head


def _check_witnesses() -> None:
    if missing := rows(_WITHOUT_CHECKPOINT):
        raise Fault(f"a checkpoint that {missing[0][0]} signed is missing")
    for one in WitnessSignature.objects.select_related("checkpoint", "witness").order_by("pk"):
        text = note.parse_note(one.checkpoint.note).text
        line = note.parse_signature(one.line)
        if (
            not note.verifies(text, line, one.witness.key)
            or note.cosigned_at_s(line) != one.signed_at.timestamp()
        ):
            raise Fault(
                f"{one.witness} did not sign the checkpoint of {one.checkpoint.made_at.isoformat()}"
            )
