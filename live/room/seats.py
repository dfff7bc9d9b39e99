"""Signed slips of the stage: an invitation, and the seat that it becomes. Between one host and one person, no rows.

What stands behind them is between two browsers; whichever process of ours hears them, both are known by the slip.
"""

import datetime
import uuid
from dataclasses import dataclass

from django.core import signing

INVITATION, SEAT = "live.stage.invitation", "live.stage.seat"
GOOD_FOR = {
    INVITATION: datetime.timedelta(minutes=2),
    SEAT: datetime.timedelta(hours=6),
}


@dataclass(frozen=True, slots=True)
class Pair:
    """Who brings whom on stage."""

    host_id: int
    guest_id: int

    def other(self, person_id: int) -> int | None:
        """The other of the two; None for anybody else."""
        return {self.host_id: self.guest_id, self.guest_id: self.host_id}.get(person_id)


def issue(kind: str, lesson_id: uuid.UUID, pair: Pair, at: datetime.datetime) -> str:
    """A slip of a kind, good for its time."""
    until = int((at + GOOD_FOR[kind]).timestamp())
    said = [lesson_id.hex, pair.host_id, pair.guest_id, until]
    return signing.Signer(salt=kind).sign_object(said)


def opened(kind: str, slip: str, lesson_id: uuid.UUID, at: datetime.datetime) -> Pair | None:
    """Who a slip is about; None where we did not write it so, it is of another lesson, or its time is over."""
    try:
        lesson, host_id, guest_id, until = signing.Signer(salt=kind).unsign_object(slip)
    except signing.BadSignature:
        return None
    if lesson != lesson_id.hex or at.timestamp() > until:
        return None
    return Pair(host_id, guest_id)
