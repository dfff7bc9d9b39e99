"""What may happen to booked hours: one table, asked by whoever writes the ledger and by whoever audits it.

The transfers of one booking are a pile: each act lays one on, a reversal takes the topmost off and moves the hours
back to where it found them. What stands topmost says where the hours lie.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

ISSUED = "issued"
PENDING, CONFIRMED, REGISTERED = "pending", "confirmed", "registered"
REJECTED, DISPUTED = "rejected", "disputed"
PERSONAL = (PENDING, CONFIRMED, REGISTERED, REJECTED, DISPUTED)
"""Where a person's hours can lie; what is ISSUED lies with nobody."""
COUNTED = (CONFIRMED, REGISTERED)
"""Where hours lie that count."""
FREE = (ISSUED, REJECTED)
"""Where hours lie whose minutes may be counted for another training."""

BOOK, REVERSE = "book", "reverse"
MOVES = {
    BOOK: ((ISSUED,), PENDING),
    "confirm": ((PENDING, DISPUTED), CONFIRMED),
    "reject": ((PENDING, DISPUTED), REJECTED),
    "register": ((CONFIRMED,), REGISTERED),
    "dispute": ((PENDING, CONFIRMED, REGISTERED, REJECTED), DISPUTED),
}
"""For each act where it may take hours from, and where it takes them. REVERSE goes back to where they came from."""


@dataclass(frozen=True, slots=True)
class Step:
    """One transfer of a booking: what it did, where it says that it took the hours, which step it undid."""

    key: Hashable
    act: str
    state: str
    reverses: Hashable | None = None


class ForbiddenMove(ValueError):
    """A step that the table does not allow after those before it."""


def may(act: str, *, source: str) -> bool:
    """Whether an act other than a reversal may take hours that lie in `source`."""
    return source in MOVES[act][0]


def standing(steps: Iterable[Step]) -> list[Step]:
    """The steps of a booking that no later one undid, the topmost last; none where the booking itself was reversed.

    Raises ForbiddenMove at the first step that may not follow the ones before it.
    """
    pile: list[Step] = []
    begun = False
    for step in steps:
        if step.act == REVERSE:
            _check_reversal(step, pile)
            pile.pop()
        else:
            _check_move(step, pile, begun=begun)
            pile.append(step)
        begun = True
    return pile


def state_of(pile: list[Step]) -> str:
    """Where the hours of a booking lie whose standing steps these are."""
    return pile[-1].state if pile else ISSUED


def _check_move(step: Step, pile: list[Step], *, begun: bool) -> None:
    source = state_of(pile)
    if step.act not in MOVES or (step.act == BOOK) == begun or not may(step.act, source=source):
        raise ForbiddenMove(f"{step.act} takes hours that lie in {source}")
    if step.reverses is not None:
        raise ForbiddenMove(f"{step.act} names a transfer to reverse")
    if step.state != MOVES[step.act][1]:
        raise ForbiddenMove(f"{step.act} takes hours to {step.state}")


def _check_reversal(step: Step, pile: list[Step]) -> None:
    if not pile or step.reverses != pile[-1].key:
        raise ForbiddenMove("a reversal names a transfer that is not the last one standing")
    if step.state != state_of(pile[:-1]):
        raise ForbiddenMove(f"a reversal takes hours to {step.state}")
