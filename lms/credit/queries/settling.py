"""What settling a piece of evidence reads: functions of the server's, because every booking of everybody waits for it.

Sent as statements these reads took the server eight times as long, nearly all of it planning (decision 024).
"""

import datetime
import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from lms.credit.core.lines import day_of
from lms.credit.core.minutes import Paid, Stretches, as_moments, in_microseconds
from lms.credit.core.moves import FREE
from lms.credit.enums import AccountKind
from lms.credit.fields import Span, in_text
from lms.credit.models.evidence import Evidence
from lms.credit.models.training import Training, TrainingVersion
from lms.people.models.organisations import Organisation
from lms.runtime.database.trips import Answer, Rows, Statement, Trip, in_one_trip

if TYPE_CHECKING:
    from lms.credit.models.ledger import Transfer
    from lms.people.models.person import Person

FREE_STATES = [str(one) for one in FREE]
SEEN_STATES = [
    str(one) for one in (AccountKind.PENDING, AccountKind.CONFIRMED, AccountKind.REGISTERED)
]
"""Where hours lie that a policy sees, or would see once they went through."""
# What never changes stands in the statement: quoting a list takes the client longer than all the other values do.
_OPEN = (
    "SELECT credit_open(%s, %s, %s, %s, %s, %s, %s, "
    f"'{{{','.join(FREE_STATES)}}}', {Organisation.steplen})"
)
_SEEN = f"SELECT credit_seen(%s, '{{{','.join(SEEN_STATES)}}}', %s)"
_PAID = "SELECT credit_paid(%s, %s, %s, %s)"
_POSTS = "SELECT credit_posts(%s, %s::uuid[], %s)"


@dataclass(frozen=True, slots=True)
class PaidFor:
    """A booking, as what was paid names it."""

    id: uuid.UUID
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """Where a person stood on a day: school and bureau ({id, name}), and whether the bureau counted a provider.

    `accredited` is None where nobody could accredit: no provider (school-based study), or no school and so no bureau.
    """

    school: dict[str, str] | None = None
    bureau: dict[str, str] | None = None
    accredited: bool | None = None


class Posts:
    """A person's posts, the one that began last first; those at schools decide, as `people.school_of` has them."""

    def __init__(self, rows: Rows | None) -> None:
        self._rows = rows or []

    @property
    def spells(self) -> list[Sequence[str]]:
        """Roles with their first and last days, the one that began first at the head, as a policy sees them."""
        return [row[:3] for row in reversed(self._rows)]

    def on(self, day: datetime.date, provider: str | None) -> Circumstances:
        """What a booking keeps of a day; `provider` by public id, one of those that were asked for."""
        on = day.isoformat()
        for _role, from_on, to_on, school_id, school, bureau_id, bureau, accredited in self._rows:
            if school_id and from_on <= on and (to_on is None or on <= to_on):
                return Circumstances(
                    school={"id": school_id, "name": school},
                    bureau={"id": bureau_id, "name": bureau},
                    accredited=_is_within(accredited, provider, on) if provider else None,
                )
        return Circumstances()


def _is_within(spells: Rows | None, provider: str, on: str) -> bool:
    return any(
        who == provider and from_on <= on and (to_on is None or on <= to_on)
        for who, from_on, to_on in spells or ()
    )


@dataclass(frozen=True, slots=True)
class Around:
    """What a person was paid for before, and their posts: all that a booking asks beside its evidence."""

    paid: list[Paid[PaidFor]]
    posts: Posts
    standing: "ForStanding | None" = None


# Where credit_who's rows have the policy's version.
_VERSION = 4


# Where credit_who's rows have it.
_DIGEST = 5


@dataclass(frozen=True, slots=True)
class ForStanding:
    """What a person's standing was worked out from before, as credit_who and credit_booked answer on `day`."""

    who: tuple[Any, ...]
    day: datetime.date
    history: Answer

    @property
    def under_policy(self) -> bool:
        """Whether a policy holds for the person."""
        return self.digest is not None

    @property
    def digest(self) -> str | None:
        """The policy's, where one holds."""
        found: str | None = self.who[_DIGEST]
        return found

    def booked(self) -> Rows:
        """Waits for it where it is not there yet."""
        ((found,),) = self.history.rows
        return [
            (*row, [datetime.date.fromisoformat(on) for on in days], amounts)
            for *row, days, amounts in found or ()
        ]


@dataclass(frozen=True, slots=True)
class Opened:
    """What settling new evidence of a person starts from, read under the lock of the chain's end.

    `known`: the key of the evidence that came from the same source before; then nothing else was read.
    """

    head: tuple[int, str, datetime.datetime | None]
    known: int | None
    waiting: list[TrainingVersion]
    about: list[Evidence]
    around: Around


class Opening:
    """Locks the end of a person's chain and reads what `evidence`, not stored yet, may complete.

    With what the standing on that day is made of, where it may be the last that is missing. `ledger`: the advisory lock
    that all who post share.
    """

    def __init__(self, trip: Trip, person: "Person", evidence: Evidence, ledger: int) -> None:
        """Ask, as the first of a trip."""
        self._person, self._day = person, day_of(evidence.recorded_at)
        values = [
            person.pk, ledger, evidence.source_key, evidence.kind, evidence.subject, in_text(evidence.wall), self._day,
        ]  # fmt: skip
        (self._first,) = trip.send((_OPEN, values), soon=True)
        (self._history,) = trip.send((_SEEN, [person.pk, self._day]), soon=True)

    def answer(self) -> Opened | None:
        """Wait for it; None where the person has no chain yet."""
        ((found,),) = self._first.rows
        if found is None:
            return None
        sequence, last, recorded_at = found["head"]
        posts = Posts(found.get("posts"))
        return Opened(
            (sequence, last, recorded_at and datetime.datetime.fromisoformat(recorded_at)),
            found.get("known"),
            _waiting(found.get("waiting") or []),
            _about(self._person, found.get("about") or []),
            Around(_paid(found.get("paid")), posts, self._for_standing(found, posts)),
        )

    def _for_standing(self, found: Mapping[str, Any], posts: Posts) -> ForStanding | None:
        """From what was read with the rest, whose days JSON has as text.

        None where it was not asked, and where no policy holds any longer and a row has to go: who reads it all after
        the write sees to that.
        """
        if found.get("standing") is None:
            return None
        joined, place, version, digest = found["standing"]
        joined_on = joined and datetime.date.fromisoformat(joined)
        sequence = found["head"][0]
        who = (self._person.pk, joined_on, sequence, place, version, digest, False, posts.spells)
        return ForStanding(who, self._day, self._history)


def around(
    person: "Person", subjects: Iterable[str], wall: Stretches, providers: Iterable[str]
) -> Around:
    """The same for evidence that is stored: what was paid for these subjects and moments, and the posts. One trip."""
    found, posts = in_one_trip(
        _paid_statement(person, subjects, wall),
        (_POSTS, [person.pk, list(providers), Organisation.steplen]),
    )
    return Around(_paid(found[0][0]), Posts(posts[0][0]))


def posts_of(person: "Person", providers: Iterable[str]) -> Posts:
    """A person's posts, with the accreditations of these providers (by public id). One query."""
    (rows,) = in_one_trip((_POSTS, [person.pk, list(providers), Organisation.steplen]))
    return Posts(rows[0][0])


def paid_stretches(
    person: "Person", subjects: Iterable[str], wall: Stretches
) -> list[Paid[PaidFor]]:
    """What a person's standing bookings were paid for, of those that share a subject or a moment; the oldest first.

    One query. Bookings that were reversed or not accepted have set their minutes free.
    """
    (rows,) = in_one_trip(_paid_statement(person, subjects, wall))
    return _paid(rows[0][0])


def paid_by(booking: "Transfer") -> Paid[PaidFor]:
    """What a booking was paid for."""
    by = PaidFor(booking.public_id, booking.facts["title"])
    return Paid(
        by=by, spans=_stretches(booking.paid_spans), wall=in_microseconds(booking.paid_wall or ())
    )


def _paid_statement(person: "Person", subjects: Iterable[str], wall: Stretches) -> Statement:
    return _PAID, [person.pk, list(subjects), in_text(as_moments(wall)), FREE_STATES]


def _paid(rows: Rows | None) -> list[Paid[PaidFor]]:
    return [
        Paid(
            by=PaidFor(uuid.UUID(public_id), title),
            spans=_stretches(spans),
            wall=in_microseconds(_span(one) for one in wall or ()),
        )
        for public_id, title, spans, wall in rows or ()
    ]


def _stretches(spans: "Mapping[str, Any] | None") -> dict[str, Stretches]:
    return {
        subject: tuple((start, end) for start, end in found)
        for subject, found in (spans or {}).items()
    }


def _span(written: Sequence[str]) -> Span:
    start, end = written
    return datetime.datetime.fromisoformat(start), datetime.datetime.fromisoformat(end)


def _waiting(rows: Rows) -> list[TrainingVersion]:
    """The versions of trainings that may be completed now."""
    return [_version(*row) for row in rows]


@lru_cache(maxsize=1024)
def _version(
    pk: int, number: int, facts: str, needs: str, digest: str, by: int, at: str, *training: Any
) -> TrainingVersion:
    """A version is never changed, and who learns from it are many: made once a process of all that was read of it."""
    training_pk, public_id, key = training
    return TrainingVersion(
        pk=pk, training=Training(pk=training_pk, public_id=uuid.UUID(public_id), key=key), number=number,
        facts=json.loads(facts), needs=json.loads(needs), digest=digest,
        declared_by_id=by, declared_at=datetime.datetime.fromisoformat(at),
    )  # fmt: skip


def _about(person: "Person", rows: Rows) -> list[Evidence]:
    """The person's evidence about the subjects that these trainings ask for, the earliest first."""
    return [
        Evidence(
            pk=pk, public_id=uuid.UUID(public_id), person=person, kind=kind, subject=subject, source_key=source_key,
            amount=Decimal(amount), spans=spans, wall=[_span(one) for one in wall or ()], facts=facts,
            detail_digest=detail_digest, recorded_at=datetime.datetime.fromisoformat(recorded_at), digest=digest,
        )
        for pk, public_id, kind, subject, source_key, amount, spans, wall, facts, detail_digest, recorded_at, digest
        in rows
    ]  # fmt: skip
