"""What a checkpoint says, and the file in which it is handed over: read and checked without a database.

A checkpoint is a signed note (`core.note`) whose text is a C2SP tlog-checkpoint: origin, size and root of the tree over
all transfers. Two further lines of ours say when it was made, and which hours no longer count: the number of transfers
that brought hours to confirmed or registered and have been undone since, and SHA-256 over their hashes, 32 bytes each,
sorted and joined.
"""

import datetime
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lms.credit.core import chain, merkle
from lms.credit.core.note import (
    BadNote,
    Key,
    Note,
    from_base64,
    is_signed,
    parse_key,
    parse_note,
    to_base64,
)

FORMAT = "qinghe checkpoint 1"
LARGEST_FILE = 200_000_000
"""Bytes: some three million hashes of hours that no longer count."""
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_TIME = re.compile(r"time (\S+)")
_REVOKED = re.compile(r"standing-revoked (0|[1-9][0-9]{0,18}) (\S+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeHead:
    """The tree over all transfers as it was once. `revoked` and its digest are about the same moment."""

    origin: str
    size: int
    root: bytes
    at: datetime.datetime
    revoked: int
    revoked_digest: bytes

    @property
    def text(self) -> str:
        """The note's text."""
        return (
            f"{self.origin}\n{self.size}\n{to_base64(self.root)}\n"
            f"time {chain.moment(self.at)}\n"
            f"standing-revoked {self.revoked} {to_base64(self.revoked_digest)}\n"
        )


@dataclass(frozen=True, slots=True)
class Step:
    """How an earlier checkpoint leads to the file's own: its note, and the proof that its tree is the beginning."""

    head: TreeHead
    note: Note
    proof: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointFile:
    """A checkpoint with all that is needed to check it; nothing of it is checked yet but its form."""

    head: TreeHead
    note: Note
    revoked: frozenset[bytes]
    steps: tuple[Step, ...]
    keys: tuple[Key, ...]


def digest_of_revoked(hashes: Iterable[bytes]) -> bytes:
    """SHA-256 over the sorted hashes."""
    return hashlib.sha256(b"".join(sorted(hashes))).digest()


def parse_head(text: str) -> TreeHead:
    """What the text of a checkpoint says. Raises BadNote where it is not one of ours."""
    lines = text.split("\n")
    if len(lines) != 6 or lines.pop():
        raise BadNote("a checkpoint has five lines: origin, size, root, time, standing-revoked")
    origin, size, root, time, revoked = lines
    if not origin or not _SIZE.fullmatch(size):
        raise BadNote("a checkpoint begins with its origin and the number of transfers")
    said = _REVOKED.fullmatch(revoked)
    moment = _TIME.fullmatch(time)
    if not said or not moment:
        raise BadNote("a checkpoint ends in a line 'time' and a line 'standing-revoked'")
    head = TreeHead(
        origin=origin,
        size=int(size),
        root=_hash(root),
        at=_moment(moment[1]),
        revoked=int(said[1]),
        revoked_digest=_hash(said[2]),
    )
    if head.text != text:
        raise BadNote("the checkpoint is written in another way than checkpoints are")
    return head


def parse_file(content: bytes) -> CheckpointFile:
    """A checkpoint file. Raises BadNote where it is not in form."""
    if len(content) > LARGEST_FILE:
        raise BadNote("too large for a checkpoint file")
    try:
        said: Any = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise BadNote("not a checkpoint file: it holds no JSON") from error
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise BadNote(f'not a checkpoint file: its "format" is not "{FORMAT}"')
    note = parse_note(_text(said, "note"))
    revoked = [_hex(one) for one in _list(said, "revoked")]
    if sorted(set(revoked)) != revoked:
        raise BadNote('"revoked" is not sorted, or names a hash twice')
    return CheckpointFile(
        head=parse_head(note.text),
        note=note,
        revoked=frozenset(revoked),
        steps=tuple(_step(one) for one in _list(said, "consistency")),
        keys=tuple(_key(one) for one in _list(said, "keys")),
    )


def write_file(file: CheckpointFile) -> bytes:
    """The same as JSON in its one spelling (`core.chain`), which whoever checks it demands."""
    said = {
        "format": FORMAT,
        "note": str(file.note),
        "revoked": [one.hex() for one in sorted(file.revoked)],
        "consistency": [
            {
                "from": step.head.size,
                "root": to_base64(step.head.root),
                "note": str(step.note),
                "proof": [to_base64(one) for one in step.proof],
            }
            for step in file.steps
        ],
        "keys": [key.vkey for key in file.keys],
    }
    return chain.canonical(said) + b"\n"


def first_fault(file: CheckpointFile, trusted: Sequence[Key]) -> str | None:
    """What is wrong first with a checkpoint file, in words; None where one of these keys signed it and all agrees."""
    if not is_signed_by_any(file.note, trusted):
        return "none of the keys that you trust has signed this checkpoint"
    head = file.head
    if (head.revoked, head.revoked_digest) != (
        len(file.revoked),
        digest_of_revoked(file.revoked),
    ):
        return "the hours that no longer count are not the ones that the checkpoint vouches for"
    for step in file.steps:
        if not is_signed_by_any(step.note, trusted):
            return f"the checkpoint of {step.head.size} transfers is not signed by a key that you trust"
        if step.head.origin != head.origin or not merkle.verify_consistency(
            step.head.size, head.size, step.head.root, head.root, step.proof
        ):
            return (
                f"the record of {head.size} transfers does not continue the one of {step.head.size}"
            )
    return None


def is_signed_by_any(note: Note, keys: Iterable[Key]) -> bool:
    """Whether one of these keys has signed it."""
    return any(is_signed(note, key) for key in keys)


def _step(said: Any) -> Step:
    if not isinstance(said, dict):
        raise BadNote('"consistency" is a list of objects')
    note = parse_note(_text(said, "note"))
    head = parse_head(note.text)
    if (said.get("from"), said.get("root")) != (head.size, to_base64(head.root)):
        raise BadNote('an entry of "consistency" says something else than its note')
    return Step(head, note, tuple(_hash(one) for one in _list(said, "proof")))


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    if not isinstance(value, str):
        raise BadNote(f'"{name}" is missing')
    return value


def _list(said: Mapping[str, Any], name: str) -> list[Any]:
    value = said.get(name)
    if not isinstance(value, list):
        raise BadNote(f'"{name}" is no list')
    return value


def _key(vkey: Any) -> Key:
    if not isinstance(vkey, str):
        raise BadNote("a key is a text")
    return parse_key(vkey)


def _hash(text: Any) -> bytes:
    value = from_base64(text) if isinstance(text, str) else b""
    if len(value) != merkle.HASH_BYTES:
        raise BadNote("a hash has 32 bytes")
    return value


def _hex(text: Any) -> bytes:
    if not isinstance(text, str) or not re.fullmatch(r"[0-9a-f]{64}", text):
        raise BadNote("a hash that no longer counts has 64 hex digits")
    return bytes.fromhex(text)


def _moment(text: str) -> datetime.datetime:
    try:
        at = datetime.datetime.fromisoformat(text)
    except ValueError as error:
        raise BadNote(f"no moment: {text!r:.40}") from error
    if at.tzinfo is None:
        raise BadNote("a moment without its zone")
    return at
