"""What is true of a statement or certificate file, by arithmetic alone: no platform, no database, no network.

The page that checks files in a browser (`lms/web/assets/verifier/`) does the same, step for step; a test compares them.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from lms.credit.core import chain, checkpoint, merkle, papers
from lms.credit.core.note import ED25519, BadNote, Key, from_base64, parse_note
from lms.credit.core.paperfile import Carried, Paper, Unreadable, parsed, read


class Verdict(StrEnum):
    """What a check comes to. UNDECIDED: the file is in order, but the newer checkpoint says nothing about it."""

    GENUINE = "genuine"
    CHANGED = "changed"
    REVOKED = "revoked"
    UNDECIDED = "undecided"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The verdict, the first fault where there is one (a word), what else there is to know, and what was stated."""

    verdict: Verdict
    fault: str = ""
    notes: tuple[str, ...] = ()
    payload: Mapping[str, Any] | None = None
    key: Key | None = None
    head: checkpoint.TreeHead | None = None
    newer: checkpoint.TreeHead | None = None
    revoked: tuple[str, ...] = field(default=())


def check(
    content: bytes, *, newer: bytes | None = None, trusted: Sequence[Key] | None = None
) -> Report:
    """What is true of a file (JSON, or a PDF that carries it), on its own and in the light of a newer checkpoint.

    `trusted`: keys known from elsewhere; without them the file's own are taken at their word.
    """
    try:
        paper = read(content)
    except Unreadable as refused:
        return Report(verdict=Verdict.UNREADABLE, fault=str(refused))
    key = _signer(paper)
    if key is None:
        return Report(verdict=Verdict.CHANGED, fault="key-unknown", payload=paper.payload)
    keys = paper.keys if trusted is None else tuple(trusted)
    if trusted is not None and key.public not in {one.public for one in trusted}:
        return Report(
            verdict=Verdict.CHANGED, fault="key-not-trusted", payload=paper.payload, key=key
        )
    head, fault = _own_fault(paper, key, keys)
    if fault:
        return Report(verdict=Verdict.CHANGED, fault=fault, payload=paper.payload, key=key)
    notes = (_place(paper), "key-trusted" if trusted is not None else "key-compare")
    if newer is None:
        return Report(
            verdict=Verdict.GENUINE, notes=notes, payload=paper.payload, key=key, head=head
        )
    return _in_the_light_of(newer, paper, key, keys, head, notes)


def _signer(paper: Paper) -> Key | None:
    """The file's key that the payload names."""
    for key in paper.keys:
        if key.kind == ED25519 and hashlib.sha256(key.public).hexdigest()[:16] == paper.key:
            return key
    return None


def _own_fault(
    paper: Paper, key: Key, keys: Sequence[Key]
) -> tuple[checkpoint.TreeHead | None, str]:
    """What is wrong first within the file itself."""
    if not _is_signed(paper, key):
        return None, "signature"
    if not _is_chained(paper.transfers):
        return None, "chain"
    if not _follows(paper):
        return None, "unfounded"
    if paper.note is None:
        placed = any(one.position is not None for one in paper.transfers)
        return None, "inclusion" if placed else ""
    head = _signed_head(paper.note, keys)
    if head is None:
        return None, "checkpoint"
    return head, "" if _is_included(paper.transfers, head) else "inclusion"


def _is_signed(paper: Paper, key: Key) -> bool:
    message = papers.SEALS[paper.payload["type"]] + chain.canonical(paper.payload)
    try:
        signature = from_base64(paper.signature)
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
    except (BadNote, InvalidSignature, ValueError):
        return False
    return True


def _is_chained(transfers: Sequence[Carried]) -> bool:
    """Whether those that follow each other in number do so by hash too."""
    by_number = {one.told.content["sequence"]: one for one in transfers}
    return len(by_number) == len(transfers) and all(
        one.previous == by_number[number - 1].told.hash
        for number, one in by_number.items()
        if number - 1 in by_number
    )


def _follows(paper: Paper) -> bool:
    """Whether what is stated is what these transfers say, of this person."""
    payload = paper.payload
    told = [one.told for one in paper.transfers]
    if any(one.content["person"] != payload["person"]["id"] for one in told):
        return False
    stated: dict[str, Any]
    try:
        if payload["type"] == papers.CERTIFICATE:
            stated = papers.certificate(told)
        else:
            period = payload["period"]
            stated = papers.statement(
                told, first=period["from"], last=period["to"], known_at=payload["known_at"]
            )
    except papers.Unfounded:
        return False
    return chain.canonical(stated) == chain.canonical({name: payload.get(name) for name in stated})


def _signed_head(note: str, keys: Sequence[Key]) -> checkpoint.TreeHead | None:
    """What a note says, where one of these keys signed it."""
    try:
        read_note = parse_note(note)
        head = checkpoint.parse_head(read_note.text)
    except BadNote:
        return None
    own = [key for key in keys if key.kind == ED25519]
    return head if checkpoint.is_signed_by_any(read_note, own) else None


def _is_included(transfers: Sequence[Carried], head: checkpoint.TreeHead) -> bool:
    """Whether each transfer that names a place in the tree stands there."""
    return all(
        merkle.verify_inclusion(
            one.position,
            head.size,
            merkle.leaf_hash(bytes.fromhex(one.told.hash)),
            one.proof,
            head.root,
        )
        for one in transfers
        if one.position is not None
    )


def _place(paper: Paper) -> str:
    placed = [one.position is not None for one in paper.transfers]
    if all(placed):
        return "in-checkpoint"
    return "partly-in-checkpoint" if any(placed) else "not-in-checkpoint"


def _in_the_light_of(
    newer: bytes,
    paper: Paper,
    key: Key,
    keys: Sequence[Key],
    head: checkpoint.TreeHead | None,
    notes: tuple[str, ...],
) -> Report:
    """The verdict when a newer checkpoint is at hand: one record that only grew, and hours that still count."""

    def report(verdict: Verdict, fault: str = "", **more: Any) -> Report:
        return Report(
            verdict=verdict, fault=fault, payload=paper.payload, key=key, head=head, **more
        )

    try:
        parsed(newer)
        file = checkpoint.parse_file(newer)
    except (Unreadable, BadNote):
        return report(Verdict.UNDECIDED, "newer-unreadable", notes=notes)
    if _signed_head(str(file.note), keys) is None:
        return report(Verdict.UNDECIDED, "newer-key", notes=notes)
    if (file.head.revoked, file.head.revoked_digest) != (
        len(file.revoked),
        checkpoint.digest_of_revoked(file.revoked),
    ):
        return report(Verdict.UNDECIDED, "newer-list", notes=notes)
    fault = _continuity_fault(head, file) if head else ""
    if fault:
        verdict = Verdict.CHANGED if fault == "fork" else Verdict.UNDECIDED
        return report(verdict, fault, notes=notes, newer=file.head)
    gone = tuple(one for one in _counting(paper.payload) if bytes.fromhex(one) in file.revoked)
    if gone:
        return report(Verdict.REVOKED, "revoked", notes=notes, newer=file.head, revoked=gone)
    return report(Verdict.GENUINE, notes=(*notes, "not-revoked"), newer=file.head)


def _continuity_fault(head: checkpoint.TreeHead, file: checkpoint.CheckpointFile) -> str:
    """Whether the newer tree begins with the one that the file stands in."""
    newer = file.head
    if newer.size < head.size:
        return "newer-older"
    if newer.size == head.size:
        return "" if newer.root == head.root else "fork"
    for step in file.steps:
        if step.head.size == head.size:
            return _step_fault(head, step, newer)
    return "newer-unrelated"


def _step_fault(
    head: checkpoint.TreeHead, step: checkpoint.Step, newer: checkpoint.TreeHead
) -> str:
    def continues(root: bytes) -> bool:
        return merkle.verify_consistency(head.size, newer.size, root, newer.root, step.proof)

    if continues(head.root):
        return ""
    # Proved to continue another record of the same length: of two signed ones, one was rewritten.
    return "fork" if continues(step.head.root) else "newer-unrelated"


def _counting(payload: Mapping[str, Any]) -> list[str]:
    """The hashes of the transfers by which what is stated counts."""
    if payload["type"] == papers.CERTIFICATE:
        return [payload["hash"]]
    return [one["counts_by"] for one in payload["entries"] if one["counts_by"]]
