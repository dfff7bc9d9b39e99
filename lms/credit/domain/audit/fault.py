"""What an audit stops at."""


class Fault(Exception):
    """Something is not as it must be; the text names it for people."""
