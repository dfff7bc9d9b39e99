"""The bytes that prove a record: one way to write facts down, and the hash that chains one transfer to the one before.

Version 1. Canonical bytes are JSON in UTF-8 with keys sorted by code point, no spaces, nothing escaped that need not
be, and only text, whole numbers, booleans, null, lists and objects: no floats, whose digits differ between programs.
A transfer's hash is SHA-256 over `PREFIX`, the hash before it (64 hex digits; `START` for a person's first) and the
canonical bytes of everything that the transfer says, its lines and postings included.

What may have to be erased one day (a reason in somebody's words, a device) is not among it: only the SHA-256 of it
after a random salt is, so that the record proves it while it is kept, and itself when it is gone.
"""

import datetime
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

VERSION = 1
PREFIX = b"qinghe transfer 1\n"
START = "0" * 64
SALT_BYTES = 16

# Made once: making one takes as long as what it writes of a short text.
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def canonical(facts: Any) -> bytes:
    """The one way to write `facts` as bytes.

    Raises TypeError where they hold a float or an unknown type, ValueError where a text is none: half a surrogate
    pair, which has no UTF-8, or a NUL, which a database does not keep.
    """
    _check(facts)
    written = _ENCODER.encode(facts)
    # A look at the whole is quicker than one at each text; what only seems to hold a NUL ("\\u0000") is looked at so.
    if "\\u0000" in written:
        _check_no_nul(facts)
    return written.encode()


def digest(facts: Any) -> str:
    """SHA-256 over the canonical bytes, as 64 hex digits."""
    return hashlib.sha256(canonical(facts)).hexdigest()


def new_salt() -> bytes:
    """Random bytes for one `salted` text: without them nobody finds a short text by trying."""
    return secrets.token_bytes(SALT_BYTES)


def salted(salt: bytes, text: str) -> str:
    """SHA-256 over salt and text, as 64 hex digits. Raises ValueError where the text is none, as `canonical` does."""
    _check_no_nul(text)
    return hashlib.sha256(salt + text.encode()).hexdigest()


def link(previous: str, facts: Any) -> str:
    """The hash of a transfer that follows the one whose hash is `previous`."""
    return hashlib.sha256(PREFIX + previous.encode() + b"\n" + canonical(facts)).hexdigest()


def moment(at: datetime.datetime) -> str:
    """A moment as canonical text: UTC, to the microsecond."""
    return at.astimezone(datetime.UTC).isoformat(timespec="microseconds")


@dataclass(frozen=True, slots=True)
class Link:
    """A transfer as it is stored: its place, what it says and what it claims to be."""

    sequence: int
    previous: str
    hash: str
    facts: Mapping[str, Any]


_LEAVES = frozenset([str, int, bool, type(None)])


def _check(facts: Any) -> None:
    """Nothing but what has one spelling. Every hash of everybody's waits for this: leaves are not called for."""
    if isinstance(facts, dict):
        if not all(isinstance(key, str) for key in facts):
            raise _refused(facts)
        inner: Any = facts.values()
    elif isinstance(facts, list | tuple):
        inner = facts
    elif facts is None or isinstance(facts, str | int):
        return
    else:
        raise _refused(facts)
    for one in inner:
        if type(one) not in _LEAVES:
            _check(one)


def _refused(facts: Any) -> TypeError:
    return TypeError(f"{type(facts).__name__} has no canonical form: {facts!r:.60}")


def _check_no_nul(facts: Any) -> None:
    if isinstance(facts, str):
        if "\0" in facts:
            raise ValueError("a text with a NUL has no canonical form")
    elif isinstance(facts, dict):
        _check_no_nul([*facts, *facts.values()])
    elif isinstance(facts, list | tuple):
        for one in facts:
            _check_no_nul(one)
