"""What is kept about a person's hours, and what of it can go."""

from typing import TYPE_CHECKING, Any

from lms.credit import queries
from lms.credit.models.claim import ClaimPart
from lms.credit.models.evidence import Participation, PersonClock
from lms.credit.models.flag import Flag
from lms.credit.models.reminder import Reminder
from lms.credit.models.standing import Standing
from lms.credit.models.statement import Certificate, Statement
from lms.credit.queries import claims, flags
from lms.plugins.hooks import PersonalData

if TYPE_CHECKING:
    from lms.people.models.person import Person


def export(person: "Person") -> dict[str, Any]:
    """Bookings with their history, evidence, flags, claims, the standing, trainings and papers, ready for JSON."""
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
        "flags": [_flag(flag) for flag in flags.whole(Flag.objects.filter(person=person))],
        "claims": [_claim(part) for part in claims.parts_of(person)],
        "rosters_brought": [
            {"title": one.title, "sessions": one.sessions, "brought_at": one.brought_at.isoformat()}
            for one in claims.brought_by(person)
        ],
        "standing": [
            _standing(one)
            for one in Standing.objects.filter(person=person).select_related("version__policy")
        ],
        "reminders": [
            {
                "on": one.on.isoformat(),
                "by": one.by.name,
                "owed": one.owed,
                "due": one.due.isoformat(),
            }
            for one in Reminder.objects.filter(person=person).select_related("by").order_by("on")
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
                "state": one.state,
                "recorded_at": one.recorded_at.isoformat(),
                "because": one.because,
                "hash": one.hash,
            }
            for one in entry.history
        ],
    }


def _flag(flag: Flag) -> dict[str, Any]:
    return {
        "kind": flag.kind,
        "facts": flag.facts,
        "raised_at": flag.raised_at.isoformat(),
        "state": flag.state,
        "steps": [
            {"act": step.act, "at": step.at.isoformat(), "by": step.by.name, "text": step.text}
            for step in flag.steps.all()
        ],
    }


def _claim(part: ClaimPart) -> dict[str, Any]:
    claim = part.claim
    decision = getattr(part, "decision", None)
    return {
        "title": claim.title,
        "provider": claim.provider.name if claim.provider else claim.held_by,
        "sessions": claim.sessions,
        "brought_by": claim.brought_by.name,
        "brought_at": claim.brought_at.isoformat(),
        "proofs": [one.digest for one in claim.proofs.all()],
        "accepted": decision.accepted if decision else None,
        "decided_by": decision.by.name if decision else None,
        "decided_at": decision.at.isoformat() if decision else None,
        "because": decision.because if decision else "",
    }


def _standing(standing: Standing) -> dict[str, Any]:
    return {
        "policy": standing.version.policy.title,
        "version": standing.version.number,
        "as_of": standing.as_of.isoformat(),
        "met": standing.met,
        "counted": standing.counted,
        "required": standing.required,
        "owed": standing.owed,
        "due": standing.due.isoformat() if standing.due else None,
        "requirements": standing.requirements,
    }


PERSONAL_DATA = PersonalData(key="credit.hours", export=export, erase=erase)
