"""Recognise: how many of the claimed hours count, and what lowered them.

Checks in this order, the first that fails gives 0 and stops: `after-as-of`, `not-accredited`,
`not-registered`, `no-diploma`, `not-assessed`, of those that the policy uses. What passes is cut
by the daily cap over all that day's counted hours, in the order given (`daily-cap`).
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from lms.credit.core.facts import Facts, Training
from lms.credit.core.hours import ZERO, Hours
from lms.credit.core.policy_rules import Diploma, Recognition


class Line(NamedTuple):
    """Hours claimed for a day, those of them that count, and the reasons that lowered them."""

    training: Training
    on: date
    claimed: Hours
    counted: Hours
    reasons: tuple[str, ...] = ()
    is_diploma: bool = False


def recognise(rules: Recognition, trainings: Iterable[Training], *, as_of: date) -> list[Line]:
    """One line a session, in the order given; a counted diploma is one line for its training."""
    # In hundredths: a city's standings come through here a million times.
    cap = None if rules.daily_cap is None else rules.daily_cap.hundredths
    left: dict[date, int] = {}
    lines: list[Line] = []
    for training in trainings:
        diploma = rules.diploma
        if diploma is not None and training.form == diploma.form:
            lines += _degree_lines(rules, diploma, training, as_of)
            continue
        for on, hours, facts in training.sessions:
            reason = _failed_check(rules, facts, on, as_of)
            if reason is not None:
                lines.append(Line(training, on, hours, ZERO, (reason,)))
            elif cap is None:
                lines.append(Line(training, on, hours, hours))
            elif hours.hundredths <= (room := left.get(on, cap)):
                left[on] = room - hours.hundredths
                lines.append(Line(training, on, hours, hours))
            else:
                left[on] = 0
                lines.append(Line(training, on, hours, Hours(room), ("daily-cap",)))
    return lines


def _failed_check(rules: Recognition, facts: Facts, on: date, as_of: date) -> str | None:
    if on > as_of:
        return "after-as-of"
    if rules.not_accredited and not facts.accredited:
        return "not-accredited"
    if rules.not_registered and not facts.registered:
        return "not-registered"
    if not rules.stages <= facts.passed:
        return "not-assessed"
    return None


def _degree_lines(
    rules: Recognition, diploma: Diploma, training: Training, as_of: date
) -> Iterator[Line]:
    """A degree counts flat hours on the day of its diploma, and before it nothing.

    It needs neither an accredited provider nor an assessment, and no daily cap divides it.
    """
    on = training.diploma_on
    if on is not None and on <= as_of:
        if rules.not_registered and not training.facts.registered:
            yield Line(training, on, diploma.hours, ZERO, ("not-registered",), is_diploma=True)
        else:
            yield Line(training, on, diploma.hours, diploma.hours, is_diploma=True)
        return
    for session in training.sessions:
        if session.on > as_of:
            reason = "after-as-of"
        elif rules.not_registered and not session.facts.registered:
            reason = "not-registered"
        else:
            reason = "no-diploma"
        yield Line(training, session.on, session.hours, ZERO, (reason,))
