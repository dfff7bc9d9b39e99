"""Statements written by hand and sent together, where every player of the site asks them every few seconds."""

from lms.runtime.database.trips import SEPARATOR, Rows, Statement, in_one_trip

__all__ = ["SEPARATOR", "Rows", "Statement", "in_one_trip"]
