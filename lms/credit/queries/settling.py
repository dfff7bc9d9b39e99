"""What settling a piece of evidence reads: written by hand, because every booking of everybody waits for it.

Built by the ORM these three reads cost more than running them, and go apart where they can go together.
"""

import datetime
import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lms.credit.core.minutes import Paid, Stretches, as_moments, in_microseconds
from lms.credit.core.moves import FREE
from lms.credit.fields import Span, SpansField
from lms.credit.models.evidence import Evidence, Participation
from lms.credit.models.training import Training, TrainingVersion
from lms.people.enums import OrganisationKind
from lms.people.models.organisations import Organisation
from lms.runtime.database.trips import Rows, Statement, in_one_trip

if TYPE_CHECKING:
    from lms.credit.models.ledger import Transfer
    from lms.people.models.person import Person

_SPANS = SpansField()

# Who takes part in what asks for this kind of evidence of a subject, alone or united with other kinds, and is not
# booked yet.
_FROM = """
    FROM credit_participation part
    JOIN credit_trainingversion version ON version.id = part.version_id
    JOIN credit_training training ON training.id = part.training_id
    WHERE part.person_id = %s AND (version.needs @> %s::jsonb OR version.needs @> %s::jsonb)
        AND NOT EXISTS (SELECT FROM credit_transfer booked
            WHERE booked.person_id = part.person_id AND booked.key = 'award:' || training.key)
"""
_WAITING = f"""
    SELECT part.id, part.joined_at, version.id, version.number, version.facts::text, version.needs::text,
        version.digest, version.declared_by_id, version.declared_at, training.id, training.public_id, training.key
    {_FROM} ORDER BY part.id
"""
_EVIDENCE = f"""
    SELECT e.id, e.public_id, e.kind, e.subject, e.source_key, e.amount, e.spans::text, e.wall, e.facts::text,
        e.detail_digest, e.recorded_at, e.digest
    FROM credit_evidence e
    WHERE e.person_id = %s AND e.subject IN (
        SELECT need->>'subject' FROM (SELECT version.needs {_FROM}) asked, jsonb_array_elements(asked.needs) need)
    ORDER BY e.recorded_at, e.id
"""  # noqa: S608 - put together from what stands above
_PAID = """
    SELECT booking.public_id, booking.facts->>'title', booking.paid_spans::text, booking.paid_wall
    FROM credit_transfer booking
    WHERE booking.person_id = %s AND booking.act = 'book'
        AND (booking.paid_spans ?| %s::text[] OR booking.paid_wall && %s)
        AND NOT EXISTS (SELECT FROM credit_transfer last
            WHERE last.booking_id = booking.id AND last.state = ANY(%s)
                AND NOT EXISTS (SELECT FROM credit_transfer later WHERE later.moves_id = last.id))
    ORDER BY booking.sequence
"""


def reads(person: "Person", kind: str, subject: str) -> tuple[Statement, Statement]:
    """Statements that read what `waiting` and `known` are made of, to be run in somebody's round trip."""
    asked = [
        person.pk,
        json.dumps([{"kind": kind, "subject": subject}]),
        json.dumps([{"kinds": [kind], "subject": subject}]),
    ]
    return (_WAITING, asked), (_EVIDENCE, [person.pk, *asked])


def waiting(person: "Person", rows: Rows) -> list[Participation]:
    """The trainings that may be completed now."""
    found = []
    for pk, joined_at, version_pk, number, facts, needs, digest, by, at, *training_row in rows:
        training_pk, public_id, key = training_row
        training = Training(pk=training_pk, public_id=public_id, key=key)
        version = TrainingVersion(
            pk=version_pk, training=training, number=number, facts=json.loads(facts), needs=json.loads(needs),
            digest=digest, declared_by_id=by, declared_at=at,
        )  # fmt: skip
        found.append(
            Participation(
                pk=pk, person=person, training=training, version=version, joined_at=joined_at
            )
        )
    return found


def known(person: "Person", rows: Rows) -> list[Evidence]:
    """The person's evidence about the subjects that these trainings ask for, the earliest first."""
    return [
        Evidence(
            pk=pk, public_id=public_id, person=person, kind=kind, subject=subject, source_key=source_key,
            amount=amount, spans=json.loads(spans), wall=_SPANS.from_db_value(wall), facts=json.loads(facts),
            detail_digest=detail_digest, recorded_at=recorded_at, digest=digest,
        )
        for pk, public_id, kind, subject, source_key, amount, spans, wall, facts, detail_digest, recorded_at, digest
        in rows
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class PaidFor:
    """A booking, as what was paid names it."""

    id: uuid.UUID
    title: str


def paid_stretches(
    person: "Person", subjects: Iterable[str], wall: Stretches
) -> list[Paid[PaidFor]]:
    """What a person's standing bookings were paid for, of those that share a subject or a moment; the oldest first.

    One query. Bookings that were reversed or not accepted have set their minutes free.
    """
    moments = _SPANS.get_prep_value(as_moments(wall))
    (rows,) = in_one_trip((_PAID, [person.pk, list(subjects), moments, list(FREE)]))
    return [
        paid(PaidFor(public_id, title), spans and json.loads(spans), _SPANS.from_db_value(moments))
        for public_id, title, spans, moments in rows
    ]


def paid_by(booking: "Transfer") -> Paid[PaidFor]:
    """What a booking was paid for."""
    by = PaidFor(booking.public_id, booking.facts["title"])
    return paid(by, booking.paid_spans, booking.paid_wall)


def paid(
    by: PaidFor, spans: "dict[str, Any] | None", wall: "Sequence[Span] | None"
) -> Paid[PaidFor]:
    """The same from the columns."""
    stretches = {
        subject: tuple((start, end) for start, end in found)
        for subject, found in (spans or {}).items()
    }
    return Paid(by=by, spans=stretches, wall=in_microseconds(wall or ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """Where a person stood on a day: school and bureau ({id, name}), and whether the bureau counted a provider.

    `accredited` is None where nobody could accredit: no provider (school-based study), or no school and so no bureau.
    """

    school: dict[str, str] | None = None
    bureau: dict[str, str] | None = None
    accredited: bool | None = None


# The school of the role that began last, as `people.school_of` has it; written by hand: every booking asks it.
_CIRCUMSTANCES = """
    SELECT school.public_id::text, school.name, bureau.public_id::text, bureau.name, EXISTS (
        SELECT FROM people_accreditation a JOIN people_provider p ON p.id = a.provider_id
        WHERE p.public_id = %s AND a.bureau_id = bureau.id AND a.from_on <= %s
            AND (a.to_on IS NULL OR a.to_on >= %s))
    FROM people_rolespell spell
    JOIN people_organisation school ON school.id = spell.organisation_id AND school.kind = %s
    JOIN people_organisation bureau ON bureau.path = left(school.path, %s)
    WHERE spell.person_id = %s AND spell.from_on <= %s AND (spell.to_on IS NULL OR spell.to_on >= %s)
    ORDER BY spell.from_on DESC, spell.id DESC LIMIT 1
"""


def circumstances(person: "Person", provider: str | None, on: datetime.date) -> Circumstances:
    """What a booking keeps of a day; `provider` by public id. One query."""
    values = [
        provider,
        on,
        on,
        OrganisationKind.SCHOOL.value,
        Organisation.steplen,
        person.pk,
        on,
        on,
    ]
    (rows,) = in_one_trip((_CIRCUMSTANCES, values))
    if not rows:
        return Circumstances()
    school_id, school, bureau_id, bureau, accredited = rows[0]
    return Circumstances(
        school={"id": school_id, "name": school},
        bureau={"id": bureau_id, "name": bureau},
        accredited=accredited if provider else None,
    )
