"""Rules of retention as data: what goes, how long after what, and why."""

import calendar
import datetime
import tomllib
from dataclasses import dataclass
from pathlib import Path

SHIPPED = Path(__file__).parent.parent / "retention.toml"
ERASES = ("devices", "proofs")
SINCE = {"devices": ("registered", "recorded"), "proofs": ("decided",)}
MOST_MONTHS = 1200


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; `words` is what an Erasure keeps of it."""

    id: str
    erases: str
    since: str
    months: int
    reason: str

    @property
    def words(self) -> str:
        """Which rule, in a line."""
        return f"{self.id}: {self.months} months after {self.since}"

    def before(self, at: datetime.datetime) -> datetime.datetime:
        """What lies before this moment falls under it at `at`; months of the calendar, shorter ones end earlier."""
        year, month = divmod(at.year * 12 + at.month - 1 - self.months, 12)
        day = min(at.day, calendar.monthrange(year, month + 1)[1])
        return at.replace(year=year, month=month + 1, day=day)


def read_rules(text: str) -> tuple[Rule, ...]:
    """The rules of a file. Raises ValueError that says which one is wrong and how."""
    rules: list[Rule] = []
    for number, said in enumerate(tomllib.loads(text).get("rule", []), 1):
        try:
            rule = Rule(**said)
        except TypeError as error:
            raise ValueError(
                f"rule {number} needs id, erases, since, months and reason, and no more"
            ) from error
        if rule.erases not in ERASES or rule.since not in SINCE[rule.erases]:
            raise ValueError(f"rule {number}: {rule.erases!r} since {rule.since!r} is unknown")
        if not isinstance(rule.months, int) or not 1 <= rule.months <= MOST_MONTHS:
            raise ValueError(f"rule {number}: months lie between 1 and {MOST_MONTHS}")
        if not rule.reason.strip() or rule.id in {one.id for one in rules}:
            raise ValueError(f"rule {number} needs a reason and an id of its own")
        rules.append(rule)
    return tuple(rules)
