"""Trainings that were completed without hours: that they name their training's version and the person's evidence."""

from lms.credit.domain.audit.fault import Fault
from lms.credit.domain.audit.rows import rows

_WRONG = """
SELECT person.public_id::text, training.key
FROM credit_nothingbooked nothing
LEFT JOIN people_person person ON person.id = nothing.person_id
LEFT JOIN credit_training training ON training.id = nothing.training_id
LEFT JOIN credit_trainingversion version
    ON version.id = nothing.version_id AND version.training_id = nothing.training_id
WHERE version.id IS NULL OR nothing.facts || version.facts <> nothing.facts OR EXISTS (
    SELECT FROM unnest(nothing.evidence) AS named(id)
    LEFT JOIN credit_evidence used ON used.public_id = named.id AND used.person_id = nothing.person_id
    WHERE used.id IS NULL)
ORDER BY nothing.id LIMIT 1
"""


def check() -> None:
    """Raises Fault for the first that says something else than its training, or rests on others' evidence."""
    for person, training in rows(_WRONG):
        raise Fault(
            f"person {person}: what is said of {training}, that it brought no hours, is not what its version and"
            " evidence say"
        )
