"""Django finds the models here; import one from its own module."""

from live.models import lesson

__all__ = ["lesson"]
