"""What this plugin keeps about a person: which courses they take."""

from typing import Any

from courses.models.enrolment import Enrolment


def export(person: Any) -> dict[str, Any]:
    """Every enrolment, those that were left too."""
    rows = Enrolment.objects.filter(person=person).select_related("version", "course")
    return {
        "enrolments": [
            {
                "course": str(row.course.key),
                "title": row.version.title,
                "version": row.version.number,
                "enrolled_at": row.enrolled_at.isoformat(),
                "left_at": row.left_at.isoformat() if row.left_at else None,
                "completed_at": row.completed_at.isoformat() if row.completed_at else None,
            }
            for row in rows.order_by("enrolled_at", "pk")
        ]
    }


def erase(person: Any) -> None:
    """All of it: what was earned stands in the ledger without it."""
    Enrolment.objects.filter(person=person).delete()
