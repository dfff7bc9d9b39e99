"""Hours follow from evidence: the declared rule, evaluated in the transaction that stores the last piece.

Plugins are not asked: the rule is data, and so is the evidence.
"""

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from lms.credit import queries
from lms.credit.core.lines import Share, dated_lines
from lms.credit.domain import ledger
from lms.credit.events import credit_booked, notify
from lms.people import queries as people

if TYPE_CHECKING:
    from lms.credit.models.evidence import Evidence, Participation
    from lms.credit.models.training import TrainingVersion
    from lms.people.models.organisations import Organisation
    from lms.people.models.person import Person


def settle(
    *,
    person: "Person",
    heads: ledger.Heads,
    participations: "Sequence[Participation]",
    at: datetime.datetime,
) -> None:
    """Book each of these trainings whose needs are all met. The caller holds the person's head."""
    subjects = {need["subject"] for one in participations for need in one.version.needs}
    known = queries.evidence_for(person, subjects) if subjects else []
    for participation in participations:
        version = participation.version
        if (used := _met_by(version, known)) is not None:
            shares = [
                Share(need["weight_s"], evidence.wall, evidence.recorded_at)
                for need, evidence in zip(version.needs, used, strict=True)
            ]
            lines = dated_lines(version.hours, shares)
            transfer = ledger.book(
                person=person,
                heads=heads,
                version=version,
                evidence=used,
                lines=lines,
                facts=_facts(person, version, lines[-1].on),
                at=at,
            )
            notify(credit_booked, ledger.event_of(transfer))


def _met_by(version: "TrainingVersion", known: "Sequence[Evidence]") -> "list[Evidence] | None":
    """For each need the earliest evidence that suffices; None while one is missing."""
    used = []
    for need in version.needs:
        minimum = Decimal(need["minimum"])
        enough = (
            one
            for one in known
            if (one.kind, one.subject) == (need["kind"], need["subject"]) and one.amount >= minimum
        )
        if (first := next(enough, None)) is None:
            return None
        used.append(first)
    return used


def _facts(person: "Person", version: "TrainingVersion", on: datetime.date) -> dict[str, Any]:
    """The training's facts, copied, with the person's school and the provider's accreditation on that day.

    `accredited` is null where nobody could accredit: no provider (school-based study), or no school and so no bureau.
    """
    school = people.school_of(person, on)
    bureau = people.bureau_of(school) if school else None
    provider = version.facts["provider"]
    return version.facts | {
        "school": _named(school),
        "bureau": _named(bureau),
        "accredited": queries.is_accredited(provider["id"], bureau, on)
        if bureau and provider
        else None,
    }


def _named(organisation: "Organisation | None") -> dict[str, str] | None:
    return {"id": str(organisation.public_id), "name": organisation.name} if organisation else None
