"""Signed notes, read strictly and checked with keys that others made."""

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from lms.credit.core import note
from lms.credit.core.note import BadNote, Key, Note, Signature

# The key and the note that Go's golang.org/x/mod/sumdb/note is tested with.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETERS_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
PRIVATE = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"witness").digest())
TEXT = "school.example/ledger\n3\nx\n"


def test_known_note_and_key() -> None:
    key = note.parse_key(PETER)
    assert (key.name, key.kind, key.vkey) == ("PeterNeumann", note.ED25519, PETER)
    read = note.parse_note(PETERS_NOTE)
    assert str(read) == PETERS_NOTE
    assert note.is_signed(read, key)
    changed = note.parse_note(PETERS_NOTE.replace("answer", "Answer"))
    assert not note.is_signed(changed, key)


def test_note_text_may_hold_empty_lines() -> None:
    text = "trafitto da un raggio di sole:\n\ned è subito sera.\n"
    read = note.parse_note(str(Note(text, (note.sign(text, "a.example/b", PRIVATE),))))
    assert read.text == text
    assert note.is_signed(read, own_key(note.ED25519))


def own_key(kind: int, name: str = "a.example/b") -> Key:
    return Key(name, kind, PRIVATE.public_key().public_bytes_raw())


@given(st.integers(0, 2**63 - 1))
def test_cosignature_signs_text_and_time(at_s: int) -> None:
    line = note.cosign(TEXT, "a.example/b", PRIVATE, at_s=at_s)
    key = own_key(note.COSIGNATURE)
    again = note.parse_signature(str(line))
    assert again == line
    assert note.cosigned_at_s(again) == at_s
    assert note.verifies(TEXT, again, key)
    assert not note.verifies(TEXT + "more\n", again, key)
    later = (at_s + 1).to_bytes(8, "big") + line.value[8:]
    assert not note.verifies(TEXT, Signature(line.name, line.key_id, later), key)
    assert not note.verifies(TEXT, again, own_key(note.ED25519))
    PRIVATE.public_key().verify(line.value[8:], f"cosignature/v1\ntime {at_s}\n{TEXT}".encode())


def test_signatures_of_unknown_keys_are_passed_over_and_a_false_one_of_a_known_key_is_not() -> None:
    key = own_key(note.ED25519)
    mine = note.sign(TEXT, key.name, PRIVATE)
    other = Signature("other.example", b"1234", b"x" * 64)
    false = Signature(key.name, key.id, b"x" * 64)
    assert note.is_signed(Note(TEXT, (other, mine)), key)
    assert not note.is_signed(Note(TEXT, (other,)), key)
    assert not note.is_signed(Note(TEXT, (mine, false)), key)
    assert not note.is_signed(Note(TEXT, (Signature(key.name, key.id, b"x"),)), key)
    assert not note.is_signed(Note(TEXT, (note.sign(TEXT, "c.example", PRIVATE),)), key)


LINE = PETERS_NOTE.rsplit("\n", 2)[1]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "text\n",
        PETERS_NOTE[:-1],
        PETERS_NOTE.replace("\n\n", "\n"),
        PETERS_NOTE.replace("\n\n", "\n\n\n\n") + "\n",
        PETERS_NOTE.replace("— ", "- "),
        PETERS_NOTE.replace("— ", "—  "),
        PETERS_NOTE.replace("PeterNeumann", "Peter Neumann"),
        PETERS_NOTE.replace("PeterNeumann", "Peter+Neumann"),
        PETERS_NOTE.replace("PeterNeumann", "Peter\u3000Neumann"),
        PETERS_NOTE.replace("nAM=", "nAN="),
        PETERS_NOTE.replace("nAM=", "nAM"),
        PETERS_NOTE.replace("nAM=", "n_M="),
        PETERS_NOTE.replace("answer", "ans\twer"),
        PETERS_NOTE.replace("answer", "ans\rwer"),
        PETERS_NOTE.replace("answer", "ans\udc00wer"),
        PETERS_NOTE + "— PeterNeumann AAAAAA==\n",
        "a\n\n" + (LINE + "\n") * 101,
        "a" * 1_000_001 + PETERS_NOTE,
    ],
)
def test_what_is_no_note_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        note.parse_note(text)


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "PeterNeumann",
        PETER.replace("c74f20a3", "c74f20a4"),
        PETER.replace("c74f20a3", "C74F20A3"),
        PETER.replace("+ARpc", "+AhpC"),
        PETER[:-4],
        "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "a+c74f20a3+",
    ],
)
def test_what_is_no_key_is_refused(vkey: str) -> None:
    with pytest.raises(BadNote):
        note.parse_key(vkey)


@given(st.text(max_size=200))
def test_reading_anything_raises_nothing_else(text: str) -> None:
    for read in (note.parse_note, note.parse_key, note.parse_signature):
        try:
            found = read(text)
        except BadNote:
            continue
        assert str(found) == text or found.vkey == text
