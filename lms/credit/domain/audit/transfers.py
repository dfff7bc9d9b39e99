"""Every transfer: that it says what its hash was made of, follows the one before, moves what it may, and adds up."""

import hashlib
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field

from lms.credit.core import chain, moves
from lms.credit.domain.audit.fault import Fault
from lms.credit.domain.audit.places import Places
from lms.credit.domain.audit.rows import MOMENT, Canonical, batches, one, public_ids, quoted

End = tuple[int, str, str]
"""Sequence and hash of a person's last transfer, and the moment it was recorded."""
START: End = (0, chain.START, "")
_MOVES = {act: (set(sources), state) for act, (sources, state) in moves.MOVES.items()}

# `follows`: a transfer that moves another one on repeats what the other says about the hours.
# `reason`: is what its digest was made of, or was erased by a rule.
_TRANSFERS = f"""
SELECT t.id, t.person_id, t.sequence, t.previous, t.hash, t.chain_version, t.act, t.state, t.hundredths,
    t.public_id::text, to_json(t.key)::text, t.happened_on::text,
    to_char(t.recorded_at AT TIME ZONE 'UTC', '{MOMENT}'), t.by_id, t.because_digest, t.version_id, t.facts::text,
    '[' || COALESCE('"' || NULLIF(array_to_string(t.evidence, '","'), '') || '"', '') || ']', t.evidence_digest,
    CASE WHEN t.booking_id IS NULL THEN 'null' ELSE '"' || COALESCE(booking.public_id::text, '') || '"' END,
    CASE WHEN t.moves_id IS NULL THEN 'null' ELSE '"' || COALESCE(moved.public_id::text, '') || '"' END,
    CASE WHEN t.reverses_id IS NULL THEN 'null' ELSE '"' || COALESCE(undone.public_id::text, '') || '"' END,
    COALESCE(moved.state, 'issued'),
    CASE WHEN t.act = 'book' THEN t.moves_id IS NULL AND t.booking_id IS NULL AND t.key LIKE 'award:%%' ELSE
        moved.person_id = t.person_id AND moved.sequence < t.sequence
        AND t.booking_id = COALESCE(moved.booking_id, moved.id) AND t.key = t.act || ':' || moved.public_id
        AND (moved.hundredths, moved.version_id, moved.evidence, moved.evidence_digest, moved.facts)
        = (t.hundredths, t.version_id, t.evidence, t.evidence_digest, t.facts) END,
    CASE WHEN reason.transfer_id IS NOT NULL
        THEN encode(sha256(reason.salt || convert_to(reason.text, 'UTF8')), 'hex') = t.because_digest
        ELSE t.because_digest = '' OR EXISTS (
            SELECT FROM credit_erasure WHERE what = 'credit_reason' AND subject = t.id) END,
    line.days, line.total, line.count, posting.legs, posting.total, posting.moved, posting.count,
    posting.source, posting.target, posting.owner, leaf.position, leaf.hash,
    CASE WHEN t.act = 'book' THEN (
        SELECT COALESCE('["' || string_agg(used.digest, '","' ORDER BY place) || '"]', '[]')
        FROM unnest(t.evidence) WITH ORDINALITY AS named(id, place)
        LEFT JOIN credit_evidence used ON used.public_id = named.id AND used.person_id = t.person_id
    ) END,
    t.paid_digest, t.paid_spans::text,
    (SELECT string_agg('["' || to_char(lower(span) AT TIME ZONE 'UTC', '{MOMENT}') || '","'
        || to_char(upper(span) AT TIME ZONE 'UTC', '{MOMENT}') || '"]', ',' ORDER BY span)
        FROM unnest(t.paid_wall) AS span)
FROM credit_transfer t
LEFT JOIN credit_transfer booking ON booking.id = t.booking_id
LEFT JOIN credit_transfer moved ON moved.id = t.moves_id
LEFT JOIN credit_transfer undone ON undone.id = t.reverses_id
LEFT JOIN credit_reason reason ON reason.transfer_id = t.id
LEFT JOIN credit_treeleaf leaf ON leaf.transfer_id = t.id
LEFT JOIN (
    SELECT transfer_id, count(*), sum(hundredths)::int AS total,
        string_agg('["' || "on" || '",' || hundredths || ']', ',' ORDER BY "on") AS days
    FROM credit_transferline WHERE transfer_id > %(above)s AND transfer_id <= %(upto)s GROUP BY transfer_id
) AS line ON line.transfer_id = t.id
LEFT JOIN (
    SELECT leg.transfer_id, count(*), sum(leg.hundredths)::int AS total, max(leg.hundredths) AS moved,
        min(account.kind) FILTER (WHERE leg.hundredths < 0) AS source,
        min(account.kind) FILTER (WHERE leg.hundredths > 0) AS target,
        CASE WHEN min(account.person_id) = max(account.person_id) THEN min(account.person_id) END AS owner,
        string_agg(
            '{{"account":' || to_json(account.kind) || ',"hundredths":' || leg.hundredths
            || ',"person":' || COALESCE('"' || person.public_id || '"', 'null')
            || ',"provider":' || COALESCE('"' || account.provider || '"', 'null') || '}}',
            ',' ORDER BY leg.hundredths) AS legs
    FROM credit_posting leg
    LEFT JOIN credit_account account ON account.id = leg.account_id
    LEFT JOIN people_person person ON person.id = account.person_id
    WHERE leg.transfer_id > %(above)s AND leg.transfer_id <= %(upto)s GROUP BY leg.transfer_id
) AS posting ON posting.transfer_id = t.id
WHERE t.id > %(above)s AND t.id <= %(upto)s
ORDER BY t.id
"""  # noqa: S608 - MOMENT is a constant


@dataclass(slots=True)
class _Seen:
    """What the pass has met so far."""

    people: dict[int, str]
    versions: dict[int, str]
    facts: Canonical = field(default_factory=Canonical)
    ends: dict[int, End] = field(default_factory=dict)
    transfers: int = 0
    lines: int = 0
    postings: int = 0


def check(versions: dict[int, str], places: Places, say: Callable[[str], None]) -> dict[int, End]:
    """Go through all transfers in the order of their keys; where each person's chain ends. Raises Fault."""
    seen = _Seen(public_ids(), versions)
    whole = one("SELECT count(*) FROM credit_transfer")
    with closing(batches(_TRANSFERS, "credit_transfer")) as found:
        for batch in found:
            _check_batch(batch, seen, places)
            places.compare()
            seen.transfers += len(batch)
            say(f"{seen.transfers} of {whole} transfers agree")
    for table, met in (("credit_transferline", seen.lines), ("credit_posting", seen.postings)):
        if (kept := one(f"SELECT count(*) FROM {table}")) != met:  # noqa: S608 - our own tables
            raise Fault(f"{kept - met} rows of {table} belong to no transfer")
    return seen.ends


def _check_batch(batch: list[tuple], seen: _Seen, places: Places) -> None:  # noqa: C901 - one pass, no calls: it is run millions of times
    people, versions, facts, ends = seen.people, seen.versions, seen.facts, seen.ends
    sha256, prefix = hashlib.sha256, chain.PREFIX
    for (
        _key, person_id, sequence, previous, hash_, chain_version, act, state, hundredths,
        public_id, key, happened_on, recorded_at, by_id, because, version_id, said,
        evidence, evidence_digest, booking, moved, undone, source, follows, reason,
        days, dated, line_count, legs, total, amount, leg_count,
        leg_source, leg_target, owner, position, leaf, used, paid, paid_spans, paid_wall,
    ) in batch:  # fmt: skip
        person = people.get(person_id, "")
        before = ends.get(person_id, START)
        content = (
            f'{{"act":"{act}","because_digest":{quoted(because)},"booking":{booking},'
            f'"by":{quoted(people.get(by_id, "?")) if by_id else "null"},'
            f'"evidence":{evidence},"evidence_digest":"{evidence_digest}",'
            f'"facts":{facts[said]},"happened_on":"{happened_on}","hundredths":{hundredths},"id":"{public_id}",'
            f'"key":{key},"lines":[{days or ""}],"moves":{moved},'
            f'"paid_digest":{quoted(paid)},"person":"{person}","postings":[{legs or ""}],'
            f'"recorded_at":"{recorded_at}","reverses":{undone},"sequence":{sequence},"state":"{state}",'
            f'"training":{versions.get(version_id, "")}}}'
        )
        if sequence != before[0] + 1:
            wrong = f"follows transfer {before[0]}: one is missing, twice there or out of order"
        elif previous != before[1]:
            wrong = "does not follow the hash of the one before it"
        elif (
            chain_version != chain.VERSION
            or sha256(prefix + previous.encode() + b"\n" + content.encode()).hexdigest() != hash_
        ):
            wrong = "does not say what its hash was made of"
        elif recorded_at < before[2]:
            # Only within a person's chain: others may have posted by a clock that was set back meanwhile.
            wrong = "was recorded before the one that it follows"
        elif not follows:
            wrong = "does not repeat what the transfer that it moves on says"
        elif act != moves.REVERSE and (
            act not in _MOVES or source not in _MOVES[act][0] or state != _MOVES[act][1]
        ):
            wrong = f"takes hours from {source} to {state} by {act}, which may not be"
        elif (dated, total, amount, leg_count) != (hundredths, 0, hundredths, 2):
            wrong = (
                f"moves {hundredths} hundredths, but its lines or postings do not add up to that"
            )
        elif (leg_source, leg_target, owner) != (source, state, person_id):
            wrong = f"says that hours go from {source} to {state}, but its postings say otherwise"
        elif act == moves.BOOK and sha256(used.encode()).hexdigest() != evidence_digest:
            wrong = "rests on evidence that is missing or is not what it was booked for"
        elif (
            act == moves.BOOK
            and sha256(
                f'{{"spans":{facts[paid_spans or "null"]},"wall":[{paid_wall or ""}]}}'.encode()
            ).hexdigest()
            != paid
        ):
            wrong = "was paid for other content or time than its digest was made of"
        elif act != moves.BOOK and (paid_spans, paid_wall) != (None, None):
            wrong = "moves hours on and says what they were paid for"
        elif not reason:
            wrong = "has a reason that is missing or was changed"
        else:
            ends[person_id] = (sequence, hash_, recorded_at)
            places.add(position, leaf, hash_, person, sequence)
            seen.lines += line_count
            seen.postings += leg_count
            continue
        raise Fault(f"person {person or person_id}: transfer {sequence} {wrong}")
