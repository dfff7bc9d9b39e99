"""How fast somebody may speak: buckets of tokens, and what happens to who does not stop."""

from dataclasses import dataclass
from enum import Enum


@dataclass(slots=True)
class Bucket:
    """Fills by `per_s` tokens a second up to `most`; each thing done takes one."""

    per_s: float
    most: float
    left: float
    at: float

    @classmethod
    def full(cls, *, per_s: float, most: float, now: float) -> "Bucket":
        """One from which nothing was taken."""
        return cls(per_s, most, most, now)

    def take(self, now: float) -> bool:
        """Take one; False where none is left. `now`: seconds of a clock that only goes on."""
        self.left = min(self.most, self.left + (now - self.at) * self.per_s)
        self.at = now
        if self.left < 1:
            return False
        self.left -= 1
        return True


class Verdict(Enum):
    """What becomes of a message."""

    HEARD = "heard"
    WARNED = "warned"
    MUTED = "muted"
    DROPPED = "dropped"
    CLOSED = "closed"


PER_S, BURST = 5, 40
"""A page beats every 15 s; even a child on the reaction button stays below five a second for long."""
WARN_FOR, MUTE_S, CLOSE_AT = 40, 20, 400
"""Messages dropped after the warning until one is muted; for how long; messages dropped in all until it is closed."""


@dataclass(slots=True)
class Flood:
    """One socket's patience: warned, then muted for a while, then closed. What is dropped is not read."""

    bucket: Bucket
    dropped: int = 0
    muted_until: float = 0.0

    @classmethod
    def calm(cls, now: float) -> "Flood":
        """Of a socket that has said nothing."""
        return cls(Bucket.full(per_s=PER_S, most=BURST, now=now))

    def heard(self, now: float) -> Verdict:
        """What becomes of the message that comes now."""
        had = self.bucket.take(now)
        if had and now >= self.muted_until:
            # Forgiven once quiet again: the bucket has filled.
            if self.bucket.left >= self.bucket.most - 1:
                self.dropped = 0
            return Verdict.HEARD
        self.dropped += 1
        if self.dropped >= CLOSE_AT:
            return Verdict.CLOSED
        if now < self.muted_until:
            return Verdict.DROPPED
        if self.dropped == 1:
            return Verdict.WARNED
        if self.dropped >= WARN_FOR:
            self.muted_until = now + MUTE_S
            return Verdict.MUTED
        return Verdict.DROPPED
