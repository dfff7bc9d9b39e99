"""Credit scenarios: a policy tried on facts from a file, with the engine that the ledger uses."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from lms.credit.core import words
from lms.credit.core.evaluate import Standing, evaluate
from lms.credit.core.facts import Facts, Person, RoleSpell, Session, Training
from lms.credit.core.fields import (
    Malformed,
    Reader,
    boolean,
    check_distinct,
    day,
    list_of,
    name,
    nullable,
    one_of,
    record,
    shown,
    text,
)
from lms.credit.core.hours import DAY, NO_HOURS, Hours
from lms.credit.core.policy_rules import Policy
from lms.credit.core.policy_table import PolicyError


class Scenario(NamedTuple):
    """What one scenario asks."""

    policy: Policy
    as_of: date
    person: Person
    trainings: list[Training]


def evaluate_scenario(read: Reader[Scenario], value: Any) -> Mapping[str, Any]:
    """The result of one scenario as JSON gave it; raises `Malformed`."""
    scenario = read(value)
    standing = evaluate(
        scenario.policy,
        person=scenario.person,
        trainings=scenario.trainings,
        as_of=scenario.as_of,
    )
    return _result(standing)


class Shelf(Protocol):
    """Where policies are: a folder's (`PolicyShelf`), or one that is being drafted."""

    @property
    def ids(self) -> list[str]:
        """The ids of all policies there."""

    def get(self, policy_id: str) -> Policy:
        """The policy; PolicyError where its file is wrong."""


def scenario_reader(shelf: Shelf) -> Reader[Scenario]:
    """A reader of scenarios that ask about the policies of `shelf`."""
    known = frozenset(shelf.ids)

    def policy(value: Any) -> Policy:
        if text(value) not in known:
            raise Malformed(
                "unknown policy %(written)s, known are %(known)s",
                written=shown(value),
                known=", ".join(shelf.ids),
            )
        try:
            return shelf.get(value)
        except PolicyError as error:
            raise Malformed("its file is not sound: %(error)s", error=error) from error

    return record(
        {"policy": policy, "as_of": day, "person": _person, "trainings": _trainings},
        build=_scenario,
    )


def _scenario(fields: dict[str, Any]) -> Scenario:
    scenario = Scenario(**fields)
    if scenario.person.joined_on > scenario.as_of:
        raise Malformed("lies after as_of", "person", "joined_on")
    return scenario


@lru_cache(maxsize=4096)
def _parsed_hours(written: str) -> Hours:
    try:
        hours = Hours.parse(written)
    except ValueError:
        raise Malformed(NO_HOURS, text=written[:40]) from None
    if hours > DAY:
        raise Malformed("%(hours)s hours are more than %(most)s", hours=written, most=DAY)
    return hours


def _hours(value: Any) -> Hours:
    return _parsed_hours(text(value))


def _spell(fields: dict[str, Any]) -> RoleSpell:
    spell = RoleSpell(fields["role"], fields["from"], fields["to"])
    if spell.last is not None and spell.last < spell.first:
        raise Malformed("lies before from", "to")
    return spell


def _session(fields: dict[str, Any]) -> Session:
    return Session(fields["on"], fields["hours"])


@lru_cache(maxsize=128)
def _facts(accredited: bool, registered: bool, passed: frozenset[str]) -> Facts:
    return Facts(accredited, registered, passed)


def _training(fields: dict[str, Any]) -> Training:
    facts = _facts(fields["accredited"], fields["registered"], fields["assessments"])
    return Training(
        id=fields["id"],
        form=fields["form"],
        level=fields["level"],
        sessions=tuple(session._replace(facts=facts) for session in fields["sessions"]),
        themes=frozenset(fields["themes"]),
        purpose=fields["purpose"],
        diploma_on=fields["diploma_on"],
        facts=facts,
    )


def _passed(fields: dict[str, str]) -> frozenset[str]:
    return frozenset(stage for stage, outcome in fields.items() if outcome == "pass")


_outcome = one_of("value of an assessment", words.OUTCOMES)
_assessments = record({}, dict.fromkeys(words.STAGES, (_outcome, "missing")), build=_passed)
_theme_list = list_of(one_of("theme", words.THEMES))


def _themes(value: Any) -> list[str]:
    themes = _theme_list(value)
    check_distinct(themes)
    return themes


_training_list = list_of(
    record(
        {
            "id": name,
            "form": one_of("form", words.FORMS),
            "level": one_of("level", words.LEVELS),
            "sessions": list_of(record({"on": day, "hours": _hours}, build=_session)),
        },
        {
            "title": (nullable(text), None),
            "themes": (_themes, ()),
            "purpose": (one_of("purpose", words.PURPOSES), "in_service"),
            "accredited": (boolean, True),
            "registered": (boolean, True),
            "assessments": (_assessments, frozenset(words.STAGES)),
            "diploma_on": (nullable(day), None),
        },
        build=_training,
    )
)


def _trainings(value: Any) -> list[Training]:
    trainings = _training_list(value)
    check_distinct([training.id for training in trainings], "id")
    return trainings


_person = record(
    {
        "joined_on": day,
        "roles": list_of(
            record(
                {"role": one_of("role", words.ROLES), "from": day},
                {"to": (nullable(day), None)},
                build=_spell,
            )
        ),
    },
    build=lambda fields: Person(fields["joined_on"], tuple(fields["roles"])),
)


def _result(standing: Standing) -> Mapping[str, Any]:
    """The result as JSON: decimals as strings, without trailing zeros."""
    return {
        "policy": standing.policy.id,
        "as_of": standing.as_of.isoformat(),
        "met": standing.met,
        "lines": [
            {
                "training": line.training.id,
                "on": line.on.isoformat(),
                "claimed": str(line.claimed),
                "counted": str(line.counted),
                "reasons": line.reasons,
            }
            for line in standing.lines
        ],
        "requirements": [
            {
                "id": each.requirement.id,
                "kind": each.requirement.kind,
                "from": each.period.first and each.period.first.isoformat(),
                "to": each.period.last.isoformat(),
                "required": str(each.required),
                "counted": str(each.counted),
                "status": each.status,
                "shortfall": str(each.shortfall),
            }
            for each in standing.requirements
        ],
    }
