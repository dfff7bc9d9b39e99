"""The one writer of the ledger. Rows are only ever added.

The order of locks is: a person's clock, then LEDGER (shared by all who post), then the heads.
"""

import datetime
import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import DEFAULT_DB_ALIAS

from lms.credit import queries
from lms.credit.core import chain, moves
from lms.credit.core.hours import Hours, total
from lms.credit.core.lines import Line, day_of
from lms.credit.core.minutes import Paid, as_moments
from lms.credit.domain import record, standing
from lms.credit.domain.minutes import check_unclaimed
from lms.credit.enums import AccountKind, Act
from lms.credit.errors import ReasonMissing
from lms.credit.events import CreditEvent
from lms.credit.fields import Span, in_text
from lms.credit.models.ledger import (
    Account,
    LedgerHead,
    Leg,
    Reason,
    Said,
    Transfer,
    TransferLine,
)
from lms.credit.queries import settling
from lms.runtime.database.trips import Answer, Rows, Statement, Trip, in_one_trip

if TYPE_CHECKING:
    from lms.credit.models.evidence import Evidence
    from lms.credit.models.training import TrainingVersion
    from lms.people.models.person import Person

LEDGER = 0x71696E676865
"""The advisory lock that posting holds shared until it commits: who holds it alone sees all lower keys settled."""
LONGEST_REASON = 500

Owner = tuple[AccountKind, int | None, uuid.UUID | None]
"""Kind, person, provider: what an account is known by."""


@dataclass(slots=True)
class Head:
    """The end of a person's chain, whose row is locked; moved on as transfers are put in their places."""

    sequence: int
    hash: str
    recorded_at: datetime.datetime | None


Heads = Mapping[int, Head]
"""By person."""


@dataclass(slots=True, kw_only=True)
class Booking(Said):
    """A transfer that begins a chain, about to be written, with the columns of one.

    No instance of Django's: to make that takes longer than to make the hashes.
    """

    public_id: uuid.UUID
    person: "Person"
    key: str
    hundredths: int
    happened_on: datetime.date
    recorded_at: datetime.datetime
    version: "TrainingVersion"
    facts: dict[str, Any]
    evidence: list[uuid.UUID]
    evidence_digest: str
    paid_spans: Mapping[str, Any]
    paid_wall: list[Span]
    paid_digest: str
    sequence: int = 0
    previous: str = ""
    hash: str = ""
    person_id: int = field(init=False)
    version_id: int = field(init=False)

    act: ClassVar = Act.BOOK
    state: ClassVar = AccountKind.PENDING
    booking: ClassVar = None
    moves: ClassVar = None
    reverses: ClassVar = None
    by: ClassVar = None
    booking_id: ClassVar = None
    moves_id: ClassVar = None
    reverses_id: ClassVar = None
    by_id: ClassVar = None
    because: ClassVar = ""
    because_digest: ClassVar = ""
    chain_version: ClassVar = chain.VERSION

    def __post_init__(self) -> None:
        """Keys, as columns have them."""
        self.person_id, self.version_id = self.person.pk, self.version.pk

    @property
    def hours(self) -> Hours:
        """How much it books."""
        return Hours(self.hundredths)


@dataclass(frozen=True, slots=True)
class Entry:
    """A transfer about to be written: where the hours come from and go to, and the days they arose on."""

    transfer: Transfer | Booking
    lines: tuple[Line, ...]
    source: Owner
    target: Owner
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """What is to become of a booking whose `last` transfer this is."""

    last: Transfer
    act: Act
    state: AccountKind
    reverses: Transfer | None = None

    @property
    def booking(self) -> Transfer:
        """The transfer that began it."""
        return self.last.booking or self.last


def lock_heads(person_ids: Iterable[int]) -> Heads:
    """Lock the ends of these people's chains, in one order everywhere, until the transaction ends."""
    wanted = sorted(set(person_ids))
    heads = _locked(wanted)
    if missing := [one for one in wanted if one not in heads]:
        LedgerHead.objects.bulk_create(
            [LedgerHead(person_id=one) for one in missing], ignore_conflicts=True
        )
        Account.objects.bulk_create(
            [Account(kind=kind, person_id=one) for one in missing for kind in moves.PERSONAL],
            ignore_conflicts=True,
        )
        heads = _locked(wanted)
    return heads


def booking(
    *,
    public_id: uuid.UUID,
    person: "Person",
    version: "TrainingVersion",
    evidence: "Sequence[Evidence]",
    lines: tuple[Line, ...],
    paid: Paid[Any],
    facts: dict[str, Any],
    at: datetime.datetime,
) -> Entry:
    """Hours of a training as pending, as many as its lines hold, for the stretches in `paid`: to be written.

    The key (person, training) makes it once.
    """
    provider = _provider_of(version)
    issued: Owner = (AccountKind.ISSUED, None, provider)
    pending: Owner = (AccountKind.PENDING, person.pk, None)
    transfer = Booking(
        public_id=public_id,
        person=person,
        key=queries.award_key(version.training.key),
        hundredths=total(line.hours for line in lines).hundredths,
        happened_on=lines[-1].on,
        recorded_at=at,
        version=version,
        facts=facts,
        evidence=[one.public_id for one in evidence],
        evidence_digest=chain.digest([one.digest for one in evidence]),
        paid_spans=paid.spans,
        paid_wall=as_moments(paid.wall),
        paid_digest=_digest_of(paid),
    )
    return Entry(transfer, lines, issued, pending)


def _digest_of(paid: Paid[Any]) -> str:
    wall = [[chain.moment(moment) for moment in span] for span in as_moments(paid.wall)]
    return chain.digest({"spans": paid.spans, "wall": wall})


def planned(history: Sequence[Transfer], act: Act, *, beside: Iterable[Move] = ()) -> Move:
    """What `act` does to a booking with this history; a reversal takes the topmost standing transfer back.

    `beside`: what is to happen to other bookings at the same time. Raises ForbiddenMove where the table (`core.moves`)
    does not let it, CountedElsewhere where hours would count again whose minutes were counted for others since.
    """
    move = _planned(history, act)
    if _returns(move.last.state, move.state):
        returning = [one.booking for one in beside if _returns(one.last.state, one.state)]
        check_unclaimed(move.booking, returning)
    return move


def _returns(source: str, target: str) -> bool:
    """Whether hours come back from where they do not count."""
    return source in moves.FREE and target not in moves.FREE


def _planned(history: Sequence[Transfer], act: Act) -> Move:
    steps = [queries.step_of(one) for one in history]
    pile = moves.standing(steps)
    last = history[-1]
    if act != Act.REVERSE:
        move = Move(last, act, AccountKind(moves.MOVES[act][1]))
        moves.standing([*steps, moves.Step(None, act, move.state)])
        return move
    if not pile:
        raise moves.ForbiddenMove("nothing stands that could be reversed")
    undone = next(one for one in history if one.pk == pile[-1].key)
    return Move(last, act, AccountKind(moves.state_of(pile[:-1])), reverses=undone)


def move(
    *,
    heads: Heads,
    wanted: Sequence[Move],
    by: "Person | None",
    because: str,
    at: datetime.datetime,
) -> list[Transfer]:
    """Move the hours of bookings on, as `planned` while their heads were held, and they are held still."""
    lines = _lines_of([one.last for one in wanted])
    entries, moved = [], []
    for one in wanted:
        last = one.last
        new = Transfer(
            person=last.person,
            key=f"{one.act}:{last.public_id}",
            act=one.act,
            state=one.state,
            hundredths=last.hundredths,
            booking=last.booking or last,
            moves=last,
            reverses=one.reverses,
            happened_on=day_of(at),
            recorded_at=at,
            by=by,
            version=last.version,
            facts=last.facts,
            evidence=last.evidence,
            evidence_digest=last.evidence_digest,
        )
        source, target = _owner(last, AccountKind(last.state)), _owner(last, one.state)
        entries.append(Entry(new, lines[last.pk], source, target, _reason(new, because)))
        moved.append(new)
    write(heads, entries)
    return moved


def checked_reason(because: str) -> str:
    """The reason, trimmed. Raises ReasonMissing where there is none, or too much of it."""
    because = because.strip()
    if not because or len(because) > LONGEST_REASON or "\0" in because:
        raise ReasonMissing
    return because


def event_of(transfer: Transfer | Booking) -> CreditEvent:
    """What receivers learn of a transfer."""
    return CreditEvent(
        booking=(transfer.booking or transfer).public_id,
        person_id=transfer.person_id,
        training_key=transfer.version.training.key,
        title=transfer.facts["title"],
        hours=transfer.hours,
        state=transfer.state,
        by_id=transfer.by_id,
        because=transfer.because,
    )


_LOCK = "SELECT * FROM credit_lock(%s, %s)"


def _locked(person_ids: Sequence[int]) -> dict[int, Head]:
    (found,) = in_one_trip((_LOCK, [list(person_ids), LEDGER]))
    return {pk: Head(*end) for pk, *end in found}


def _reason(transfer: Transfer, because: str) -> Reason | None:
    """The reason as it is kept beside its transfer, which gets the digest of it."""
    if not because:
        return None
    salt = chain.new_salt()
    transfer.because_digest = chain.salted(salt, because)
    return Reason(transfer=transfer, salt=salt, text=because)


def _provider_of(version: "TrainingVersion") -> uuid.UUID | None:
    provider = version.facts["provider"]
    return uuid.UUID(provider["id"]) if provider else None


def _owner(transfer: Transfer, kind: AccountKind) -> Owner:
    if kind == AccountKind.ISSUED:
        return (kind, None, _provider_of(transfer.version))
    return (kind, transfer.person_id, None)


def _lines_of(transfers: Sequence[Transfer]) -> dict[int, tuple[Line, ...]]:
    by_transfer: dict[int, tuple[Line, ...]] = {one.pk: () for one in transfers}
    for line in TransferLine.objects.filter(transfer__in=by_transfer).order_by("on"):
        by_transfer[line.transfer_id] += (Line(line.on, line.hours),)
    return by_transfer


def write(
    heads: Heads,
    entries: Sequence[Entry],
    *,
    trip: Trip | None = None,
    before: settling.ForStanding | None = None,
    last: bool = False,
) -> None:
    """Number, chain and insert, with the standings that follow, in one round trip.

    A person's transfers follow each other in the order given. The caller holds the heads. `trip`: one that was begun
    before, which ends here. `before`: what the standing of the one person whom they are about was made of; else it is
    read with the writes, and kept in a trip of its own. `last`: the caller's transaction ends with this, as of `Trip`.
    """
    known = before if before and standing.can_follow(before) else None
    read: list[Answer] = []
    with trip or Trip() as trip:
        trip.last = last and (known is not None or not entries)
        if entries:
            day = day_of(entries[0].transfer.recorded_at)
            more = () if known else standing.reads(_people(entries), day)
            written, *read = trip.send(_written(entries, heads), *more)
            if known and known.under_policy:
                trip.check()
                # Worked out while the server writes and checks.
                trip.send(_standing_after(known, entries, heads))
    if entries:
        _are_stored(entries, written.rows)
    if read:
        who, booked = read
        standing.keep(who.rows, booked.rows, day)


_WRITE = "SELECT credit_write(%s, %s)"


def _written(entries: Sequence[Entry], heads: Heads) -> Statement:
    """Writes them at the ends of their chains, which they move on."""
    rows = [_row(entry, heads[entry.transfer.person_id]) for entry in entries]
    ends = [
        [pk, heads[pk].sequence, heads[pk].hash, heads[pk].recorded_at] for pk in _people(entries)
    ]
    return _WRITE, [as_json(rows), as_json(ends)]


def _people(entries: Iterable[Entry]) -> list[int]:
    return sorted({entry.transfer.person_id for entry in entries})


def _standing_after(
    before: settling.ForStanding, entries: Sequence[Entry], heads: Heads
) -> Statement:
    """Keeps the standing of the one person whom these bookings are about."""
    (pk,) = _people(entries)
    new = [
        row
        for entry in entries
        for row in record.row_of(
            person_id=pk,
            training_id=entry.transfer.version.training_id,
            facts=entry.transfer.facts,
            lines=entry.lines,
            as_of=before.day,
        )
    ]
    return standing.after(before, heads[pk].sequence, new)


def _are_stored(entries: Sequence[Entry], rows: Rows) -> None:
    ((written,),) = rows
    for entry, pk in zip(entries, written, strict=True):
        if isinstance(entry.transfer, Transfer):
            is_stored(entry.transfer, pk)


def is_stored(row: "Evidence | Transfer", pk: int) -> None:
    """An object made by hand is a row now."""
    row.pk = pk
    row._state.adding = False
    row._state.db = DEFAULT_DB_ALIAS


def as_json(rows: Any) -> str:
    """Rows as the server's functions take them."""
    return json.dumps(rows, default=str, ensure_ascii=False)


def _row(entry: Entry, head: Head) -> dict[str, Any]:
    """Give a transfer its place at the end of a chain, and the whole of it as credit_write takes it."""
    new = entry.transfer
    new.sequence, new.previous = head.sequence + 1, head.hash
    # A clock that was set back: nothing is recorded before what it follows.
    new.recorded_at = max(new.recorded_at, head.recorded_at or new.recorded_at)
    legs = [(entry.source, -new.hundredths), (entry.target, new.hundredths)]
    lines = [(line.on, line.hours.hundredths) for line in entry.lines]
    said = new.content(lines, [_leg(new, owner, amount) for owner, amount in legs])
    new.hash = chain.link(new.previous, said)
    head.sequence, head.hash, head.recorded_at = new.sequence, new.hash, new.recorded_at
    row = {name: getattr(new, name) for name in _COLUMNS}
    row["paid_wall"] = None if new.paid_wall is None else in_text(new.paid_wall)
    if entry.reason:
        row |= {"salt": entry.reason.salt.hex(), "reason": entry.reason.text}
    return row | {"lines": lines, "legs": [[*owner, amount] for owner, amount in legs]}


_COLUMNS = tuple(one.attname for one in Transfer._meta.concrete_fields if not one.primary_key)


def _leg(transfer: Transfer | Booking, owner: Owner, hundredths: int) -> Leg:
    kind, person_id, provider = owner
    person = transfer.person.public_id if person_id is not None else None
    return Leg(kind, provider, person, hundredths)
