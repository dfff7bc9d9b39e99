"""What a policy asks of a school: which of its people have the one large training of the year."""

from collections.abc import Sequence
from datetime import date

from lms.credit.core.facts import Person
from lms.credit.core.periods import Period
from lms.credit.core.policy_rules import Policy, SchoolRequirement
from lms.credit.core.recognise import Line
from lms.credit.core.require import Circumstances, applies, lets_through


def share_of(
    policy: Policy, *, person: Person, lines: Sequence[Line], as_of: date
) -> dict[str, bool]:
    """For each requirement of a school (by id) that counts this person that day: whether they have such a training."""
    if not policy.school_requirements:
        return {}
    here = Circumstances(policy.calendar, person, as_of)
    year = here.year
    return {
        one.id: _has(one, lines, year)
        for one in policy.school_requirements
        if year and applies(one.applies, here)
    }


def _has(rule: SchoolRequirement, lines: Sequence[Line], year: Period) -> bool:
    hundredths: dict[str, int] = {}
    ends: dict[str, date] = {}
    for line in lines:
        if line.counted and lets_through(rule.filter, line):
            name = line.training.id
            hundredths[name] = hundredths.get(name, 0) + line.counted.hundredths
            ends[name] = max(line.on, ends.get(name, line.on))
    enough = rule.training.hundredths
    return any(year.holds(ends[name]) for name, come_to in hundredths.items() if come_to >= enough)
