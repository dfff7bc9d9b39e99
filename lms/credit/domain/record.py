"""The ledger as a policy sees it: many people's hours as the engine's plain values, streamed, few queries a batch.

What is confirmed or registered counts (`registered` per line), what is pending stands beside as what would count, the
rest (rejected, disputed, reversed) is left out. Makes no model instances: a city's standings are made of this.
"""

import datetime
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from operator import itemgetter
from typing import Any, NamedTuple

from lms.credit.core.facts import Facts, Person, RoleSpell, Session, Training
from lms.credit.core.hours import Hours
from lms.credit.core.lines import Line
from lms.credit.core.words import STAGES
from lms.credit.enums import AccountKind
from lms.credit.queries.settling import SEEN_STATES
from lms.people.models.person import Person as PersonRow
from lms.people.models.roles import RoleSpell as RoleSpellRow
from lms.runtime.database.trips import Rows, Statement, in_one_trip

BATCH = 2000
"""People read at a time: what bounds the memory."""


class Booked(NamedTuple):
    """A booking (by key) in the state it is in now, as a training of the engine's."""

    booking: int
    state: str
    training: Training


@dataclass(frozen=True, slots=True)
class Record:
    """A person and all that was booked for them up to a day, in the order it was booked."""

    person_id: int
    person: Person
    booked: Sequence[Booked]

    @property
    def waits(self) -> bool:
        """Whether something waits for the school."""
        pending = AccountKind.PENDING
        return any(one.state == pending for one in self.booked)

    @property
    def trainings(self) -> list[Training]:
        """What counts: confirmed and registered hours."""
        pending = AccountKind.PENDING
        return [one.training for one in self.booked if one.state != pending]

    @property
    def with_pending(self) -> list[Training]:
        """What would count if all that waits for school and bureau went through."""
        return [_registered(one.training) for one in self.booked]


def records_of(person_ids: Iterable[int], as_of: datetime.date) -> Iterator[Record]:
    """The records of these people, in the order of the keys; lines after `as_of` are left out, nothing counts them.

    Three queries a BATCH of people. Who has no day of joining is taken to have joined with the first role, or then.
    """
    keys = iter(person_ids)
    while batch := list(islice(keys, BATCH)):
        booked = booked_by(batch, as_of)
        for pk, person in _people(batch, as_of):
            yield Record(pk, person, booked.get(pk, ()))


def _people(batch: Sequence[int], as_of: datetime.date) -> Iterator[tuple[int, Person]]:
    roles: defaultdict[int, list[RoleSpell]] = defaultdict(list)
    spells = RoleSpellRow.objects.filter(person__in=batch).order_by("from_on", "pk")
    for pk, role, first, last in spells.values_list("person", "role", "from_on", "to_on"):
        roles[pk].append(RoleSpell(role, first, last))
    joined = dict(PersonRow.objects.filter(pk__in=batch).values_list("pk", "joined_on"))
    for pk in batch:
        held = tuple(roles[pk])
        yield pk, Person(joined[pk] or (held[0].first if held else as_of), held)


def booked_by(batch: Sequence[int], as_of: datetime.date) -> dict[int, list[Booked]]:
    """What was booked for these people up to a day, by person, in the order it was booked: one query."""
    (rows,) = in_one_trip(booked(batch, as_of))
    return by_person(rows)


def booked(people: Sequence[int], as_of: datetime.date, condition: str = "TRUE") -> Statement:
    """The statement that reads it, for somebody's round trip; nothing unless the condition, in SQL, holds."""
    sql = f"SELECT * FROM credit_booked(%s, %s, %s) WHERE {condition}"  # noqa: S608 - no values of anybody's
    return sql, [list(people), SEEN_STATES, as_of]


def by_person(rows: Rows) -> dict[int, list[Booked]]:
    """What it answers, by person, in the order it was booked."""
    found: defaultdict[int, list[Booked]] = defaultdict(list)
    for person, booking, state, *facts in rows:
        found[person].append(
            Booked(booking, state, _training(state == AccountKind.REGISTERED, *facts))
        )
    for one in found.values():
        one.sort(key=itemgetter(0))
    return found


def row_of(
    *,
    person_id: int,
    training_id: int,
    facts: Mapping[str, Any],
    lines: Iterable[Line],
    as_of: datetime.date,
) -> list[tuple[Any, ...]]:
    """A booking about to be written as `booked` would answer with it, after all others; none without a line by then."""
    dated = [(line.on, line.hours.hundredths) for line in lines if line.on <= as_of]
    if not dated:
        return []
    assessments = facts.get("assessments")
    days, amounts = zip(*dated, strict=True)
    return [
        (
            person_id, sys.maxsize, AccountKind.PENDING, training_id,
            facts["form"], facts["level"], facts["purpose"], json.dumps(facts["themes"]),
            facts.get("accredited") is not False, assessments and json.dumps(assessments),
            facts.get("diploma_on"), days, amounts,
        )
    ]  # fmt: skip


def _training(
    registered: bool,
    training: int,
    form: str,
    level: str,
    purpose: str,
    themes: str,
    accredited: bool,
    assessments: str | None,
    diploma_on: str | None,
    days: Sequence[datetime.date],
    amounts: Sequence[int],
) -> Training:
    facts = _facts(accredited, registered, assessments)
    return Training(
        id=str(training),
        form=form,
        level=level,
        sessions=tuple(
            Session(on, _hours(amount), facts)
            for on, amount in sorted(zip(days, amounts, strict=True))
        ),
        themes=_themes(themes),
        purpose=purpose,
        diploma_on=datetime.date.fromisoformat(diploma_on) if diploma_on else None,
        facts=facts,
    )


def _registered(training: Training) -> Training:
    if training.facts.registered:
        return training
    facts = replace(training.facts, registered=True)
    sessions = tuple(one._replace(facts=facts) for one in training.sessions)
    return replace(training, sessions=sessions, facts=facts)


@lru_cache(maxsize=4096)
def _hours(hundredths: int) -> Hours:
    return Hours(hundredths)


@lru_cache(maxsize=512)
def _themes(written: str) -> frozenset[str]:
    return frozenset(json.loads(written))


@lru_cache(maxsize=512)
def _facts(accredited: bool, registered: bool, assessments: str | None) -> Facts:
    """`accredited` null is true: nobody had to accredit it. Without assessments, what was asked for was passed."""
    outcomes: dict[str, Any] = json.loads(assessments) if assessments else {}
    passed = frozenset(
        stage for stage in STAGES if not assessments or outcomes.get(stage) == "pass"
    )
    return Facts(accredited, registered, passed)
