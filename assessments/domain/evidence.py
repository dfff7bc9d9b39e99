"""An attempt that was handed in, as evidence. It carries its own words: readable without this plugin."""

from datetime import datetime
from typing import Any

from assessments.core.marking import Result, out_of_hundred
from assessments.models import Attempt
from lms.api.credit import minima_for, record_evidence

KIND = "assessments.passed"


def record(*, attempt: Attempt, result: Result, at: datetime) -> None:
    """Record it, whatever it scored: the completion rule that a training declared says what is enough.

    A training joined later settles with what was scored before, as with everything else that was learnt earlier.
    """
    record_evidence(
        person=attempt.person,
        kind=KIND,
        subject=attempt.paper.subject,
        source_key=f"assessments.attempt:{attempt.pk}",
        amount=result.amount,
        spans=[],
        # Answering is no counted time: a quiz beside a running video takes nothing from the video's minutes.
        wall=[],
        facts=_facts(attempt, result, at),
        at=at,
    )


def _facts(attempt: Attempt, result: Result, at: datetime) -> dict[str, Any]:
    minima = minima_for(person=attempt.person, kind=KIND, subject=attempt.paper.subject)
    return {
        "title": attempt.version.content["title"],
        "version": attempt.version.number,
        "attempt": attempt.number,
        "score": str(out_of_hundred(result.amount)),
        "pass_marks": sorted({str(out_of_hundred(minimum)) for minimum in minima}),
        "questions": len(result.items),
        "right": sum(item.right for item in result.items),
        "marks": [item.right for item in result.items],
        "started_at": attempt.started_at.isoformat(),
        "submitted_at": at.isoformat(),
    }
