"""Certificate codes: 80 random bits in Crockford's base 32, which has no letter that looks like a digit."""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH, GROUP = 16, 4
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new_code() -> str:
    """An unguessable code such as "7K3Q-0ZBM-9A1T-XW52"."""
    return _grouped("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)))


def read_code(text: str) -> str | None:
    """A code as somebody typed it (any case, o for 0, spaces or none), in its one spelling; None where it is none."""
    typed = "".join(text.split()).replace("-", "").upper().translate(_READ_AS)
    if len(typed) != LENGTH or not set(typed) <= set(ALPHABET):
        return None
    return _grouped(typed)


def _grouped(code: str) -> str:
    return "-".join(code[start : start + GROUP] for start in range(0, LENGTH, GROUP))
