"""Kinds of question: one module each, added to the registry like those of other plugins."""
