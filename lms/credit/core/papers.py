"""What certificates and statements say, drawn from the contents of transfers and from nothing else.

Asked twice: by whoever issues a paper, and by whoever holds one and checks, without our database, that its words
follow from the transfers it carries.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lms.credit.core import chain, moves
from lms.credit.core.hours import Hours, total
from lms.credit.core.lines import day_of

CERTIFICATE, STATEMENT = "certificate", "statement"
SEALS = {CERTIFICATE: b"qinghe certificate 1\n", STATEMENT: b"qinghe statement 1\n"}
"""What stands before a payload's canonical bytes when it is signed, by its type."""
FORMAT = "qinghe statement 1"
"""The name that a file with such a paper bears."""


class Unfounded(ValueError):
    """Transfers that do not follow each other as the ledger's do."""


@dataclass(frozen=True, slots=True)
class Told:
    """One transfer: what it says, and the hash that this makes with the one before it."""

    content: Mapping[str, Any]
    hash: str


def told(content: Mapping[str, Any], previous: str) -> Told:
    """A transfer by its content and the hash of the person's one before it."""
    return Told(content, chain.link(previous, content))


def histories(transfers: Iterable[Told]) -> list[list[Told]]:
    """The transfers by booking, each in order, the earliest booking first. Raises Unfounded."""
    by_booking: dict[str, list[Told]] = {}
    for one in sorted(transfers, key=lambda one: int(one.content["sequence"])):
        by_booking.setdefault(one.content["booking"] or one.content["id"], []).append(one)
    for booking, history in by_booking.items():
        _check(booking, history)
    return list(by_booking.values())


def standing(history: Sequence[Told]) -> list[Told]:
    """What no later transfer undid, the topmost last. Raises Unfounded where one was not allowed."""
    by_id = {one.content["id"]: one for one in history}
    try:
        pile = moves.standing(_step(one.content) for one in history)
    except moves.ForbiddenMove as refused:
        raise Unfounded(str(refused)) from refused
    return [by_id[step.key] for step in pile]


def counts_by(history: Sequence[Told]) -> Told | None:
    """The transfer by which hours count now; what a checkpoint's list of revoked ones would name. None: they do not."""
    top = standing(history)[-1:]
    return top[0] if top and top[0].content["state"] in moves.COUNTED else None


def revoked_by(history: Sequence[Told], by: str) -> Told | None:
    """The transfer since which what the one of hash `by` brought counts no more; None while it does."""
    place = next(at for at, one in enumerate(history) if one.hash == by)
    stands = any(one.hash == by for one in standing(history))
    if stands and history[-1].content["state"] in moves.COUNTED:
        return None
    later = history[place + 1 :]
    if not stands:
        undone = history[place].content["id"]
        return next(one for one in later if one.content["reverses"] == undone)
    counted = [at for at, one in enumerate(later, 1) if one.content["state"] in moves.COUNTED]
    return later[max(counted, default=0)]


def certificate(transfers: Iterable[Told]) -> dict[str, Any]:
    """What a certificate says of the transfers that led to its confirmation, the last of them. Raises Unfounded."""
    found = histories(transfers)
    if len(found) != 1:
        raise Unfounded("a certificate is of one booking")
    (history,) = found
    last = history[-1]
    if last.content["act"] != "confirm" or counts_by(history) != last:
        raise Unfounded("the last transfer of a certificate confirms")
    booking = history[0].content
    return {
        "training": _training(booking),
        "hours": Hours(booking["hundredths"]).fixed(),
        "lines": [[day, Hours(amount).fixed()] for day, amount in booking["lines"]],
        "state": last.content["state"],
        "confirmed_on": recorded_on(last.content),
        "booking": booking["id"],
        "transfer": last.content["id"],
        "hash": last.hash,
    }


def statement(
    transfers: Iterable[Told], *, first: str, last: str, known_at: str
) -> dict[str, list[dict[str, Any]] | dict[str, str]]:
    """The lines and sums of a period (days, inclusive) as far as they were recorded by a moment. Raises Unfounded.

    Dates and moment in their canonical spelling, which sorts as they do.
    """
    known = [one for one in transfers if one.content["recorded_at"] <= known_at]
    entries = [
        _entry(history, lines)
        for history in histories(known)
        if standing(history) and (lines := _within(history[0].content, first, last))
    ]
    # Of one day in the order in which they were booked.
    entries.sort(key=lambda one: one["lines"][0][0])
    sums = {
        state: total(Hours.parse(one["hours"]) for one in entries if one["state"] == state)
        for state in moves.PERSONAL
    }
    return {
        "entries": entries,
        "totals": {state: hours.fixed() for state, hours in sums.items() if hours},
    }


def counted(totals: Mapping[str, str]) -> Hours:
    """Of a statement's sums, what counts."""
    return total(Hours.parse(totals[state]) for state in moves.COUNTED if state in totals)


def _entry(history: Sequence[Told], lines: list[tuple[str, Hours]]) -> dict[str, Any]:
    booking, last = history[0].content, history[-1]
    by = counts_by(history)
    return {
        "booking": booking["id"],
        "training": _training(booking),
        "state": last.content["state"],
        "hours": total(hours for _day, hours in lines).fixed(),
        "lines": [[day, hours.fixed()] for day, hours in lines],
        "booked_on": recorded_on(booking),
        "moved_on": recorded_on(last.content),
        "transfer": last.content["id"],
        "hash": last.hash,
        "counts_by": by.hash if by else None,
    }


def _training(booking: Mapping[str, Any]) -> dict[str, Any]:
    named = booking["training"]
    return {"key": named["key"], "version": named["version"]} | booking["facts"]


def _within(booking: Mapping[str, Any], first: str, last: str) -> list[tuple[str, Hours]]:
    return [(day, Hours(amount)) for day, amount in booking["lines"] if first <= day <= last]


def recorded_on(content: Mapping[str, Any]) -> str:
    """The day in Asia/Shanghai on which a transfer was recorded. Raises ValueError where the moment is none."""
    return day_of(datetime.datetime.fromisoformat(content["recorded_at"])).isoformat()


def _step(content: Mapping[str, Any]) -> moves.Step:
    return moves.Step(content["id"], content["act"], content["state"], content["reverses"])


def _check(booking: str, history: Sequence[Told]) -> None:
    """Each transfer moves the one before it, and the same hours."""
    before: Mapping[str, Any] | None = None
    for one in history:
        content = one.content
        if before is None:
            follows = content["id"] == booking and content["moves"] is None
        else:
            follows = content["moves"] == before["id"] and content["booking"] == booking
            follows = follows and _kept(content) == _kept(before)
        if not follows:
            raise Unfounded(f"transfer {content['sequence']} does not follow in its booking")
        before = content


def _kept(content: Mapping[str, Any]) -> bytes:
    """What every transfer of a booking repeats."""
    return chain.canonical(
        [content[name] for name in ("person", "hundredths", "lines", "facts", "training")]
    )
