"""Accepted claims: that they say what their evidence says, which the ledger's hashes cover."""

from lms.credit.domain.audit.fault import Fault
from lms.credit.domain.audit.rows import rows

_WRONG = """
SELECT claim.public_id::text, claim.title FROM credit_claimdecision decision
JOIN credit_claimpart part ON part.id = decision.part_id
JOIN credit_claim claim ON claim.id = part.claim_id
LEFT JOIN people_person bringer ON bringer.id = claim.brought_by_id
LEFT JOIN people_person checker ON checker.id = decision.by_id
LEFT JOIN credit_transfer booking ON booking.id = decision.booking_id AND booking.person_id = part.person_id
LEFT JOIN credit_trainingversion version ON version.id = booking.version_id
LEFT JOIN credit_training training
    ON training.id = version.training_id AND training.key = 'credit.claim:' || claim.public_id
LEFT JOIN LATERAL (
    SELECT jsonb_agg(used.facts -> 'sessions' -> 0) AS sessions, bool_and(
        used.facts ->> 'claim' = claim.public_id::text AND used.facts ->> 'title' = claim.title
        AND used.facts ->> 'brought_by' = bringer.public_id::text
        AND used.facts ->> 'checked_by' = checker.public_id::text
        AND used.facts -> 'files' = COALESCE(
            (SELECT jsonb_agg(digest ORDER BY id) FROM credit_claimproof WHERE claim_id = claim.id), '[]')
    ) AS agree
    FROM credit_evidence used WHERE used.public_id = ANY(booking.evidence)
) AS said ON true
WHERE decision.booking_id IS NOT NULL AND (training.id IS NULL OR said.agree IS NOT TRUE
    OR NOT (claim.sessions @> said.sessions AND said.sessions @> claim.sessions))
ORDER BY decision.part_id LIMIT 1
"""


def check() -> None:
    """Raises Fault for the first that names other hours, files or people than were checked and booked."""
    for public_id, title in rows(_WRONG):
        raise Fault(
            f"the claim {public_id} ({title}) does not say what was checked and booked for it"
        )
