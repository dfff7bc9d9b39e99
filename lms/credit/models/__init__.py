"""Django finds the models here; import one from its own module."""

from lms.credit.models import evidence, ledger, policy, statement, training

__all__ = ["evidence", "ledger", "policy", "statement", "training"]
