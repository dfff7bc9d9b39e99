"""Checkpoints and their files: one spelling, and every change of them found."""

import datetime
import hashlib
import json
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lms.credit.core import checkpoint, merkle, note
from lms.credit.core.checkpoint import CheckpointFile, Step, TreeHead, first_fault, parse_head
from lms.credit.core.note import BadNote, Key, Note

PRIVATE = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"log").digest())
ORIGIN = "school.example/ledger"
KEY = Key(ORIGIN, note.ED25519, PRIVATE.public_key().public_bytes_raw())
AT = datetime.datetime(2026, 11, 21, 16, 0, 5, tzinfo=datetime.UTC)
LEAVES = [merkle.leaf_hash(bytes([number])) for number in range(7)]
REVOKED = frozenset({hashlib.sha256(b"a").digest(), hashlib.sha256(b"b").digest()})


def nodes(level: int, index: int) -> bytes:
    if level == 0:
        return LEAVES[index]
    return merkle.node_hash(nodes(level - 1, 2 * index), nodes(level - 1, 2 * index + 1))


def head(size: int, revoked: frozenset[bytes] = REVOKED) -> TreeHead:
    return TreeHead(
        origin=ORIGIN,
        size=size,
        root=merkle.root(size, nodes),
        at=AT,
        revoked=len(revoked),
        revoked_digest=checkpoint.digest_of_revoked(revoked),
    )


def signed(one: TreeHead) -> Note:
    return Note(one.text, (note.sign(one.text, ORIGIN, PRIVATE),))


def file() -> CheckpointFile:
    steps = tuple(
        Step(head(size), signed(head(size)), tuple(merkle.consistency_proof(size, 7, nodes)))
        for size in (0, 4, 5)
    )
    return CheckpointFile(
        head=head(7), note=signed(head(7)), revoked=REVOKED, steps=steps, keys=(KEY,)
    )


def test_head_is_written_as_it_says_and_reads_back() -> None:
    one = head(5)
    assert one.text == (
        "school.example/ledger\n5\n"
        f"{note.to_base64(one.root)}\n"
        "time 2026-11-21T16:00:05.000000+00:00\n"
        f"standing-revoked 2 {note.to_base64(hashlib.sha256(b''.join(sorted(REVOKED))).digest())}\n"
    )
    assert parse_head(one.text) == one


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\n5\n", "\n05\n"),
        ("\n5\n", "\n-5\n"),
        ("\n5\n", "\n٥\n"),
        ("school.example/ledger\n", "\n"),
        ("time ", "Time "),
        ("time 2026-11-21T16:00:05.000000+00:00", "time 2026-11-22T00:00:05.000000+08:00"),
        ("time 2026-11-21T16:00:05.000000+00:00", "time 2026-11-21T16:00:05"),
        ("time 2026-11-21T16:00:05.000000+00:00", "time now"),
        ("standing-revoked 2", "standing-revoked 02"),
        ("standing-revoked", "revoked"),
        ("=\n", "\n"),
        ("=\ntime", "=\nmore\ntime"),
    ],
)
def test_head_in_another_spelling_is_refused(old: str, new: str) -> None:
    text = head(5).text
    assert old in text
    with pytest.raises(BadNote):
        parse_head(text.replace(old, new))


def test_file_reads_back_and_is_checked() -> None:
    written = checkpoint.write_file(file())
    assert checkpoint.parse_file(written) == file()
    assert first_fault(file(), [KEY]) is None


def test_every_change_of_a_file_is_found() -> None:
    good = file()
    other = Key(ORIGIN, note.ED25519, b"k" * 32)
    assert (
        first_fault(good, [other]) == "none of the keys that you trust has signed this checkpoint"
    )
    assert first_fault(good, []) is not None
    fewer = replace(good, revoked=frozenset(list(REVOKED)[:1]))
    assert "no longer count" in str(first_fault(fewer, [KEY]))
    forked = replace(head(5), root=bytes(32))
    steps = (replace(good.steps[2], head=forked, note=signed(forked)),)
    assert first_fault(replace(good, steps=steps), [KEY]) == (
        "the record of 7 transfers does not continue the one of 5"
    )
    unsigned = replace(good.steps[1], note=Note(head(4).text, good.note.signatures))
    assert "not signed by a key" in str(first_fault(replace(good, steps=(unsigned,)), [KEY]))


@pytest.mark.parametrize(
    "change",
    [
        {"format": "qinghe checkpoint 2"},
        {"note": None},
        {"revoked": None},
        {"revoked": ["00"]},
        {"revoked": ["ff" * 32, "00" * 32]},
        {"revoked": ["00" * 32, "00" * 32]},
        {"consistency": [1]},
        {"consistency": [{"from": 1, "root": "", "note": "", "proof": []}]},
        {"keys": ["nonsense"]},
        {"keys": [1]},
        {"keys": None},
    ],
)
def test_what_is_no_file_is_refused(change) -> None:
    said = json.loads(checkpoint.write_file(file())) | change
    with pytest.raises(BadNote):
        checkpoint.parse_file(json.dumps(said).encode())


@pytest.mark.parametrize("content", [b"", b"\xff", b"[]", b"[" * 100_000, b"1"])
def test_what_is_no_json_is_refused(content: bytes) -> None:
    with pytest.raises(BadNote):
        checkpoint.parse_file(content)


def test_step_must_say_what_its_note_says() -> None:
    said = json.loads(checkpoint.write_file(file()))
    said["consistency"][0]["from"] = 1
    with pytest.raises(BadNote, match="something else than its note"):
        checkpoint.parse_file(json.dumps(said).encode())
