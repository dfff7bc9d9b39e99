"""The same minutes never twice: what a person's bookings that stand were paid for is disjoint."""

from lms.credit.core.moves import FREE
from lms.credit.domain.audit.fault import Fault
from lms.credit.domain.audit.rows import rows

# Bookings that were taken back or not accepted have set their minutes free.
_STANDING = """
    FROM credit_transfer t
    WHERE t.act = 'book' AND NOT EXISTS (SELECT FROM credit_transfer last
        WHERE last.booking_id = t.id AND last.state = ANY(%s)
            AND NOT EXISTS (SELECT FROM credit_transfer later WHERE later.moves_id = last.id))
"""
_TIME = f"""
    SELECT person_id, sequence, '' AS subject, lower(span) AS first, upper(span) AS last
    FROM (SELECT t.person_id, t.sequence, unnest(t.paid_wall) AS span {_STANDING}) AS paid
"""  # noqa: S608 - put together from what stands above
_CONTENT = f"""
    SELECT person_id, sequence, subject, (span->>0)::bigint AS first, (span->>1)::bigint AS last
    FROM (SELECT t.person_id, t.sequence, t.paid_spans {_STANDING}) AS paid,
        jsonb_each(paid_spans) AS part(subject, spans), jsonb_array_elements(spans) AS span
"""  # noqa: S608 - as above
_TWICE = """
SELECT public_id::text, sequence, subject FROM (
    SELECT *, max(last) OVER (PARTITION BY person_id, subject ORDER BY first, last, sequence
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS until FROM ({}) AS stretch
) AS stretch JOIN people_person person ON person.id = person_id
WHERE first < until ORDER BY person_id, sequence LIMIT 1
"""


def check() -> None:
    """Raises Fault for a moment, or a stretch of a subject's timeline, that two bookings of a person were paid for."""
    for what, stretches in (("time", _TIME), ("content", _CONTENT)):
        for person, sequence, subject in rows(_TWICE.format(stretches), list(FREE)):
            of = f"{what} of {subject}" if subject else what
            raise Fault(
                f"person {person}: transfer {sequence} was paid for {of} that another booking was paid for"
            )
