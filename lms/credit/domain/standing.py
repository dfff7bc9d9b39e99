"""Everybody's standing under their policy, kept in rows: worked out at each write to the ledger, for those it is about.

Whatever the history and however many the people, three statements in two trips: who they are with posts and policy,
what was booked for them, and the rows. People without a policy cost the first trip alone; new evidence's standing goes
with the trips that settle it. What else changes a standing
(a post, a policy, a new day) marks the row or leaves it behind the day; it is worked out again when somebody looks, and
at night for all.
"""

import datetime
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection, transaction

from lms.credit.core.evaluate import evaluate
from lms.credit.core.facts import Person, RoleSpell
from lms.credit.core.hours import Hours
from lms.credit.core.lines import day_of
from lms.credit.core.outlook import Outlook, Prospect, as_number, look_ahead
from lms.credit.core.policy_rules import Policy as Rules
from lms.credit.core.require import asked_of
from lms.credit.core.school import share_of
from lms.credit.domain.policies import is_read, rules_by_pk
from lms.credit.domain.record import BATCH, Record, booked, by_person
from lms.credit.models.policy import PolicyAssignment, PolicyVersion
from lms.credit.models.standing import Standing
from lms.credit.queries.settling import ForStanding
from lms.runtime.database.trips import Rows, Statement, in_one_trip
from lms.runtime.garbage import no_search

if TYPE_CHECKING:
    from lms.credit.models.policy import Policy
    from lms.people.models.organisations import Organisation
    from lms.people.models.person import Person as PersonRow

_WHO = "SELECT * FROM credit_who(%s, %s)"
# Where no policy holds anywhere, nobody's hours are asked for.
_UNDER_POLICIES = "EXISTS (SELECT FROM credit_policyassignment)"

_COLUMNS = (
    "person_id", "organisation_id", "version_id", "as_of", "sequence", "stale", "met", "would_meet", "counted",
    "required", "owed", "would_owe", "owed_trainings", "due", "requirements", "school",
)  # fmt: skip
_KEEP = "SELECT credit_keep_standings(%s)"

# Whose row is missing or behind: the day's, the posts', the policies', or the ledger's where somebody else wrote to it.
_BEHIND = """
SELECT person.id FROM people_person person
LEFT JOIN credit_standing kept ON kept.person_id = person.id
LEFT JOIN credit_ledgerhead head ON head.person_id = person.id
WHERE (kept.person_id IS NOT NULL OR EXISTS (
        SELECT FROM people_rolespell spell
        WHERE spell.person_id = person.id AND spell.from_on <= %(day)s
            AND (spell.to_on IS NULL OR spell.to_on >= %(day)s)))
    AND (%(again)s OR kept.person_id IS NULL OR kept.stale OR kept.as_of <> %(day)s
        OR kept.sequence <> COALESCE(head.sequence, 0))
ORDER BY person.id
"""


# For what can always be worked out again: a crash of the machine may cost the last batches.
_WITHOUT_WAITING: Statement = ("SET LOCAL synchronous_commit = off", [])


class Who(NamedTuple):
    """Somebody as a policy sees them, with where the policy holds for them and the last transfer's number."""

    pk: int
    person: Person
    sequence: int
    organisation: int
    version: int
    rules: Rules


def touch(person_ids: Iterable[int], at: datetime.datetime) -> None:
    """Work out the standings of these people and of nobody else, as of that day."""
    wanted = sorted(set(person_ids))
    for start in range(0, len(wanted), BATCH):
        _refresh(wanted[start : start + BATCH], day_of(at))


def reads(people: Sequence[int], day: datetime.date) -> tuple[Statement, Statement]:
    """Statements that read what `keep` works out these people's standings from, for the end of somebody's trip."""
    return (_WHO, [people, day]), booked(people, day, _UNDER_POLICIES)


def keep(who: Rows, rows: Rows, day: datetime.date) -> bool:
    """Work out the standings from what `reads` answered, and keep them. Whether any of them is under a policy.

    Ends a write to the ledger that sends `reads` with what it writes.
    """
    known, freed = _who(who, day)
    if freed:
        Standing.objects.filter(person__in=freed).delete()
    if known:
        in_one_trip(_kept_as(known, rows, day))
    return bool(known)


def can_follow(before: ForStanding) -> bool:
    """Whether `after` needs nothing of the database: this process has read what the policy says."""
    return before.digest is None or is_read(before.digest)


def after(before: ForStanding, sequence: int, new: Rows) -> Statement:
    """Keeps a standing under a policy, worked out with what is about to be booked (rows of `record.row_of`).

    `sequence` is the number of the last of these transfers.
    """
    (one,), _freed = _who([before.who], before.day)
    return _kept_as([one._replace(sequence=sequence)], [*before.booked(), *new], before.day)


def standing_of(person: "PersonRow", at: datetime.datetime) -> Standing | None:
    """A person's standing today, worked out again where day, posts or policies have moved on; None without a policy."""
    found = _kept(person)
    if found is None or found.stale or found.as_of != day_of(at):
        return _kept(person) if _refresh([person.pk], day_of(at)) else None
    return found


def outlook_of(rules: Rules, record: Record, as_of: datetime.date) -> Outlook:
    """A person's standing under a policy that day, now and with all that waits."""
    asked = asked_of(rules, record.person, as_of)
    look = partial(evaluate, rules, person=record.person, as_of=as_of, asked=asked)
    now = look(trainings=record.trainings)
    if rules.recognition.not_registered:
        return look_ahead(now, look(trainings=record.with_pending))
    if record.waits:
        # Nobody asks whether they are registered, so they need not be told to be.
        return look_ahead(now, look(trainings=[one.training for one in record.booked]))
    return look_ahead(now, now)


def mark_stale(person_ids: Collection[int]) -> None:
    """Posts or the day of joining have changed: to be worked out again before it is shown."""
    Standing.objects.filter(person__in=person_ids, stale=False).update(stale=True)


def mark_stale_under(organisation: "Organisation") -> None:
    """A policy is assigned anew at an organisation, or no longer."""
    Standing.objects.filter(organisation__path__startswith=organisation.path, stale=False).update(
        stale=True
    )


def mark_stale_with(policy: "Policy") -> None:
    """A policy has a new version."""
    Standing.objects.filter(version__policy=policy, stale=False).update(stale=True)


def refresh_stale(*, at: datetime.datetime) -> int:
    """Work out a batch of the standings that are marked; says how many."""
    marked = Standing.objects.filter(stale=True).order_by("person")
    batch = list(marked.values_list("person", flat=True)[:BATCH])
    with transaction.atomic():
        touch(batch, at)
    return len(batch)


def turn_of(at: datetime.datetime) -> tuple[object, ...]:
    """What is the same until everybody has to be looked at: the day, and which policy holds where since when."""
    spells = PolicyAssignment.objects.order_by("pk").values_list("pk", "policy", "from_on", "to_on")
    return day_of(at), PolicyVersion.objects.count(), *spells


def refresh_all(
    *, at: datetime.datetime, again: bool = False, say: Callable[[int], None] = lambda _: None
) -> int:
    """Work out the standings of everybody with a post that are behind, or of all of them `again`.

    Batch by batch, each kept as it is done, so that a run that was stopped goes on where it was. Says now and then how
    many it has done, and returns how many in the end.
    """
    day, done = day_of(at), 0
    # Asked once: it looks at everybody, however few are wanted of them.
    everybody = iter(behind(day, again=again))
    while batch := list(islice(everybody, BATCH)):
        with no_search(), transaction.atomic():
            in_one_trip(_WITHOUT_WAITING)
            _refresh(batch, day)
        done += len(batch)
        say(done)
    return done


def behind(day: datetime.date, *, again: bool = False) -> list[int]:
    """Whose row is missing or behind (by key), or everybody `again`."""
    with connection.cursor() as cursor:
        cursor.execute(_BEHIND, {"day": day, "again": again})
        return [pk for (pk,) in cursor.fetchall()]


def _kept(person: "PersonRow") -> Standing | None:
    found = Standing.objects.filter(person=person).select_related("version__policy", "organisation")
    return found.first()


def _refresh(people: Sequence[int], day: datetime.date) -> bool:
    """Whether any of them is under a policy."""
    who, booked = in_one_trip(*reads(people, day))
    return keep(who, booked, day)


def _who(rows: Rows, day: datetime.date) -> tuple[list[Who], list[int]]:
    """Those who are under a policy, and those who have a row although they no longer are."""
    rules = rules_by_pk(
        {version: digest for *_, version, digest, _kept, _spells in rows if version}
    )
    known, freed = [], []
    for pk, joined_on, sequence, place, version, _digest, has_row, spells in rows:
        if version:
            person = _person(joined_on, spells or [], day)
            known.append(Who(pk, person, sequence, place, version, rules[version]))
        elif has_row:
            freed.append(pk)
    return known, freed


def _person(joined_on: datetime.date | None, spells: Sequence[Any], day: datetime.date) -> Person:
    """As domain/record.py has it: who has no day of joining is taken to have joined with the first post, or then."""
    held = tuple(
        RoleSpell(role, _day(first), _day(last) if last else None) for role, first, last in spells
    )
    return Person(joined_on or (held[0].first if held else day), held)


_day = datetime.date.fromisoformat


def _row(who: Who, record: Record, day: datetime.date) -> tuple[Any, ...]:
    """The values of _COLUMNS."""
    outlook = outlook_of(who.rules, record, day)
    main, debt = outlook.main, outlook.debt
    return (
        who.pk,
        who.organisation,
        who.version,
        day,
        who.sequence,
        False,
        outlook.standing.met,
        outlook.would_meet,
        as_number(main.now.counted) if main else 0,
        as_number(main.now.required) if main else 0,
        debt.hours.hundredths if debt else 0,
        outlook.would_owe.hours.hundredths if outlook.would_owe else 0,
        debt.trainings if debt else 0,
        debt.due if debt else None,
        [as_data(one) for one in outlook.prospects],
        share_of(who.rules, person=who.person, lines=outlook.standing.lines, as_of=day),
    )


def as_data(one: Prospect) -> Mapping[str, Any]:
    """A requirement as a row keeps it."""
    now = one.now
    return {
        "id": now.requirement.id,
        "in_hours": isinstance(now.required, Hours),
        "must": now.requirement.kind == "must",
        "required": as_number(now.required),
        "counted": as_number(now.counted),
        "would_count": as_number(one.would_count),
        "status": now.status,
        "would": one.would,
        "first": now.period.first.isoformat() if now.period.first else None,
        "due": one.due.isoformat(),
        "owing": one.owing,
    }


def _kept_as(known: Sequence[Who], rows: Rows, day: datetime.date) -> Statement:
    """Keeps the standings that come of what was booked for their people."""
    # One document, not an array a column: quoting two thousand documents in an array takes longer than their sums.
    booked = by_person(rows)
    said = [
        dict(
            zip(
                _COLUMNS,
                _row(one, Record(one.pk, one.person, booked.get(one.pk, ())), day),
                strict=True,
            )
        )
        for one in known
    ]
    return _KEEP, [json.dumps(said, default=datetime.date.isoformat, ensure_ascii=False)]
