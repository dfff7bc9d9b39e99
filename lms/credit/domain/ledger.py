"""The one writer of the ledger. Rows are only ever added.

The order of locks is: a person's clock, then LEDGER (shared by all who post), then the heads.
"""

import datetime
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import DEFAULT_DB_ALIAS

from lms.credit import queries
from lms.credit.core import chain, moves
from lms.credit.core.hours import total
from lms.credit.core.lines import Line, day_of
from lms.credit.core.minutes import Paid, as_moments
from lms.credit.domain import standing
from lms.credit.domain.minutes import check_unclaimed
from lms.credit.enums import AccountKind, Act
from lms.credit.errors import ReasonMissing
from lms.credit.events import CreditEvent
from lms.credit.models.ledger import (
    Account,
    LedgerHead,
    Posting,
    Reason,
    Transfer,
    TransferLine,
)
from lms.runtime.database.trips import Rows, Statement, in_one_trip, inserting

if TYPE_CHECKING:
    from lms.credit.models.evidence import Evidence
    from lms.credit.models.training import TrainingVersion
    from lms.people.models.person import Person

LEDGER = 0x71696E676865
"""The advisory lock that posting holds shared until it commits: who holds it alone sees all lower keys settled."""
LONGEST_REASON = 500

Heads = Mapping[int, LedgerHead]
Owner = tuple[AccountKind, int | None, uuid.UUID | None]
"""Kind, person, provider: what an account is known by."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A transfer about to be written: where the hours come from and go to, and the days they arose on."""

    transfer: Transfer
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
    return lock_heads_then(person_ids)[0]


def lock_heads_then(person_ids: Iterable[int], *then: Statement) -> tuple[Heads, list[Rows]]:
    """Lock them, and the rows of statements that are run in the same round trip once the locks are held."""
    wanted = sorted(set(person_ids))
    heads, rows = _locked(wanted, then)
    if missing := [one for one in wanted if one not in heads]:
        LedgerHead.objects.bulk_create(
            [LedgerHead(person_id=one) for one in missing], ignore_conflicts=True
        )
        Account.objects.bulk_create(
            [Account(kind=kind, person_id=one) for one in missing for kind in moves.PERSONAL],
            ignore_conflicts=True,
        )
        heads, rows = _locked(wanted, then)
    return heads, rows


def book(
    *,
    person: "Person",
    heads: Heads,
    version: "TrainingVersion",
    evidence: "Sequence[Evidence]",
    lines: tuple[Line, ...],
    paid: Paid[Any],
    facts: dict[str, Any],
    at: datetime.datetime,
) -> Transfer:
    """Book hours of a training as pending, as many as its lines hold, for the stretches in `paid`.

    The caller holds the head; the key (person, training) makes it once.
    """
    provider = _provider_of(version)
    issued: Owner = (AccountKind.ISSUED, None, provider)
    pending: Owner = (AccountKind.PENDING, person.pk, None)
    transfer = Transfer(
        person=person,
        key=queries.award_key(version.training.key),
        act=Act.BOOK,
        state=AccountKind.PENDING,
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
    _write(heads, [Entry(transfer, lines, issued, pending)])
    return transfer


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
    entries = []
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
    _write(heads, entries)
    return [entry.transfer for entry in entries]


def checked_reason(because: str) -> str:
    """The reason, trimmed. Raises ReasonMissing where there is none, or too much of it."""
    because = because.strip()
    if not because or len(because) > LONGEST_REASON or "\0" in because:
        raise ReasonMissing
    return because


def event_of(transfer: Transfer) -> CreditEvent:
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


_LOCK = """
    WITH posting AS MATERIALIZED (SELECT pg_advisory_xact_lock_shared(%s))
    SELECT head.person_id, head.sequence, head.hash, head.recorded_at FROM credit_ledgerhead head, posting
    WHERE head.person_id = ANY(%s) ORDER BY head.person_id FOR UPDATE OF head
"""


def _locked(
    person_ids: Sequence[int], then: Sequence[Statement]
) -> tuple[dict[int, LedgerHead], list[Rows]]:
    found, *rows = in_one_trip((_LOCK, [LEDGER, list(person_ids)]), *then)
    heads = {
        pk: LedgerHead(person_id=pk, sequence=sequence, hash=last, recorded_at=recorded_at)
        for pk, sequence, last, recorded_at in found
    }
    return heads, rows


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


def _write(heads: Heads, entries: Sequence[Entry]) -> None:
    """Number, chain and insert, in one round trip. A person's transfers follow each other in the order given."""
    statements: list[Statement] = []
    places: list[int] = []
    for entry in entries:
        new = entry.transfer
        head = heads[new.person_id]
        new.sequence, new.previous = head.sequence + 1, head.hash
        # A clock that was set back: nothing is recorded before what it follows.
        new.recorded_at = max(new.recorded_at, head.recorded_at or new.recorded_at)
        legs = [
            Posting(account=_account(new, entry.source), hundredths=-new.hundredths),
            Posting(account=_account(new, entry.target), hundredths=new.hundredths),
        ]
        lines = [TransferLine(on=line.on, hundredths=line.hours.hundredths) for line in entry.lines]
        new.hash = chain.link(new.previous, new.content(lines, legs))
        head.sequence, head.hash, head.recorded_at = new.sequence, new.hash, new.recorded_at
        places.append(len(statements))
        statements.append(inserting(new))
        if entry.reason:
            statements.append(inserting(entry.reason, transfer_id=_TRANSFER))
        statements += [inserting(line, transfer_id=_TRANSFER) for line in lines]
        for owner, leg in zip((entry.source, entry.target), legs, strict=True):
            statements += _posting(owner, leg)
    touched = {entry.transfer.person_id: heads[entry.transfer.person_id] for entry in entries}
    statements += [
        (_HEAD, [head.sequence, head.hash, head.recorded_at, pk]) for pk, head in touched.items()
    ]
    answers = in_one_trip(*statements) if statements else []
    for entry, place in zip(entries, places, strict=True):
        entry.transfer.pk = answers[place][0][0]
        entry.transfer._state.adding = False
        entry.transfer._state.db = DEFAULT_DB_ALIAS
    if entries:
        standing.touch(touched, entries[0].transfer.recorded_at)


_TRANSFER = "currval('credit_transfer_id_seq')"
_HEAD = (
    "UPDATE credit_ledgerhead SET sequence = %s, hash = %s, recorded_at = %s WHERE person_id = %s"
)
_OWNED = "kind = %s AND person_id IS NOT DISTINCT FROM %s::bigint AND provider IS NOT DISTINCT FROM %s::uuid"
_OPEN = f"""
    INSERT INTO credit_account (kind, person_id, provider) SELECT %s, %s::bigint, %s::uuid
    WHERE NOT EXISTS (SELECT FROM credit_account WHERE {_OWNED}) ON CONFLICT DO NOTHING
"""  # noqa: S608 - no values of anybody's
_POST = f"""
    INSERT INTO credit_posting (transfer_id, account_id, hundredths)
    SELECT {_TRANSFER}, id, %s::integer FROM credit_account WHERE {_OWNED}
"""  # noqa: S608 - as above


def _posting(owner: Owner, leg: Posting) -> list[Statement]:
    """Statements that write a leg, and open its account where it is the first."""
    values = [str(owner[0]), owner[1], owner[2]]
    return [(_OPEN, [*values, *values]), (_POST, [leg.hundredths, *values])]


def _account(transfer: Transfer, owner: Owner) -> Account:
    kind, person_id, provider = owner
    person = transfer.person if person_id is not None else None
    return Account(kind=kind, person=person, provider=provider)
