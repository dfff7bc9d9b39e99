"""Why somebody stands where they stand: each line of the record, what of it counts, and for which requirement."""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lms.credit.core.evaluate import evaluate
from lms.credit.core.facts import Training
from lms.credit.core.lines import day_of
from lms.credit.core.outlook import Outlook, Prospect, look_ahead
from lms.credit.core.policy_rules import Policy as Rules
from lms.credit.core.recognise import Line
from lms.credit.core.require import lines_for
from lms.credit.domain.policies import rules_of
from lms.credit.domain.record import Booked, records_of
from lms.credit.domain.standing import standing_of
from lms.credit.enums import AccountKind
from lms.credit.models.standing import Standing

if TYPE_CHECKING:
    from lms.people.models.person import Person


@dataclass(frozen=True, slots=True)
class Counted:
    """A line of a booking: hours of a day with what the policy makes of them; `waits`: or would make."""

    booking: int
    line: Line
    waits: bool


@dataclass(frozen=True, slots=True)
class Why:
    """A standing with everything it comes from."""

    row: Standing
    rules: Rules
    as_of: datetime.date
    outlook: Outlook
    lines: tuple[Counted, ...]

    def of_booking(self, booking: int) -> list[Counted]:
        """The lines of one booking."""
        return [one for one in self.lines if one.booking == booking]

    def of_requirement(self, prospect: Prospect) -> list[Counted]:
        """The lines that a requirement looks at, the latest first."""
        found = [one for one in self.lines if self.is_for(prospect, one.line)]
        return sorted(found, key=lambda one: (one.line.on, one.booking), reverse=True)

    def is_for(self, prospect: Prospect, line: Line) -> bool:
        """Whether a line is of a requirement's period and kind."""
        return bool(lines_for(prospect.now.requirement.counting, prospect.now.period, (line,)))

    def prospect(self, requirement: str) -> Prospect | None:
        """The requirement of that id, where it applies."""
        found = (one for one in self.outlook.prospects if one.now.requirement.id == requirement)
        return next(found, None)


def why(person: "Person", at: datetime.datetime) -> Why | None:
    """Worked out now from the ledger; None for whom no policy holds. Six queries at the most."""
    row = standing_of(person, at)
    if row is None:
        return None
    rules, as_of = rules_of(row.version), day_of(at)
    (record,) = records_of([person.pk], as_of)
    settled = [one for one in record.booked if one.state != AccountKind.PENDING]
    then = record.with_pending
    now = evaluate(
        rules, person=record.person, trainings=[one.training for one in settled], as_of=as_of
    )
    would = evaluate(rules, person=record.person, trainings=then, as_of=as_of)
    waiting = [
        (training, one)
        for training, one in zip(then, record.booked, strict=True)
        if one.state == AccountKind.PENDING
    ]
    lines = (
        *_lines([(one.training, one) for one in settled], now.lines, waits=False),
        *_lines(waiting, would.lines, waits=True),
    )
    return Why(row, rules, as_of, look_ahead(now, would), lines)


def _lines(
    trainings: Sequence[tuple[Training, Booked]], lines: Iterable[Line], *, waits: bool
) -> Iterator[Counted]:
    """The lines of these trainings, each with its booking. One training's bookings are objects of their own."""
    bookings = {id(training): one.booking for training, one in trainings}
    for line in lines:
        if id(line.training) in bookings:
            yield Counted(bookings[id(line.training)], line, waits)
