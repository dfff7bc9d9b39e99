"""Claims: hours brought with proof, checked by somebody else, then booked like all others."""

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lms.credit import queries
from lms.credit.core import minutes
from lms.credit.core.explained import Explained, as_facts, explained
from lms.credit.core.hours import DAY, ZERO, Hours
from lms.credit.core.lines import HERE, day_of
from lms.credit.core.policy_rules import HourUnit
from lms.credit.core.words import STAGES
from lms.credit.domain import confirm, ledger, proofs
from lms.credit.domain.evidence import record_evidence, take_part
from lms.credit.domain.policies import hour_unit_for
from lms.credit.domain.training import Need, TrainingFacts, declare_training
from lms.credit.enums import Form, Level, Purpose, Theme
from lms.credit.errors import BadClaim, CreditError, UnknownBooking
from lms.credit.models.claim import Claim, ClaimDecision, ClaimPart, ClaimWords
from lms.credit.queries import settling
from lms.credit.queries.claims import decided_parts, parts_whole
from lms.people import queries as people
from lms.people import rules

if TYPE_CHECKING:
    from lms.people.models.organisations import Provider
    from lms.people.models.person import Person

KIND = "credit.claimed"
MOST_SESSIONS = 60


@dataclass(frozen=True, slots=True)
class Session:
    """Hours of one day, and from when to when, where that is known."""

    on: datetime.date
    hours: Hours
    start: datetime.time | None = None
    end: datetime.time | None = None

    def as_data(self) -> dict[str, Any]:
        """What is kept."""
        return {
            "on": self.on.isoformat(),
            "hundredths": self.hours.hundredths,
            "from": self.start.isoformat("minutes") if self.start else "",
            "to": self.end.isoformat("minutes") if self.end else "",
        }


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """What is claimed; neither `provider` nor `held_by`: the school itself held it."""

    title: str
    form: Form
    level: Level
    themes: tuple[Theme, ...]
    purpose: Purpose
    sessions: tuple[Session, ...]
    provider: "Provider | None" = None
    held_by: str = ""
    assessments: Mapping[str, str] | None = None
    diploma_on: datetime.date | None = None


@transaction.atomic
def bring(
    *,
    by: "Person",
    claimed: Claimed,
    files: Sequence[proofs.Proof],
    at: datetime.datetime,
    people_: "Collection[Person] | None" = None,
) -> Claim:
    """Bring a claim for oneself, or, as a verifier, a roster for teachers of one's schools. Raises BadClaim."""
    on = day_of(at)
    check_claimed(claimed, files, on)
    persons = list(people_) if people_ is not None else [by]
    if not persons:
        raise BadClaim(_("A roster names at least one teacher."))
    if people_ is not None and not all(rules.may_verify_person(by, one, on) for one in persons):
        raise BadClaim(_("A roster names teachers of your own school, and not yourself."))
    if people_ is None and not rules.is_teacher(by, on):
        raise BadClaim(_("Only who has a post at a school claims hours."))
    _check_times(persons[0], claimed.sessions, at)
    claim = Claim.objects.create(
        brought_by=by,
        brought_at=at,
        is_roster=people_ is not None,
        title=claimed.title.strip(),
        provider=claimed.provider,
        held_by=claimed.held_by.strip(),
        form=claimed.form,
        level=claimed.level,
        themes=sorted(Theme(one).value for one in claimed.themes),
        purpose=claimed.purpose,
        sessions=[one.as_data() for one in sorted(claimed.sessions, key=lambda one: one.on)],
        assessments=dict(claimed.assessments) if claimed.assessments is not None else None,
        diploma_on=claimed.diploma_on,
    )
    ClaimPart.objects.bulk_create([ClaimPart(claim=claim, person=one) for one in persons])
    proofs.keep(claim, list(files))
    return claim


def check_claimed(claimed: Claimed, files: Sequence[proofs.Proof], on: datetime.date) -> None:
    """Raise BadClaim where what is claimed makes no sense by itself."""
    if not claimed.title.strip():
        raise BadClaim(_("A training needs a title."))
    if not 0 < len(claimed.sessions) <= MOST_SESSIONS:
        raise BadClaim(_("Enter at least one day with its hours, and no more than 60."))
    _check_sessions(claimed.sessions, on)
    if claimed.diploma_on and claimed.form != Form.DEGREE:
        raise BadClaim(_("A diploma's day belongs to degree studies only."))
    if claimed.diploma_on and claimed.diploma_on > on:
        raise BadClaim(_("A diploma's day lies in the future."))
    if set(claimed.assessments or {}) - set(STAGES):
        raise BadClaim(_("There is no such assessment."))
    if not 0 < len(files) <= settings.CLAIM_MAX_FILES:
        raise BadClaim(
            _("Add between 1 and %(most)d photos, scans or PDF files as proof.")
            % {"most": settings.CLAIM_MAX_FILES}
        )


def _check_sessions(sessions: Sequence[Session], on: datetime.date) -> None:
    for one in sessions:
        if not ZERO < one.hours <= DAY:
            raise BadClaim(_("A day has more than 0 and no more than 24 hours."))
        if one.on > on:
            raise BadClaim(_("A day lies in the future. Claim what is over."))
        if one.start and one.end and one.start >= one.end:
            raise BadClaim(_("A session ends after it begins."))


def _check_times(person: "Person", sessions: Sequence[Session], at: datetime.datetime) -> None:
    """Where times are stated: they are over, and long enough for the hours by the policy of the teacher's school."""
    for one in sessions:
        if not (one.start and one.end):
            continue
        start, end = (
            datetime.datetime.combine(one.on, time, HERE) for time in (one.start, one.end)
        )
        if end > at:
            raise BadClaim(_("A session is not over yet. Claim what is over."))
        school = people.school_of(person, one.on)
        unit = hour_unit_for(school, one.on) if school else HourUnit()
        if one.hours > (most := unit.hours_in(int((end - start).total_seconds()))):
            words = _(
                "From %(from)s to %(to)s are at most %(most)s hours of %(length)d minutes, and not %(hours)s."
            )
            raise BadClaim(
                words
                % {
                    "from": one.start.isoformat("minutes"),
                    "to": one.end.isoformat("minutes"),
                    "most": most,
                    "length": unit.minutes,
                    "hours": one.hours,
                }
            )


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of one part."""

    part: ClaimPart
    decision: ClaimDecision | None = None
    problem: CreditError | None = None


def accept(
    *, by: "Person", parts: Collection[ClaimPart], at: datetime.datetime
) -> tuple[Checked, ...]:
    """Book these parts' hours, and confirm them where `by` is the school's verifier: each in one transaction.

    Time that is stated and counted already is left out, and the booking says so. Problems: BadClaim (brought by the
    same person, decided already, or all of its time counted already), UnknownBooking (nobody of theirs).
    """
    return tuple(_one(by, part, at, _accepted) for part in parts)


def refuse(
    *, by: "Person", parts: Collection[ClaimPart], because: str, at: datetime.datetime
) -> tuple[Checked, ...]:
    """Refuse these parts with a reason that the teacher reads. Raises ReasonMissing; problems as for `accept`."""
    because = ledger.checked_reason(because)

    def refused(by: "Person", part: ClaimPart, at: datetime.datetime) -> ClaimDecision:
        decision = ClaimDecision.objects.create(part=part, by=by, at=at)
        ClaimWords.objects.create(decision=decision, text=because)
        return decision

    return tuple(_one(by, part, at, refused) for part in parts)


def may_check(person: "Person", part: ClaimPart, on: datetime.date) -> bool:
    """Whether somebody decides this part: of the teacher's school or bureau, and not who brought it."""
    return part.claim.brought_by_id != person.pk and rules.may_decide_for(person, part.person, on)


def _one(by: "Person", part: ClaimPart, at: datetime.datetime, act: Any) -> Checked:
    try:
        with transaction.atomic():
            # Lock before reading: two people check in the same second.
            ledger.lock_heads([part.person_id])
            part = parts_whole(ClaimPart.objects.filter(pk=part.pk)).get()
            _check_may(by, part, day_of(at))
            return Checked(part, decision=act(by, part, at))
    except CreditError as problem:
        return Checked(part, problem=problem)


def _check_may(by: "Person", part: ClaimPart, on: datetime.date) -> None:
    if not rules.may_decide_for(by, part.person, on):
        raise UnknownBooking
    if part.claim.brought_by_id == by.pk:
        raise BadClaim(_("You brought this yourself, so somebody else has to check it."))
    if decided_parts([part]):
        raise BadClaim(_("This was checked already. Nothing was changed."))


def _accepted(by: "Person", part: ClaimPart, at: datetime.datetime) -> ClaimDecision:
    claim, person = part.claim, part.person
    version = declare_training(
        key=claim.key,
        facts=_facts(part),
        complete_when=_needs(claim),
        by=by,
        at=at,
    )
    for need, session, wall in zip(_needs(claim), claim.sessions, claim.walls, strict=True):
        record_evidence(
            person=person,
            kind=KIND,
            subject=need.subject,
            source_key=f"{need.subject}:{person.public_id}",
            amount=Decimal(1),
            spans=[],
            wall=list(wall),
            facts={
                "title": claim.title,
                "words": _("%(when)s, claimed with proof and checked") % {"when": need.title},
                "claim": str(claim.public_id),
                "brought_by": str(claim.brought_by.public_id),
                "checked_by": str(by.public_id),
                "sessions": [session],
                "files": [one.digest for one in claim.proofs.order_by("pk")],
            },
            at=at,
        )
    beforehand = worth_now(part)
    take_part(person=person, training_key=version.training.key, at=at)
    booking = queries.bookings_of(person).filter(version=version).first()
    if booking is None:
        raise BadClaim(_all_counted(beforehand))
    if rules.may_verify_person(by, person, day_of(at)):
        (outcome,) = confirm.confirm(verifier=by, bookings=[booking.public_id], at=at)
        if outcome.problem:
            raise outcome.problem
    return ClaimDecision.objects.create(part=part, booking_id=booking.pk, by=by, at=at)


def worth_now(part: ClaimPart) -> Explained | None:
    """What would be left out if it were booked now, that time being counted already; None where nothing. One query.

    Only what was from when to when is known can be compared by the clock.
    """
    claim = part.claim
    needs = _needs(claim)
    asked = [
        minutes.Claim(
            weight=need.weight_s, subject=need.subject, wall=minutes.in_microseconds(wall)
        )
        for need, wall in zip(needs, claim.walls, strict=True)
    ]
    wall = minutes.joined(span for one in asked for span in one.wall)
    paid = settling.paid_stretches(part.person, [], wall) if wall else []
    titles = [need.title for need in needs]
    reckoning = minutes.reckon(claim.hours, asked, paid)
    return explained(as_facts(claim.hours, titles, reckoning, lambda by: (str(by.id), by.title)))


def _needs(claim: Claim) -> tuple[Need, ...]:
    """Each session by itself, weighing its hours: what of its time is counted elsewhere takes off its hours alone."""
    return tuple(
        Need(
            evidence_kind=KIND,
            subject=f"{claim.key}/{number}",
            minimum=Decimal(1),
            title=_session_words(session),
            weight_s=session["hundredths"],
        )
        for number, session in enumerate(claim.sessions, 1)
    )


def _session_words(session: Mapping[str, Any]) -> str:
    times = f" {session['from']}—{session['to']}" if session["from"] and session["to"] else ""
    return f"{session['on']}{times}"


def _all_counted(beforehand: Explained | None) -> str:
    """Why nothing is left to book, with the numbers."""
    named = [
        _("%(minutes)d minutes of %(session)s in “%(training)s”")
        % {
            "minutes": one.seconds // 60,
            "session": one.need,
            "training": one.training or _("this claim"),
        }
        for one in (beforehand.left_out if beforehand else ())
        if one.seconds
    ]
    words = _("All of this time is counted already, so nothing is left to book: %(where)s.")
    return words % {"where": pgettext("list", ", ").join(named)}


def _facts(part: ClaimPart) -> TrainingFacts:
    claim = part.claim
    school = people.school_of(part.person, claim.days[-1])
    return TrainingFacts(
        title=claim.title,
        form=Form(claim.form),
        level=Level(claim.level),
        themes=tuple(Theme(one) for one in claim.themes),
        purpose=Purpose(claim.purpose),
        provider=claim.provider,
        hours=claim.hours,
        minutes_per_hour=hour_unit_for(school, claim.days[-1]).minutes if school else 45,
        sessions=claim.lines,
        held_by=claim.held_by,
        assessments=claim.assessments,
        diploma_on=claim.diploma_on,
    )
