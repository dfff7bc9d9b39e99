"""Django finds the models here; import one from its own module."""

from lms.credit.models import evidence, ledger, training

__all__ = ["evidence", "ledger", "training"]
