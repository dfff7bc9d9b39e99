"""Catalogue, modules, enrolment and progress."""
