"""Evaluate a policy for a person on a day: what the ledger and `credit_scenario` both call."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from lms.credit.core.facts import Person, Training
from lms.credit.core.policy_rules import Policy
from lms.credit.core.recognise import Line, recognise
from lms.credit.core.require import Asked, RequirementStanding, asked_of, standings


class Standing(NamedTuple):
    """Where a person stands with a policy (达标情况), with the arithmetic."""

    policy: Policy
    as_of: date
    met: bool
    lines: list[Line]
    requirements: list[RequirementStanding]


def evaluate(
    policy: Policy,
    *,
    person: Person,
    trainings: Iterable[Training],
    as_of: date,
    asked: Asked | None = None,
) -> Standing:
    """Recognise the hours, measure each requirement that applies, and decide.

    It is met when no `must` is unmet; someone to whom nothing applies has met it. `asked`: what the policy asks of the
    person that day (`asked_of`), for who evaluates several records of theirs.
    """
    lines = recognise(policy.recognition, trainings, as_of=as_of)
    requirements = standings(asked or asked_of(policy, person, as_of), lines)
    met = all(each.requirement.kind != "must" or each.status != "unmet" for each in requirements)
    return Standing(policy, as_of, met, lines, requirements)
