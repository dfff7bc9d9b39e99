"""Every piece of evidence: that it, and its erasable detail, say what their digests were made of."""

import hashlib
from collections.abc import Callable
from contextlib import closing

from lms.credit.domain.audit.fault import Fault
from lms.credit.domain.audit.rows import MOMENT, Canonical, batches, public_ids, quoted

_EVIDENCE = f"""
SELECT e.public_id::text, e.person_id, to_json(e.kind)::text, to_json(e.subject)::text, to_json(e.source_key)::text,
    e.amount::text, e.spans::text,
    (SELECT string_agg('["' || to_char(lower(span) AT TIME ZONE 'UTC', '{MOMENT}') || '","'
        || to_char(upper(span) AT TIME ZONE 'UTC', '{MOMENT}') || '"]', ',' ORDER BY span) FROM unnest(e.wall) AS span),
    e.facts::text, e.detail_digest, to_char(e.recorded_at AT TIME ZONE 'UTC', '{MOMENT}'), e.digest,
    detail.salt, detail.data::text,
    detail.evidence_id IS NULL AND e.detail_digest <> '' AND NOT EXISTS (
        SELECT FROM credit_erasure WHERE what = 'credit_evidencedetail' AND subject = e.id)
FROM credit_evidence e LEFT JOIN credit_evidencedetail detail ON detail.evidence_id = e.id
WHERE e.id > %(above)s AND e.id <= %(upto)s ORDER BY e.id
"""  # noqa: S608 - MOMENT is a constant


def check(say: Callable[[str], None]) -> None:
    """Raises Fault for the first that was changed, or lost its detail without a rule."""
    people, texts, done = public_ids(), Canonical(), 0
    with closing(batches(_EVIDENCE, "credit_evidence")) as found:
        for batch in found:
            for row in batch:
                if wrong := _wrong_with(row, people, texts):
                    raise Fault(f"person {people.get(row[1], row[1])}: evidence {row[0]} {wrong}")
            done += len(batch)
            say(f"{done} pieces of evidence agree")


def _wrong_with(row: tuple, people: dict[int, str], texts: Canonical) -> str | None:
    (
        public_id, person_id, kind, subject, source, amount, spans, wall, facts,
        detail_digest, recorded_at, digest, salt, detail, lost,
    ) = row  # fmt: skip
    content = (
        f'{{"amount":"{amount}","detail_digest":{quoted(detail_digest)},'
        f'"facts":{texts[facts]},"id":"{public_id}","kind":{kind},"person":"{people.get(person_id, "")}",'
        f'"recorded_at":"{recorded_at}","source":{source},"spans":{texts[spans]},"subject":{subject},'
        f'"wall":[{wall or ""}]}}'
    )
    if hashlib.sha256(content.encode()).hexdigest() != digest:
        return "does not say what its digest was made of"
    if lost:
        return "has lost its detail, and no rule erased it"
    if detail is not None:
        kept = hashlib.sha256(bytes(salt) + texts[detail].encode()).hexdigest()
        return (
            None
            if kept == detail_digest
            else "has another detail than the one it was recorded with"
        )
    return None
