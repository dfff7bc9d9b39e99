"""Bases of plugins' models."""

from lms.credit.models.base import AppendOnly

__all__ = ["AppendOnly"]
