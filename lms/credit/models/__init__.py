"""Django finds the models here; import one from its own module."""

from lms.credit.models import (
    claim,
    erasure,
    evidence,
    flag,
    ledger,
    policy,
    proof,
    register,
    reminder,
    settlement,
    standing,
    statement,
    training,
)

__all__ = [
    "claim",
    "erasure",
    "evidence",
    "flag",
    "ledger",
    "policy",
    "proof",
    "register",
    "reminder",
    "settlement",
    "standing",
    "statement",
    "training",
]
