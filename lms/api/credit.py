"""Hours: declare what earns them, take part, record evidence, read what came of it."""

from lms.credit.core.hours import Hours
from lms.credit.core.policy_rules import HourUnit
from lms.credit.domain.evidence import (
    lock_clock,
    minima_for,
    record_evidence,
    save_clock,
    take_part,
)
from lms.credit.domain.policies import hour_unit_for
from lms.credit.domain.training import Need, TrainingFacts, check_training, declare_training
from lms.credit.enums import AccountKind, Form, Level, Purpose, Theme
from lms.credit.errors import BadEvidence, BadTraining, CreditError, UnknownTraining
from lms.credit.models.evidence import PersonClock
from lms.credit.queries import (
    Balance,
    Entry,
    Outcome,
    asked_of,
    balance,
    entries_of,
    outcome_of,
)

__all__ = [
    "AccountKind",
    "BadEvidence",
    "BadTraining",
    "Balance",
    "CreditError",
    "Entry",
    "Form",
    "HourUnit",
    "Hours",
    "Level",
    "Need",
    "Outcome",
    "PersonClock",
    "Purpose",
    "Theme",
    "TrainingFacts",
    "UnknownTraining",
    "asked_of",
    "balance",
    "check_training",
    "declare_training",
    "entries_of",
    "hour_unit_for",
    "lock_clock",
    "minima_for",
    "outcome_of",
    "record_evidence",
    "save_clock",
    "take_part",
]
