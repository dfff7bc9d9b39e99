"""Demo content: an invented bureau, and every plugin's part of it, loaded from one plan."""
