"""Bases and fields of plugins' models."""

from lms.credit.fields import SpansField
from lms.credit.models.base import AppendOnly

__all__ = ["AppendOnly", "SpansField"]
