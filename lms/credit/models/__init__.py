"""Django finds the models here; import one from its own module."""

from lms.credit.models import (
    erasure,
    evidence,
    ledger,
    policy,
    proof,
    settlement,
    standing,
    statement,
    training,
)

__all__ = [
    "erasure",
    "evidence",
    "ledger",
    "policy",
    "proof",
    "settlement",
    "standing",
    "statement",
    "training",
]
