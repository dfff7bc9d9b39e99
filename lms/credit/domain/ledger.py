"""The one writer of the ledger. Rows are only ever added.

The order of locks is: a person's clock, then LEDGER (shared by all who post), then the heads.
"""

import datetime
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q

from lms.credit import queries
from lms.credit.core import chain, moves
from lms.credit.core.hours import total
from lms.credit.core.lines import Line, day_of
from lms.credit.core.minutes import Paid, as_moments
from lms.credit.domain import standing
from lms.credit.domain.minutes import check_unclaimed
from lms.credit.enums import AccountKind, Act
from lms.credit.errors import NotReversible, ReasonMissing
from lms.credit.events import CreditEvent, credit_reversed, notify
from lms.credit.models.ledger import (
    Account,
    LedgerHead,
    Posting,
    Reason,
    Transfer,
    TransferLine,
)

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
    source: Account
    target: Account
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
    accounts = _accounts({issued, pending})
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
    _write(heads, [Entry(transfer, lines, accounts[issued], accounts[pending])])
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
    owners = {_owner(one.last, AccountKind(one.last.state)) for one in wanted}
    accounts = _accounts(owners | {_owner(one.last, one.state) for one in wanted})
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
        source = accounts[_owner(last, AccountKind(last.state))]
        target = accounts[_owner(last, one.state)]
        entries.append(Entry(new, lines[last.pk], source, target, _reason(new, because)))
    _write(heads, entries)
    return [entry.transfer for entry in entries]


def reverse(
    transfer: Transfer, *, by: "Person | None", because: str, at: datetime.datetime
) -> Transfer:
    """Undo a transfer by one that names it and moves the hours back to where it took them from.

    Raises NotReversible where the hours have moved on since, or it was reversed before; ReasonMissing; CountedElsewhere
    as `planned` does. An act that takes hours back by it goes on with `settle.settle_freed`.
    """
    because = checked_reason(because)
    with transaction.atomic():
        heads = lock_heads([transfer.person_id])
        history = queries.chain_of(transfer)
        try:
            back = planned(history, Act.REVERSE)
        except moves.ForbiddenMove as error:
            raise NotReversible from error
        if back.reverses != transfer:
            raise NotReversible
        (reversal,) = move(heads=heads, wanted=[back], by=by, because=because, at=at)
        notify(credit_reversed, event_of(reversal))
    return reversal


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
    SELECT head.* FROM credit_ledgerhead head, posting
    WHERE head.person_id = ANY(%s) ORDER BY head.person_id FOR UPDATE OF head
"""


def _locked(person_ids: Sequence[int]) -> dict[int, LedgerHead]:
    found = LedgerHead.objects.raw(_LOCK, [LEDGER, list(person_ids)])
    return {head.person_id: head for head in found}


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


def _accounts(owners: Collection[Owner]) -> dict[Owner, Account]:
    """The accounts known by these, opened where they do not exist yet."""
    found = _found_accounts(owners)
    if missing := [one for one in owners if one not in found]:
        Account.objects.bulk_create(
            [Account(kind=kind, person_id=person, provider=to) for kind, person, to in missing],
            ignore_conflicts=True,
        )
        found = _found_accounts(owners)
    return found


def _found_accounts(owners: Collection[Owner]) -> dict[Owner, Account]:
    people = {person for _kind, person, _provider in owners if person is not None}
    issuers = {provider for kind, _person, provider in owners if kind == AccountKind.ISSUED}
    wanted = Q(person__in=people)
    if issuers:
        issued = Q(provider__in=[one for one in issuers if one])
        issued |= Q(provider__isnull=True) if None in issuers else Q()
        wanted |= Q(kind=AccountKind.ISSUED) & issued
    found = Account.objects.filter(wanted).select_related("person")
    return {(AccountKind(one.kind), one.person_id, one.provider): one for one in found}


def _lines_of(transfers: Sequence[Transfer]) -> dict[int, tuple[Line, ...]]:
    by_transfer: dict[int, tuple[Line, ...]] = {one.pk: () for one in transfers}
    for line in TransferLine.objects.filter(transfer__in=by_transfer).order_by("on"):
        by_transfer[line.transfer_id] += (Line(line.on, line.hours),)
    return by_transfer


def _write(heads: Heads, entries: Sequence[Entry]) -> None:
    """Number, chain and insert. A person's transfers follow each other in the order given."""
    lines: list[TransferLine] = []
    postings: list[Posting] = []
    for entry in entries:
        new = entry.transfer
        head = heads[new.person_id]
        new.sequence, new.previous = head.sequence + 1, head.hash
        dated = [
            TransferLine(transfer=new, on=line.on, hundredths=line.hours.hundredths)
            for line in entry.lines
        ]
        legs = [
            Posting(transfer=new, account=entry.source, hundredths=-new.hundredths),
            Posting(transfer=new, account=entry.target, hundredths=new.hundredths),
        ]
        new.hash = chain.link(new.previous, new.content(dated, legs))
        head.sequence, head.hash = new.sequence, new.hash
        lines += dated
        postings += legs
    Transfer.objects.bulk_create([entry.transfer for entry in entries])
    Reason.objects.bulk_create([entry.reason for entry in entries if entry.reason])
    TransferLine.objects.bulk_create(lines)
    Posting.objects.bulk_create(postings)
    touched = {entry.transfer.person_id: heads[entry.transfer.person_id] for entry in entries}
    LedgerHead.objects.bulk_update(touched.values(), ["sequence", "hash"])
    if entries:
        standing.touch(touched, entries[0].transfer.recorded_at)
