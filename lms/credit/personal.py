"""What is kept about a person's hours, and what of it can go."""

from typing import TYPE_CHECKING, Any

from lms.credit import queries
from lms.credit.models.evidence import Participation, PersonClock
from lms.credit.models.standing import Standing
from lms.credit.models.statement import Certificate, Statement
from lms.plugins.hooks import PersonalData

if TYPE_CHECKING:
    from lms.people.models.person import Person


def export(person: "Person") -> dict[str, Any]:
    """Bookings with their history, evidence, trainings taken part in and certificates, ready for JSON."""
    return {
        "bookings": [_booking(entry) for entry in queries.entries_of(person)],
        "evidence": [
            {
                "kind": one.kind,
                "subject": one.subject,
                "share": format(one.amount, "f"),
                "spans": one.spans,
                "wall": [[moment.isoformat() for moment in span] for span in one.wall],
                "facts": one.facts,
                "detail": one.detail,
                "recorded_at": one.recorded_at.isoformat(),
            }
            for one in queries.evidence_of(person)
        ],
        "trainings": [
            {"key": one.training.key, "joined_at": one.joined_at.isoformat()}
            for one in Participation.objects.filter(person=person).select_related("training")
        ],
        "completed_without_hours": [
            {"facts": one.facts, "recorded_at": one.recorded_at.isoformat()}
            for one in queries.nothing_booked(person)
        ],
        "certificates": [one.payload for one in Certificate.objects.filter(person=person)],
        "statements": [one.payload for one in Statement.objects.filter(person=person)],
    }


def erase(person: "Person") -> None:
    """Papers (they name the person), clock, participations and the standing go.

    Evidence and ledger prove hours, so they stay. The ledger itself holds no name: it knows a person by public id.
    """
    Certificate.objects.filter(person=person).delete()
    Statement.objects.filter(person=person).delete()
    Participation.objects.filter(person=person).delete()
    PersonClock.objects.filter(person=person).delete()
    Standing.objects.filter(person=person).delete()


def _booking(entry: queries.Entry) -> dict[str, Any]:
    return {
        "id": str(entry.id),
        "facts": entry.booking.facts,
        "hours": entry.hours.fixed(),
        "lines": [[line.on.isoformat(), line.hours.fixed()] for line in entry.lines],
        "history": [
            {
                "act": one.act,
                "recorded_at": one.recorded_at.isoformat(),
                "because": one.because,
                "hash": one.hash,
            }
            for one in entry.history
        ],
    }


PERSONAL_DATA = PersonalData(key="credit.hours", export=export, erase=erase)
