"""Factories and pytest fixtures of the platform, for our tests and for plugin authors'."""
