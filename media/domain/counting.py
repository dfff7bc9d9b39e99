"""What a player's report comes to: the one place that counts watching, of a video and of a lesson's replay."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from lms.api.credit import PersonClock
from media.core import wall as walls
from media.core import watch
from media.domain.claims import Claim

MAX_RATE = Fraction(2)
OPENING_US = int(watch.GRANT_S * 1_000_000)
"""What a person's clock is opened with, for `lms.api.credit.lock_clock`."""
_REACH_MS = int((watch.CAP_S + watch.GRANT_S) * 1000)
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


@dataclass(frozen=True, slots=True)
class Counted:
    """What became of a claim. `stretches`: when it was watched, milliseconds of Unix time; `wall` with all before."""

    outcome: watch.Outcome
    stretches: list[walls.Stretch]
    wall: list[list[int]]

    @property
    def is_duplicate(self) -> bool:
        """Whether the report was seen before: nothing of it is kept again."""
        return watch.Flag.DUPLICATE in self.outcome.flags

    @property
    def balance_us(self) -> int:
        """What the clock holds afterwards."""
        return self.outcome.clock.as_us()[0]

    @property
    def spans(self) -> list[list[int]]:
        """What is covered by now, in milliseconds of the recording."""
        return self.outcome.coverage.as_ms()


def count(
    claim: Claim,
    *,
    clock: PersonClock,
    duration_ms: int,
    spans: Sequence[Sequence[int]],
    wall: Sequence[Sequence[int]],
    seen: bool,
    at: datetime.datetime,
) -> Counted:
    """Count a claim by the watch contract. `spans` and `wall`: what the person has of it; the clock is held locked."""
    outcome = watch.accept(
        watch.Report(at=Fraction(_us(at), 1_000_000), rate=claim.rate, played=claim.played),
        video=watch.Video(Fraction(duration_ms, 1000), MAX_RATE, Fraction(1)),
        clock=watch.Clock.from_us(clock.balance_us, _us(clock.last_at)),
        coverage=watch.Coverage.from_ms(spans),
        seen=seen,
    )
    stretches: list[walls.Stretch] = []
    if outcome.accepted:
        # At the speed that the player says.
        length = min(ceil(outcome.seconds / claim.rate * 1000), _REACH_MS)
        stretches = walls.taken(wall, until=_us(at) // 1000, length=length, reach=_REACH_MS)
    return Counted(outcome, stretches, walls.joined([*wall, *stretches]))


def in_ms(spans: Sequence[watch.Span]) -> list[list[int]]:
    """Stretches as rows keep them: milliseconds, rounded down."""
    return [[floor(start * 1000), floor(end * 1000)] for start, end in spans]


def moment(milliseconds: int) -> datetime.datetime:
    """A moment of `stretches` and `wall`."""
    return _EPOCH + datetime.timedelta(milliseconds=milliseconds)


def _us(when: datetime.datetime) -> int:
    return (when - _EPOCH) // datetime.timedelta(microseconds=1)
