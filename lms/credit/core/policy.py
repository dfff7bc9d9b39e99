"""Load and check a policy's data file (TOML, UTF-8), the only place where a policy is written.

The file `lms/credit/policies/ID.toml` holds, at its top:

- `id`: the file's name without `.toml`; `title`: the name people know it by; `source`: which text
  the quotes are from.
- `[calendar]`: `quote`; `cycle = { anchor = 2011-01-01, years = 5 }` where the policy has cycles, counted
  from the anchor onward and backward; `year = { month = 1, day = 1 }` where it has years. At least
  one of the two.
- `[hour]`, where the source says how long an hour is: `quote`; `minutes` (45, 50 or 60); `rounding`, to what
  the hours that a content can carry are rounded down: `"hundredth"` (also without the key), `"half"`, `"whole"`.
  A policy without it has hours of 45 minutes, in hundredths.

`[[recognition]]`, one for each check that the policy uses, in any order (the engine's order is in
recognise.py; `after-as-of` is always checked). Each has `check` and `quote`, and:

- `check = "not-accredited"`: only hours of an accredited provider count.
- `check = "not-registered"`: hours count once they are registered.
- `check = "not-assessed"`, `stages`: each of these assessments must be passed
  (`before`, `during`, `after`).
- `check = "no-diploma"`, `form`, `hours`: trainings of this form count these flat hours on the day of
  the diploma and nothing before it; they need no accreditation and no assessment, and no daily cap
  divides them.
- `check = "daily-cap"`, `hours`: of one day no more than these hours count.

`[[requirement]]`, one a row, in the order in which they are shown:

- `id` (small letters, digits, hyphens), `title`, `kind` (`must` or `advice`), `quote`.
- `applies`: conditions, all of which must be met on the day asked about; without it, everybody.
  `holds_any`, `holds_none` (lists of roles); `in_probation`, `joined_in_cycle` (true or false);
  `role_began_in_cycle` (a role: it is held, and the earliest first day among its spells held on that
  day lies in the cycle); `service_years_under`, `service_years_from` (the day is before, or not
  before, that anniversary of joining).
- `period`: `"cycle"`, `"year"`, `"probation"`, `"until-probation-ends"` (no first day), or with a role
  `{ kind = "appointment-year", role = "..." }` (the role's first twelve months) and
  `{ kind = "cycle-since-role", role = "..." }` (from the later of the cycle's first day and the
  role's, to the day asked about). The role must be one that `applies` asks for.
- `counts`: which counted hours; without it, all. `purposes`, `forms`, `levels`, `themes` (lists, one
  word of each list must fit); `diplomas` (true: only diplomas, false: none).
- `measure`: `"hours"` (their sum, also without the key), `"trainings"` (how many trainings have some
  of them), `"largest-training"` (the hours of the training that has most).
- `required`: hours in quotes, `"360"`; for `trainings` a whole number, `2`. Or instead
  `required_each_year`: the same, for each policy year that the period touches.

`[[exemption]]`, in their order, of which the first that fits is used and no other:

- `exempts`: ids of requirements; `quote`; `applies`: conditions as above.
- `test`: `period`, `counts`, `measure` as above, and at least one of `more_than`, `at_least`,
  `less_than` (hours in quotes or a whole number, as the measure has it).

`[[school_requirement]]`, what is asked of a school each policy year, shown to its bureau and to no person:

- `id`, `title`, `quote`, `applies`, `counts` as for a requirement; `applies` says who of its people are counted.
- `training`: hours in quotes that one training has to come to, all its days together; it belongs to the year in
  which it ends. `share`: of a hundred people at least so many (1 to 100) have such a training.

Words: forms, levels, themes, purposes, roles and stages are those of words.py. Every `quote` is the
paragraph of the source that says so. A file with a mistake is refused with its place and a reason.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final, cast, get_args

from lms.credit.core import words
from lms.credit.core.hours import DAY, Hours
from lms.credit.core.policy_lines import line_of
from lms.credit.core.policy_rules import (
    Amount,
    Calendar,
    Conditions,
    Counting,
    Diploma,
    Exemption,
    Filter,
    HourUnit,
    Kind,
    Measure,
    PeriodKind,
    PeriodRule,
    Policy,
    Recognition,
    Requirement,
    Rounding,
    SchoolRequirement,
    Threshold,
)
from lms.credit.core.policy_table import PolicyError, Table
from lms.credit.core.policy_toml import parsed_toml

SHIPPED: Final = Path(__file__).parent.parent / "policies"
"""The folder of the policies that come with the platform."""

HOUR_MINUTES: Final = (45, 50, 60)
_CHECKS = ("not-accredited", "not-registered", "not-assessed", "no-diploma", "daily-cap")
POLICY_ID: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_MOST_YEARS = 50
_MOST_HOURS = Hours(10_000_00)


class PolicyShelf:
    """The policies of a folder, each read when first asked for and then kept."""

    def __init__(self, folder: Path = SHIPPED) -> None:
        """`folder` holds one TOML file a policy."""
        self._files = {file.stem: file for file in sorted(folder.glob("*.toml"))}
        self._policies: dict[str, Policy] = {}

    @property
    def ids(self) -> list[str]:
        """The ids of all policies there, sorted."""
        return list(self._files)

    def get(self, policy_id: str) -> Policy:
        """The policy; KeyError where there is none, PolicyError where its file is wrong."""
        if policy_id not in self._policies:
            self._policies[policy_id] = load_policy(self._files[policy_id])
        return self._policies[policy_id]


def load_policy(file: Path) -> Policy:
    """Read one policy file; PolicyError says where it is wrong and why."""
    return read_policy(text_of(file), policy_id=file.stem)


def text_of(file: Path) -> str:
    """The text of a file of a policy; PolicyError where it is not in UTF-8. A byte order mark is left out."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise PolicyError(file.name, "", "cannot be read: %(error)s", error=error) from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        wrong = PolicyError(file.name, "", "is not in UTF-8; save it in that encoding")
        wrong.line = content.count(b"\n", 0, error.start) + 1
        raise wrong from error


def read_policy(text: str, *, policy_id: str) -> Policy:
    """Read the text of the policy file `policy_id`.toml; PolicyError says where it is wrong, with the line, and why."""
    name = f"{policy_id}.toml"
    content = parsed_toml(name, text)
    try:
        return _policy(Table(name, "", content), policy_id)
    except PolicyError as error:
        error.line = line_of(text, error.place)
        raise


def _policy(top: Table, policy_id: str) -> Policy:
    if top.text("id") != policy_id:
        top.refuse("id", "must be the file's name without .toml, %(id)r", id=policy_id)
    calendar = _calendar(top.table("calendar"))
    hour = _hour(top)
    recognition = _recognition(top)
    requirements = _requirements(top, calendar)
    policy = Policy(
        id=policy_id,
        title=top.text("title"),
        source=top.text("source"),
        calendar=calendar,
        hour=hour,
        recognition=recognition,
        requirements=requirements,
        exemptions=tuple(
            _exemption(table, calendar, [each.id for each in requirements])
            for table in top.tables("exemption")
        ),
        school_requirements=_school_requirements(top, calendar, requirements),
    )
    top.finish()
    return policy


def _hour(top: Table) -> HourUnit:
    if not top.has("hour"):
        return HourUnit()
    table = top.table("hour")
    hour = HourUnit(
        minutes=table.whole_of("minutes", HOUR_MINUTES),
        rounding=cast(Rounding, table.word("rounding", get_args(Rounding)))
        if table.has("rounding")
        else "hundredth",
        quote=table.text("quote"),
    )
    table.finish()
    return hour


def _calendar(table: Table) -> Calendar:
    anchor, cycle_years, year_from = None, 0, None
    if table.has("cycle"):
        cycle = table.table("cycle")
        anchor, cycle_years = cycle.day("anchor"), cycle.whole("years", 1, _MOST_YEARS)
        cycle.finish()
    if table.has("year"):
        year = table.table("year")
        month = year.whole("month", 1, 12)
        longest = 29 if month == 2 else 30 if month in (4, 6, 9, 11) else 31
        year_from = month, year.whole("day", 1, longest)
        year.finish()
    quote = table.text("quote")
    if anchor is None and year_from is None:
        table.refuse("", "must have a cycle or a year")
    table.finish()
    return Calendar(anchor, cycle_years, year_from, quote)


def _recognition(top: Table) -> Recognition:
    quotes: dict[str, str] = {}
    stages: frozenset[str] = frozenset()
    diploma = daily_cap = None
    for table in top.tables("recognition"):
        check = table.word("check", _CHECKS)
        if check in quotes:
            table.refuse("check", "%(word)r stands there twice", word=check)
        quotes[check] = table.text("quote")
        if check == "not-assessed":
            stages = table.words("stages", words.STAGES)
            if not stages:
                table.refuse("stages", "is missing")
        elif check == "no-diploma":
            diploma = Diploma(table.word("form", words.FORMS), table.hours("hours", _MOST_HOURS))
        elif check == "daily-cap":
            daily_cap = _some(table, "hours", DAY)
        table.finish()
    return Recognition(
        not_accredited="not-accredited" in quotes,
        not_registered="not-registered" in quotes,
        stages=stages,
        diploma=diploma,
        daily_cap=daily_cap,
        quotes=tuple(quotes.items()),
    )


def _requirements(top: Table, calendar: Calendar) -> tuple[Requirement, ...]:
    found: list[Requirement] = []
    for table in top.tables("requirement"):
        requirement = _requirement(table, calendar)
        if any(requirement.id == other.id for other in found):
            table.refuse("id", "%(word)r stands there twice", word=requirement.id)
        found.append(requirement)
    if not found:
        top.refuse("requirement", "is missing: a policy has at least one")
    return tuple(found)


def _requirement(table: Table, calendar: Calendar) -> Requirement:
    if not POLICY_ID.fullmatch(table.text("id")):
        table.refuse("id", "must be small letters and digits, with single hyphens between")
    conditions = _conditions(table, calendar)
    counting = _counting(table, conditions, calendar)
    each_year = table.has("required_each_year")
    if each_year == table.has("required"):
        table.refuse("required", "must be there, or required_each_year, and not both")
    if each_year and calendar.year_from is None:
        table.refuse("required_each_year", "the calendar has no %(part)s", part="year")
    if each_year and counting.period.kind == "until-probation-ends":
        table.refuse("required_each_year", "the period has no first day, so no number of years")
    requirement = Requirement(
        id=table.text("id"),
        title=table.text("title"),
        kind=cast(Kind, table.word("kind", get_args(Kind))),
        applies=conditions,
        counting=counting,
        required=_owed(table, "required_each_year" if each_year else "required", counting),
        each_year=each_year,
        quote=table.text("quote"),
    )
    table.finish()
    return requirement


def _school_requirements(
    top: Table, calendar: Calendar, requirements: Sequence[Requirement]
) -> tuple[SchoolRequirement, ...]:
    known = {one.id for one in requirements}
    found: list[SchoolRequirement] = []
    for table in top.tables("school_requirement"):
        name = table.text("id")
        if not POLICY_ID.fullmatch(name):
            table.refuse("id", "must be small letters and digits, with single hyphens between")
        if name in known:
            table.refuse("id", "%(word)r stands there twice", word=name)
        if calendar.year_from is None:
            table.refuse("", "the calendar has no %(part)s", part="year")
        known.add(name)
        found.append(
            SchoolRequirement(
                id=name,
                title=table.text("title"),
                applies=_conditions(table, calendar),
                filter=_filter(table),
                training=_some(table, "training"),
                share=table.whole("share", 1, 100),
                quote=table.text("quote"),
            )
        )
        table.finish()
    return tuple(found)


def _exemption(table: Table, calendar: Calendar, ids: list[str]) -> Exemption:
    exempts = table.words("exempts", ids)
    if not exempts:
        table.refuse("exempts", "is missing")
    conditions = _conditions(table, calendar)
    test = None
    if table.has("test"):
        test = _test(table.table("test"), conditions, calendar)
    elif conditions == Conditions():
        table.refuse("", "must have applies or test, or it would exempt everybody")
    exemption = Exemption(exempts, conditions, test, table.text("quote"))
    table.finish()
    return exemption


def _test(table: Table, conditions: Conditions, calendar: Calendar) -> Threshold:
    counting = _counting(table, conditions, calendar)
    bounds = {
        key: (_amount if key == "more_than" else _owed)(table, key, counting)
        for key in ("more_than", "at_least", "less_than")
        if table.has(key)
    }
    if not bounds:
        table.refuse("", "must have at least one of more_than, at_least, less_than")
    test = Threshold(counting, **bounds)
    if not _can_be_met(test):
        table.refuse("less_than", "no amount is both under this and over the other bound")
    table.finish()
    return test


def _can_be_met(test: Threshold) -> bool:
    if test.less_than is None:
        return True
    # The next amount after the one that is not enough; both are hundredths, or whole numbers.
    least = [_units(test.at_least)] if test.at_least is not None else [0]
    least += [_units(test.more_than) + 1] if test.more_than is not None else []
    return max(least) < _units(test.less_than)


def _units(amount: Amount) -> int:
    return amount.hundredths if isinstance(amount, Hours) else amount


def _conditions(table: Table, calendar: Calendar) -> Conditions:
    if not table.has("applies"):
        return Conditions()
    applies = table.table("applies")
    conditions = Conditions(
        holds_any=applies.words("holds_any", words.ROLES),
        holds_none=applies.words("holds_none", words.ROLES),
        in_probation=applies.flag("in_probation"),
        joined_in_cycle=applies.flag("joined_in_cycle"),
        role_began_in_cycle=(
            applies.word("role_began_in_cycle", words.ROLES)
            if applies.has("role_began_in_cycle")
            else None
        ),
        service_years_under=_years(applies, "service_years_under"),
        service_years_from=_years(applies, "service_years_from"),
    )
    _check_somebody_fits(applies, conditions)
    for key in ("joined_in_cycle", "role_began_in_cycle"):
        if applies.has(key) and calendar.anchor is None:
            applies.refuse(key, "the calendar has no %(part)s", part="cycle")
    applies.finish()
    return conditions


def _check_somebody_fits(applies: Table, rule: Conditions) -> None:
    under, least = rule.service_years_under, rule.service_years_from
    if under is not None and least is not None and under <= least:
        applies.refuse("service_years_under", "nobody is both under this and over the other bound")
    if rule.holds_any and rule.holds_any <= rule.holds_none:
        applies.refuse("holds_none", "nobody both holds one of holds_any and none of these")


def _years(table: Table, key: str) -> int | None:
    return table.whole(key, 1, _MOST_YEARS) if table.has(key) else None


def _counting(table: Table, conditions: Conditions, calendar: Calendar) -> Counting:
    period = _period(table, conditions)
    needs = "year" if period.kind == "year" else "cycle" if "cycle" in period.kind else ""
    if (needs == "year" and calendar.year_from is None) or (
        needs == "cycle" and calendar.anchor is None
    ):
        table.refuse("period", "the calendar has no %(part)s", part=needs)
    measure = table.word("measure", get_args(Measure)) if table.has("measure") else "hours"
    return Counting(period, _filter(table), cast(Measure, measure))


def _period(table: Table, conditions: Conditions) -> PeriodRule:
    of_roles = ("appointment-year", "cycle-since-role")
    alone = [kind for kind in get_args(PeriodKind) if kind not in of_roles]
    if not table.holds_table("period"):
        return PeriodRule(cast(PeriodKind, table.word("period", alone)))
    period = table.table("period")
    kind = cast(PeriodKind, period.word("kind", of_roles))
    role = period.word("role", words.ROLES)
    # Else the period would hang on the first day of a role that the person may not hold.
    if conditions.holds_any != {role} and conditions.role_began_in_cycle != role:
        period.refuse("role", "applies must ask for it: holds_any = [%(role)r]", role=role)
    period.finish()
    return PeriodRule(kind, role)


def _filter(table: Table) -> Filter:
    if not table.has("counts"):
        return Filter()
    counts = table.table("counts")
    found = Filter(
        purposes=counts.words("purposes", words.PURPOSES),
        forms=counts.words("forms", words.FORMS),
        levels=counts.words("levels", words.LEVELS),
        themes=counts.words("themes", words.THEMES),
        diplomas=counts.flag("diplomas"),
    )
    counts.finish()
    return found


def _owed(table: Table, key: str, counting: Counting) -> Amount:
    amount = _amount(table, key, counting)
    if not amount:
        table.refuse(key, "must be more than 0")
    return amount


def _some(table: Table, key: str, most: Hours = _MOST_HOURS) -> Hours:
    hours = table.hours(key, most)
    if not hours:
        table.refuse(key, "must be more than 0")
    return hours


def _amount(table: Table, key: str, counting: Counting) -> Amount:
    if counting.measure == "trainings":
        return table.whole(key, 0, 10_000)
    return table.hours(key, _MOST_HOURS)
