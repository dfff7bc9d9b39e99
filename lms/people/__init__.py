"""Persons, organisations, their roles and duties, and how they sign in."""
