"""Recording what a person did, and what follows from it."""

import datetime
from collections.abc import Sequence
from decimal import Decimal
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from lms.credit import queries
from lms.credit.core import chain
from lms.credit.core.needs import Asked, as_data, moved, stretches_of
from lms.credit.domain import ledger
from lms.credit.domain.flags import Raised, not_yet_asked, odd_about, raise_flags
from lms.credit.domain.settle import settle
from lms.credit.errors import BadEvidence, UnknownTraining
from lms.credit.fields import Span, in_text, united
from lms.credit.models.evidence import Evidence, Participation, PersonClock
from lms.credit.models.training import TrainingVersion
from lms.credit.queries import settling
from lms.runtime.database.trips import Rows, Statement, Trip, in_one_trip

if TYPE_CHECKING:
    from lms.people.models.person import Person

MILLIONTH = Decimal("0.000001")


def record_evidence(
    *,
    person: "Person",
    kind: str,
    subject: str,
    source_key: str,
    amount: Decimal,
    spans: Sequence[Sequence[Any]],
    wall: Sequence[Span],
    facts: dict[str, Any],
    at: datetime.datetime,
    detail: dict[str, Any] | None = None,
    offsets: Sequence[Sequence[Any]] = (),
    flags: Raised | None = None,
    is_anew: bool = False,
) -> Evidence:
    """Store a piece of evidence, once for each `source_key`, and book what it completes in the same transaction.

    `amount` is the share (0 to 1) of the subject, kept to the millionth, rounded down. `spans` and `facts` are JSON
    without floats: they are part of a digest (seconds as text or milliseconds). `detail` likewise; there goes all that
    names a device, a session or a line, which has to be erased one day while the rest stays. `flags`: what its plugin
    finds odd (kinds of the hook FlagKind), put beside it. `is_anew`: it tells again, and more, what an earlier piece of
    its kind told of the subject; what that one is asked about is not asked about twice. Raises BadEvidence.

    A trimmed recording brings `offsets`, its pieces [from, to, at] (`at`: where a piece begins on the subject's
    timeline): its spans are kept on the subject's timeline, the pieces among the facts.
    """
    evidence = Evidence(
        person=person,
        kind=kind,
        subject=subject,
        source_key=source_key,
        amount=_checked_share(amount),
        spans=_on_timeline(spans, offsets),
        wall=united(wall),
        facts=facts | {"offsets": [list(piece) for piece in offsets]} if offsets else facts,
        recorded_at=at,
    )
    odd = odd_about(evidence, flags or {})
    if is_anew:
        odd = not_yet_asked(evidence, odd)
    with transaction.atomic(savepoint=False):
        while (found := _settled(evidence, detail, last=not odd)) is None:
            ledger.lock_heads([person.pk])  # opens the chain
        if found.known:
            return _checked_same(found.known, person)
        raise_flags(evidence, odd, at=at)
    return evidence


def _settled(
    evidence: Evidence, detail: dict[str, Any] | None, *, last: bool
) -> settling.Opened | None:
    """Keep evidence and book what it completes, in two round trips, with what was read for it.

    None where the person has no chain yet; where the same was `known` before, nothing is kept. `last`: as of `Trip`.
    """
    person = evidence.person
    with Trip() as trip:
        # Lock before reading: the same report may come in twice, and two last pieces at once.
        opening = settling.Opening(trip, person, evidence, ledger.LEDGER)
        row = _row(evidence, detail)
        found = opening.answer()
        if found is None or found.known:
            return found
        (kept,) = trip.send((_KEEP, [row]))
        settle(
            person=person,
            heads={person.pk: ledger.Head(*found.head)},
            versions=found.waiting,
            # The new piece is the last of its moment; the clock may have been set back since the others.
            known=sorted([*found.about, evidence], key=attrgetter("recorded_at")),
            at=evidence.recorded_at,
            around=found.around,
            trip=trip,
            last=last,
        )
    ((pk,),) = kept.rows
    ledger.is_stored(evidence, pk)
    return found


_KEEP = "SELECT credit_keep_evidence(%s)"


def _row(evidence: Evidence, detail: dict[str, Any] | None) -> str:
    """Give evidence its digests, and the whole of it as credit_keep_evidence takes it. Raises BadEvidence."""
    salt = None
    if detail:
        salt = chain.new_salt()
        try:
            evidence.detail_digest = digest_of_detail(salt, detail)
        except (TypeError, ValueError) as error:
            raise BadEvidence(str(error)) from error
    evidence.digest = digest_of(evidence)
    return ledger.as_json(
        {
            "public_id": evidence.public_id,
            "person_id": evidence.person_id,
            "kind": evidence.kind,
            "subject": evidence.subject,
            "source_key": evidence.source_key,
            "amount": evidence.amount,
            "spans": evidence.spans,
            "wall": in_text(evidence.wall),
            "facts": evidence.facts,
            "detail_digest": evidence.detail_digest,
            "recorded_at": evidence.recorded_at,
            "digest": evidence.digest,
            "salt": salt and salt.hex(),
            "detail": detail,
        }
    )


def take_part(*, person: "Person", training_key: str, at: datetime.datetime) -> Participation:
    """Take part under the newest version of a training; books at once what earlier evidence completes. Idempotent.

    Raises UnknownTraining where none was declared.
    """
    newest = (
        TrainingVersion.objects.filter(training__key=training_key)
        .select_related("training")
        .order_by("-number")
        .first()
    )
    if newest is None:
        raise UnknownTraining
    with transaction.atomic(savepoint=False):
        heads = ledger.lock_heads([person.pk])
        known = Participation.objects.filter(person=person, training=newest.training)
        if found := known.select_related("version__training").first():
            return found
        joined = Participation.objects.create(
            person=person, training=newest.training, version=newest, joined_at=at
        )
        subjects = {need["subject"] for need in newest.needs}
        about = queries.evidence_for(person, subjects)
        settle(person=person, heads=heads, versions=[newest], known=about, at=at)
    return joined


def minima_for(
    *, person: "Person", kind: str, subject: str, by_steps: bool = True
) -> tuple[Decimal, ...]:
    """The shares, rising, at which evidence of a subject may complete a training somebody takes part in. One query.

    For a need of one kind that is its minimum; where kinds are united, each twentieth up to it, or without `by_steps`
    its minimum alone: for whoever knows what all the kinds reach together.
    """
    asked = [
        Asked.of(need) for needs in queries.minima_asked(person, kind, subject) for need in needs
    ]
    wanted = [one for one in asked if one.subject == subject and kind in one.kinds]
    if not by_steps:
        return tuple(sorted({one.minimum for one in wanted}))
    return tuple(sorted({share for one in wanted for share in one.milestones()}))


_LOCK = "SELECT balance_us, last_at FROM credit_personclock WHERE person_id = %s FOR UPDATE"
_SAVE = "UPDATE credit_personclock SET balance_us = %s, last_at = %s WHERE person_id = %s"


def lock_clock(
    *, person: "Person", at: datetime.datetime, opening_us: int, then: Sequence[Statement] = ()
) -> tuple[PersonClock, list[Rows]]:
    """The person's clock, locked until the transaction ends; opened with `opening_us` microseconds if there is none.

    And the rows of statements that are run in the same round trip, once the lock is held.
    """
    found, *rest = in_one_trip((_LOCK, [person.pk]), *then)
    if not found:
        PersonClock.objects.bulk_create(
            [PersonClock(person=person, balance_us=opening_us, last_at=at)], ignore_conflicts=True
        )
        found, *rest = in_one_trip((_LOCK, [person.pk]), *then)
    balance_us, last_at = found[0]
    return PersonClock(person=person, balance_us=balance_us, last_at=last_at), rest


def save_clock(
    clock: PersonClock,
    *,
    balance_us: int,
    last_at: datetime.datetime,
    then: Sequence[Statement] = (),
) -> None:
    """Keep what is left of a clock that the caller holds locked; `then` is run in the same round trip."""
    in_one_trip((_SAVE, [balance_us, last_at, clock.pk]), *then)


def digest_of(evidence: Evidence) -> str:
    """SHA-256 over all that a piece of evidence says. Raises BadEvidence where it holds floats or the like."""
    try:
        return chain.digest(
            {
                "id": str(evidence.public_id),
                "person": str(evidence.person.public_id),
                "kind": evidence.kind,
                "subject": evidence.subject,
                "source": evidence.source_key,
                "amount": format(evidence.amount, "f"),
                "spans": evidence.spans,
                "wall": [[chain.moment(moment) for moment in span] for span in evidence.wall],
                "facts": evidence.facts,
                "detail_digest": evidence.detail_digest or None,
                "recorded_at": chain.moment(evidence.recorded_at),
            }
        )
    except (TypeError, ValueError) as error:
        raise BadEvidence(str(error)) from error


def digest_of_detail(salt: bytes, detail: dict[str, Any]) -> str:
    """Salted SHA-256 over a detail's canonical bytes. Raises TypeError and ValueError as `chain.canonical` does."""
    return chain.salted(salt, chain.canonical(detail).decode())


def _on_timeline(spans: Sequence[Sequence[Any]], offsets: Sequence[Sequence[Any]]) -> list[Any]:
    """The spans as given, or moved to where a recording's pieces lie. Raises BadEvidence."""
    try:
        stretches = stretches_of(spans)
        return as_data(moved(stretches, offsets)) if offsets else [list(span) for span in spans]
    except ValueError as error:
        raise BadEvidence(str(error)) from error


def _checked_share(amount: Decimal) -> Decimal:
    if not 0 <= amount <= 1:
        raise BadEvidence(_("A share lies between 0 and 1."))
    return amount.quantize(MILLIONTH, rounding="ROUND_DOWN")


def _checked_same(pk: int, person: "Person") -> Evidence:
    known = Evidence.objects.get(pk=pk)
    if known.person_id != person.pk:
        raise BadEvidence(_("This was recorded for somebody else."))
    return known
