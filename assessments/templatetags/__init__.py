"""Template tags of the quiz."""
