"""Standings as pages show them: words, amounts and days made ready, so that templates ask nothing."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lms.credit.core.hours import Hours
from lms.credit.core.outlook import most_apart
from lms.credit.core.policy_rules import Requirement
from lms.credit.domain.policies import rules_of
from lms.credit.models.standing import Standing
from lms.web.pictures import Arc

WARNINGS = ((7, "alert"), (30, "care"), (90, "info"))
"""So many days ahead of its day an open debt is warned of, each time more urgently (the notice's kind)."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A requirement of somebody's; amounts in hundredths of hours, or in numbers of trainings."""

    rule: Requirement
    in_hours: bool
    required: int
    counted: int
    would_count: int
    status: str
    would: str
    owing: bool
    first: datetime.date | None
    due: datetime.date
    days_left: int

    @property
    def id(self) -> str:
        """As in the policy."""
        return self.rule.id

    @property
    def title(self) -> str:
        """As in the policy."""
        return self.rule.title

    @property
    def is_advice(self) -> bool:
        """Whether it is recommended only."""
        return self.rule.kind == "advice"

    @property
    def is_late(self) -> bool:
        """Not met, and its days are over."""
        return self.status == "unmet" and self.days_left < 0

    @property
    def waits(self) -> int:
        """What would come to it once all that waits went through."""
        return max(0, self.would_count - self.counted)

    @property
    def missing(self) -> int:
        """What it lacks."""
        return max(0, self.required - self.counted) if self.status == "unmet" else 0

    @property
    def unit(self) -> str:
        """Hours or trainings."""
        return pgettext("unit", "hours") if self.in_hours else pgettext("unit", "trainings")

    def words(self, amount: int) -> str:
        """An amount of it without its unit."""
        return str(Hours(amount)) if self.in_hours else str(amount)

    @property
    def counted_words(self) -> str:
        """What counts."""
        return self.words(self.counted)

    @property
    def required_words(self) -> str:
        """What is asked for."""
        return self.words(self.required)

    @property
    def missing_words(self) -> str:
        """What is lacking."""
        return self.words(self.missing)

    @property
    def waits_words(self) -> str:
        """What waits."""
        return self.words(self.waits)

    @property
    def warning(self) -> str:
        """How urgent it is: the notice's kind, or nothing."""
        return warning(self.days_left) if self.status == "unmet" else ""

    @property
    def sentence(self) -> str:
        """All of it for who cannot see the bar."""
        return _("%(title)s: %(counted)s of %(required)s %(unit)s, %(waits)s waiting") % {
            "title": self.title,
            "counted": self.counted_words,
            "required": self.required_words,
            "waits": self.waits_words,
            "unit": self.unit,
        }


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """A day by which requirements are to be met."""

    on: datetime.date
    days_left: int
    rules: tuple[Rule, ...]

    @property
    def css(self) -> str:
        """As a step of a timeline."""
        return "care" if warning(self.days_left) in {"alert", "care"} else "now"


@dataclass(frozen=True, kw_only=True)
class Shown:
    """Somebody's standing."""

    row: Standing
    rules: tuple[Rule, ...]
    today: datetime.date

    @property
    def duties(self) -> tuple[Rule, ...]:
        """What is asked for, without advice."""
        return tuple(one for one in self.rules if not one.is_advice)

    @property
    def late(self) -> tuple[Rule, ...]:
        """Duties that were not met in their time."""
        return tuple(one for one in self.duties if one.is_late)

    @property
    def days_left(self) -> int | None:
        """To the nearest day by which something is owed."""
        return self.row.days_left(self.today)

    @property
    def warning(self) -> str:
        """How urgent that is."""
        return "" if self.days_left is None else warning(self.days_left)

    @property
    def a_week(self) -> Hours:
        """Hours a week that close the debt in time, in tenths, rounded up."""
        weeks = max(1, (self.days_left or 0) + 1)
        return Hours(-(-self.row.owed * 7 // (weeks * 10)) * 10)

    @property
    def until(self) -> datetime.date | None:
        """By when everything that is asked for is met: the nearest end of a duty's days."""
        return min((one.due for one in self.duties if one.days_left >= 0), default=None)

    @property
    def deadlines(self) -> list[Deadline]:
        """Days by which something is not yet met, advice too, the nearest first."""
        open_ = [one for one in self.rules if one.status == "unmet" and one.days_left >= 0]
        return [
            Deadline(
                on=day,
                days_left=(day - self.today).days,
                rules=tuple(one for one in open_ if one.due == day),
            )
            for day in sorted({one.due for one in open_})
        ]

    @property
    def arcs(self) -> list[Arc]:
        """For the ring: of what is due on the nearest day the parts that share no hour, so that it adds up."""
        due = self.row.due or self.until
        chosen = [
            one
            for one in self.duties
            if one.due == due and one.in_hours and one.status != "exempt" and one.required
        ]
        apart = most_apart([(one.required, one.rule.counting.filter) for one in chosen])
        return [
            Arc(
                required=one.required,
                counted=min(one.counted, one.required),
                pending=max(0, min(one.would_count, one.required) - one.counted),
            )
            for one in (chosen[place] for place in apart)
        ]


def shown(row: Standing, today: datetime.date) -> Shown:
    """A standing for a page; `row.version` comes with its policy."""
    rules = {one.id: one for one in rules_of(row.version).requirements}
    return Shown(
        row=row,
        rules=tuple(_rule(one, rules[one["id"]], today) for one in row.requirements),
        today=today,
    )


def warning(days_left: int) -> str:
    """The kind of notice for so many days; nothing while there is time, and once it is over."""
    return next((kind for days, kind in WARNINGS if 0 <= days_left <= days), "")


def _rule(kept: dict[str, Any], rule: Requirement, today: datetime.date) -> Rule:
    due = datetime.date.fromisoformat(kept["due"])
    first = datetime.date.fromisoformat(kept["first"]) if kept["first"] else None
    same = ("in_hours", "required", "counted", "would_count", "status", "would", "owing")
    return Rule(
        rule=rule,
        first=first,
        due=due,
        days_left=(due - today).days,
        **{name: kept[name] for name in same},
    )
