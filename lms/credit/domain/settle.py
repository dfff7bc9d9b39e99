"""Hours follow from evidence: the declared rule, evaluated in the transaction that stores the last piece.

Plugins are not asked: the rule is data, and so is the evidence. Of a training's hours those are booked whose content
and time no other booking of the person was paid for (lms.credit.core.minutes); what was left out is said.
"""

import datetime
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import lcm
from typing import TYPE_CHECKING, Any

from lms.credit import queries
from lms.credit.core.explained import as_facts
from lms.credit.core.hours import ZERO, Hours, divide
from lms.credit.core.lines import Line, Share, dated_lines
from lms.credit.core.minutes import (
    WHOLE,
    Claim,
    Reckoning,
    as_moments,
    in_microseconds,
    joined,
    reckon,
)
from lms.credit.core.needs import Asked
from lms.credit.domain import ledger
from lms.credit.events import CreditEvent, credit_booked, credit_exhausted, notify
from lms.credit.models.settlement import NothingBooked
from lms.credit.queries import settling
from lms.credit.queries.settling import PaidFor
from lms.runtime.database.trips import Trip

if TYPE_CHECKING:
    from lms.credit.models.evidence import Evidence
    from lms.credit.models.training import TrainingVersion
    from lms.people.models.person import Person


@dataclass(frozen=True, slots=True)
class _Met:
    """A need with the evidence that meets it."""

    asked: Asked
    evidence: "list[Evidence]"

    def claim(self) -> Claim:
        """What it asks to be paid for."""
        spans = self.asked.united(self.evidence)
        subject = self.asked.subject
        return Claim(
            weight=self.asked.weight,
            # A quiz about a video has no stretches and is no part of the video's timeline.
            subject=subject if spans else f"{subject}#{self.evidence[0].kind}",
            spans=spans or WHOLE,
            wall=joined(span for one in self.evidence for span in in_microseconds(one.wall)),
        )


@dataclass(frozen=True, slots=True)
class _Complete:
    """A training of which everything is done."""

    version: "TrainingVersion"
    met: list[_Met]
    claims: list[Claim]

    @property
    def evidence(self) -> "list[Evidence]":
        """Each piece once, in the order of the needs."""
        return list({one.public_id: one for need in self.met for one in need.evidence}.values())


@dataclass(frozen=True, slots=True)
class _Earned:
    """A complete training, the hours that it comes to, and what the booking of them is to be known by."""

    complete: _Complete
    reckoning: Reckoning[PaidFor]
    booking: uuid.UUID


def settle(
    *,
    person: "Person",
    heads: ledger.Heads,
    versions: "Iterable[TrainingVersion]",
    known: "Sequence[Evidence]",
    at: datetime.datetime,
    around: settling.Around | None = None,
    trip: Trip | None = None,
    last: bool = False,
) -> None:
    """Book each of these trainings whose needs are all met. The caller holds the person's head.

    `versions`: those under which the person takes part.
    `known`: the person's evidence about all that they ask for, the earliest first. `around`: what was read with it, on
    `trip`, which ends with what is booked; else it is read where it is needed.
    `last`: the caller's transaction ends with this, as of `Trip`.
    """
    complete = _complete(versions, known)
    around = around or _around(person, complete)
    earned: list[_Earned] = []
    nothing: list[tuple[_Complete, Reckoning[PaidFor]]] = []
    for one in complete:
        reckoning = reckon(one.version.hours, one.claims, around.paid)
        if reckoning.hours:
            by = PaidFor(uuid.uuid4(), one.version.title)
            around.paid.append(reckoning.paid(by))
            earned.append(_Earned(one, reckoning, by.id))
        else:
            nothing.append((one, reckoning))
    entries = [_entry(person, one, around.posts, at) for one in earned]
    last = last and not nothing
    ledger.write(heads, entries, trip=trip, before=around.standing, last=last)
    for entry in entries:
        notify(credit_booked, ledger.event_of(entry.transfer))
    for one, reckoning in nothing:
        _note_nothing(person, one, reckoning, at)


def _around(person: "Person", complete: "Sequence[_Complete]") -> settling.Around:
    if not complete:
        return settling.Around([], settling.Posts(None))
    claims = [claim for one in complete for claim in one.claims]
    wall = joined(span for claim in claims for span in claim.wall)
    providers = {provider for one in complete if (provider := _provider(one.version))}
    return settling.around(person, {claim.subject for claim in claims}, wall, providers)


def settle_freed(*, heads: ledger.Heads, at: datetime.datetime) -> None:
    """Book what these people completed when its minutes were counted elsewhere, and no longer are.

    For acts that take hours back. The caller holds the heads. One query where there is nothing of the kind.
    """
    for one in queries.freed_participations(list(heads)):
        known = queries.evidence_for(one.person, {need["subject"] for need in one.version.needs})
        settle(person=one.person, heads=heads, versions=[one.version], known=known, at=at)


def _complete(
    versions: "Iterable[TrainingVersion]", known: "Sequence[Evidence]"
) -> list[_Complete]:
    found = []
    for one in versions:
        met = [_Met(need, need.met_by(known)) for need in one.asked]
        if all(need.evidence for need in met):
            found.append(_Complete(one, met, [need.claim() for need in met]))
    return found


def _entry(
    person: "Person", earned: _Earned, posts: settling.Posts, at: datetime.datetime
) -> ledger.Entry:
    complete, reckoning = earned.complete, earned.reckoning
    version = complete.version
    lines = _lines(complete, reckoning)
    return ledger.booking(
        public_id=earned.booking,
        person=person,
        version=version,
        evidence=complete.evidence,
        lines=lines,
        paid=reckoning.paid(None),
        facts=_facts(version, lines, posts) | _explained(complete, reckoning),
        at=at,
    )


def _note_nothing(
    person: "Person", complete: _Complete, reckoning: Reckoning[PaidFor], at: datetime.datetime
) -> None:
    """Keep, once, that everything was done and nothing was left to book. The caller holds the person's head."""
    version = complete.version
    _row, created = NothingBooked.objects.get_or_create(
        person=person,
        training=version.training,
        defaults={
            "version": version,
            "facts": version.facts | _explained(complete, reckoning),
            "evidence": [one.public_id for one in complete.evidence],
            "recorded_at": at,
        },
    )
    if created:
        notify(
            credit_exhausted,
            CreditEvent(
                booking=None,
                person_id=person.pk,
                training_key=version.training.key,
                title=version.title,
                hours=reckoning.hours,
                state="",
                by_id=None,
                because="",
            ),
        )


def _lines(complete: _Complete, reckoning: Reckoning[PaidFor]) -> tuple[Line, ...]:
    """The hours, divided over the days of what they were booked for: a day's cap meets what counts of that day.

    What was held elsewhere says itself on which day each of its needs was: one a session, in their order.
    """
    if sessions := complete.version.facts.get("sessions"):
        scale = lcm(*(part.exact.denominator for part in reckoning.parts))
        paid = divide(reckoning.hours, [int(part.exact * scale) for part in reckoning.parts])
        by_day: dict[str, Hours] = {}
        for (on, _whole), part in zip(sessions, paid, strict=True):
            by_day[on] = by_day.get(on, ZERO) + part
        return tuple(
            Line(datetime.date.fromisoformat(on), hours)
            for on, hours in sorted(by_day.items())
            if hours
        )
    even = not any(claim.weight for claim in complete.claims)
    weights = [(1 if even else part.claim.weight) * part.fraction for part in reckoning.parts]
    scale = lcm(*(weight.denominator for weight in weights))
    shares = [
        Share(
            int(weight * scale),
            as_moments(part.claim.wall if part.fraction == 1 else part.wall),
            need.evidence[-1].recorded_at,
        )
        for need, part, weight in zip(complete.met, reckoning.parts, weights, strict=True)
    ]
    return dated_lines(reckoning.hours, shares)


def _explained(complete: _Complete, reckoning: Reckoning[PaidFor]) -> dict[str, Any]:
    titles = [need.asked.title for need in complete.met]
    return as_facts(complete.version.hours, titles, reckoning, lambda by: (str(by.id), by.title))


def _provider(version: "TrainingVersion") -> str | None:
    named = version.facts["provider"]
    return named["id"] if named else None


def _facts(
    version: "TrainingVersion", lines: tuple[Line, ...], posts: settling.Posts
) -> dict[str, Any]:
    """The training's facts, copied, with the person's school and the provider's accreditation on the last day.

    Sessions held elsewhere have to have been accredited each on its day; a provider that is none of ours never was.
    """
    provider = _provider(version)
    days = [line.on for line in lines] if version.facts.get("sessions") else [lines[-1].on]
    found = [posts.on(day, provider) for day in days]
    accredited = found[-1].accredited
    if accredited is not None:
        accredited = all(one.accredited for one in found)
    return version.facts | {
        "school": found[-1].school,
        "bureau": found[-1].bureau,
        "accredited": False if version.facts.get("held_by") else accredited,
    }
