"""What a policy looks at: a person, and the hours claimed for them, as plain values."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from lms.credit.core.hours import Hours
from lms.credit.core.words import STAGES


@dataclass(frozen=True, slots=True)
class RoleSpell:
    """One spell of one role (任职); without a last day it goes on."""

    role: str
    first: date
    last: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the role is held on `day`."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a policy is asked about; spells may overlap and begin before `joined_on`."""

    joined_on: date
    roles: tuple[RoleSpell, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of claimed hours besides their number."""

    accredited: bool = True
    registered: bool = True
    passed: frozenset[str] = frozenset(STAGES)
    """The stages of assessment that were passed."""


AS_USUAL = Facts()


class Session(NamedTuple):
    """Hours claimed for one day. A scenario knows the facts per training, the ledger per line."""

    on: date
    hours: Hours
    facts: Facts = AS_USUAL


@dataclass(frozen=True, slots=True)
class Training:
    """A training project (培训项目) with its dated sessions.

    Two of the same `id` (two transfers for one project) are one training wherever trainings are
    counted. `diploma_on` matters for the form that a policy gives diploma hours to, else not;
    `facts` are those of the diploma, each session brings its own.
    """

    id: str
    form: str
    level: str
    sessions: tuple[Session, ...] = ()
    themes: frozenset[str] = frozenset()
    purpose: str = "in_service"
    diploma_on: date | None = None
    facts: Facts = AS_USUAL
