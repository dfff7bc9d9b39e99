"""A draft tried on last year's record: for each teacher what holds now and what the draft would say, side by side."""

import datetime
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _

from lms.credit.core.evaluate import Standing, evaluate
from lms.credit.core.lines import day_of
from lms.credit.core.periods import year_of
from lms.credit.core.policy import read_policy
from lms.credit.core.policy_rules import Policy as Rules
from lms.credit.core.policy_table import PolicyError
from lms.credit.domain.policies import policies_for, rules_of
from lms.credit.domain.record import records_of
from lms.credit.errors import BadPolicy
from lms.credit.models.policy import DryRun, Policy, PolicyAssignment, PolicyDraft
from lms.people.models.organisations import Organisation
from lms.people.models.person import Person as PersonRow
from lms.people.models.roles import RoleSpell

if TYPE_CHECKING:
    from lms.people.models.person import Person

INLINE = 2000
"""As many teachers are tried while somebody waits; more are a worker's job."""
SILENT_FOR = datetime.timedelta(minutes=2)
LISTED = 200
"""As many of those who gain or lose are kept by name; the counts are of all."""
_STEP = 500


@dataclass
class RuleTally:
    """A requirement in numbers of people: how it stood and would stand, who gains by it and who loses."""

    title: str
    before: Counter[str] = field(default_factory=Counter)
    after: Counter[str] = field(default_factory=Counter)
    gained: int = 0
    lost: int = 0


@dataclass
class Tally:
    """What a dry run counts."""

    met_before: int = 0
    met_after: int = 0
    gained: list[int] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)
    rules: dict[str, RuleTally] = field(default_factory=dict)

    def add(self, person: int, before: Standing | None, after: Standing) -> None:
        """One more person. Where no policy holds now, nothing is asked, so everything is met."""
        was = before is None or before.met
        self.met_before += was
        self.met_after += after.met
        if was != after.met:
            (self.gained if after.met else self.lost).append(person)
        self._add_rules(before, after)

    def _add_rules(self, before: Standing | None, after: Standing) -> None:
        was = {one.requirement.id: one for one in before.requirements} if before else {}
        now = {one.requirement.id: one for one in after.requirements}
        for key in now.keys() | was.keys():
            one = now.get(key) or was[key]
            tally = self.rules.setdefault(key, RuleTally(one.requirement.title))
            old, new = (found[key].status if key in found else None for found in (was, now))
            tally.before.update([old] if old else [])
            tally.after.update([new] if new else [])
            tally.gained += old == "unmet" and new != "unmet"
            tally.lost += new == "unmet" and old != "unmet"


def start(draft: PolicyDraft, *, by: "Person", at: datetime.datetime) -> DryRun:
    """A dry run of the draft as it is now, yet to be run. Raises BadPolicy where the rules are not sound."""
    try:
        rules = read_policy(draft.text, policy_id=draft.policy.slug)
    except PolicyError as error:
        raise BadPolicy(_("The draft has a mistake. Put it right first.")) from error
    today = day_of(at)
    as_of = last_day_of_last_year(rules, today)
    return DryRun.objects.create(
        policy=draft.policy,
        text=draft.text,
        as_of=as_of,
        people=len(_concerned(draft.policy, as_of, today)),
        by=by,
        started_at=at,
        seen_at=at,
    )


def run(dry_run: DryRun, *, clock: Callable[[], datetime.datetime]) -> DryRun:
    """Try it on everybody, saying now and then how far it is. Running it twice gives the same."""
    rules = read_policy(dry_run.text, policy_id=dry_run.policy.slug)
    today = day_of(dry_run.started_at)
    people = _concerned(dry_run.policy, dry_run.as_of, today)
    now = policies_for(set(people.values()), today)
    holds = {pk: rules_of(version) for pk, version in now.items()}
    tally, done = Tally(), 0
    standings = _standings(rules, people, holds, dry_run.as_of)
    while some := list(islice(standings, _STEP)):
        for person, before, after in some:
            tally.add(person, before, after)
        done += len(some)
        dry_run.done, dry_run.seen_at = done, clock()
        dry_run.save(update_fields=["done", "seen_at"])
    compared = sorted({str(version) for version in now.values()})
    dry_run.result = _as_data(dry_run, tally, compared, rules)
    dry_run.done, dry_run.seen_at = len(people), clock()
    dry_run.save(update_fields=["result", "done", "seen_at"])
    return dry_run


def last_day_of_last_year(rules: Rules, today: datetime.date) -> datetime.date:
    """The end of the policy's year before this one; without years of its own, of the calendar's."""
    this_year = year_of(*(rules.calendar.year_from or (1, 1)), today)
    return (this_year.first or today) - datetime.timedelta(days=1)


def is_lost(dry_run: DryRun, at: datetime.datetime) -> bool:
    """Whether it has been silent for so long that its worker must have died."""
    return dry_run.result is None and at - dry_run.seen_at > SILENT_FOR


def _concerned(policy: Policy, as_of: datetime.date, today: datetime.date) -> dict[int, int]:
    """Whom the policy holds or would hold for, by key, each with their organisation's.

    People with a role at the organisations that it is assigned to now or later; where it is not yet, at its owner's.
    """
    assigned = PolicyAssignment.objects.filter(
        Q(to_on__isnull=True) | Q(to_on__gte=today), policy=policy
    )
    paths = list(assigned.values_list("organisation__path", flat=True))
    if not paths and policy.owner:
        paths = [policy.owner.path]
    within = Q(pk__in=[])
    for path in paths:
        within |= Q(path__startswith=path)
    spells = RoleSpell.objects.on(as_of).filter(
        person__is_active=True, organisation__in=Organisation.objects.filter(within)
    )
    latest = spells.order_by("person_id", "-from_on", "-pk").distinct("person_id")
    return dict(latest.values_list("person_id", "organisation_id"))


def _standings(
    rules: Rules, people: dict[int, int], holds: dict[int, Rules], as_of: datetime.date
) -> Iterator[tuple[int, Standing | None, Standing]]:
    for record in records_of(people, as_of):
        facts: dict[str, Any] = {
            "person": record.person,
            "trainings": record.trainings,
            "as_of": as_of,
        }
        old = holds.get(people[record.person_id])
        before = evaluate(old, **facts) if old else None
        yield record.person_id, before, evaluate(rules, **facts)


def _as_data(dry_run: DryRun, tally: Tally, compared: list[str], rules: Rules) -> dict[str, Any]:
    order = {one.id: place for place, one in enumerate(rules.requirements)}
    return {
        "as_of": dry_run.as_of.isoformat(),
        "made_at": dry_run.seen_at.isoformat(),
        "compared_with": compared,
        "people": dry_run.people,
        "met_before": tally.met_before,
        "met_after": tally.met_after,
        "gained": len(tally.gained),
        "lost": len(tally.lost),
        # Public ids, no names: the version that keeps this is never changed, a name may have to go.
        "gained_people": _public(tally.gained[:LISTED]),
        "lost_people": _public(tally.lost[:LISTED]),
        "requirements": [
            {
                "id": key,
                "title": one.title,
                "before": dict(one.before),
                "after": dict(one.after),
                "gained": one.gained,
                "lost": one.lost,
            }
            for key, one in sorted(
                tally.rules.items(), key=lambda item: (order.get(item[0], len(order)), item[0])
            )
        ],
    }


def _public(people: list[int]) -> list[str]:
    found = dict(PersonRow.objects.filter(pk__in=people).values_list("pk", "public_id"))
    return [str(found[pk]) for pk in people]
