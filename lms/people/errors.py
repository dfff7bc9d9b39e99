"""What can stand in the way, as a sentence for people."""


class MoveRefused(Exception):
    """A move cannot be made like this. `str()` is a sentence in the reader's language."""
